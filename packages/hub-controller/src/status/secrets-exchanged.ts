import { keyText } from '@odfmo/api-types'
import { greenWish, isGreen } from '../derived/green-secret.ts'
import { blueSecret } from '../hub-secret.ts'
import { partsOf, sameRef, storageClusterText, type PairParts } from '../parts.ts'
import { elderText, type StatusContext } from './status-context.ts'
import { findingOf, problem, verdict, type Finding, type Verdict } from './verdict.ts'

/** Both blue secrets are there and valid, and so are both copies. */
export const secretsExchanged = (context: StatusContext): Verdict =>
  verdict(
    partsOf(context.mirrorPeer).pairs.map((pair) => pairFinding(context, pair)),
    'Exchanged',
    'each cluster has the peer token of the other',
  )

const pairFinding = (
  { hub, world, parts }: StatusContext,
  { source, receiver, green }: PairParts,
): Finding => {
  const blue = blueSecret(hub, world, source)
  const state = world.state(parts.greenSecret, green)
  if (state.is === 'pending') return state
  if (blue.is !== 'found') return problem(blue.reason, blue.message)
  const { by, pair } = greenWish(hub, world, green)
  if (by !== undefined && pair !== undefined && !sameRef(pair.receiver.ref, receiver.ref)) {
    return problem(
      'DecidedByElder',
      `the token of ${source.ref.clusterName} goes to ${storageClusterText(pair.receiver.ref)} of ` +
        `${receiver.ref.clusterName}, as ${elderText(by)} wants it`,
    )
  }
  const finding = findingOf(`green secret ${keyText(green)}`, state)
  if (finding.is !== 'fine') return finding
  const live = world.meta(hub.Secret, green)
  // Its rule looks at it in a moment; till then what is in the cluster counts.
  return live !== undefined && isGreen(live)
    ? finding
    : problem('Missing', `green secret ${keyText(green)} is not there`)
}
