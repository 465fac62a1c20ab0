import { contract, keyOf, type MirrorPeer, type MirrorPeerPhase } from '@odfmo/api-types'
import { derived, edited, from, leave, type Derived } from '@odfmo/controller-kit'
import type { HubKinds } from '../kinds.ts'
import { hasHubFinalizer, isDeleting, spokeFinalizersOf, standing } from '../standing.ts'
import { addOnsReady } from '../status/add-ons-ready.ts'
import { conditions, type Stated } from '../status/conditions.ts'
import { drClustersReady } from '../status/dr-clusters-ready.ts'
import { intervalShared } from '../status/interval-shared.ts'
import { s3ProfilesSynced, s3SecretsDelivered } from '../status/s3-profiles-synced.ts'
import { secretsExchanged } from '../status/secrets-exchanged.ts'
import { listText } from '../status/list-text.ts'
import { shortened } from '../status/shortened.ts'
import type { StatusContext, StatusParts } from '../status/status-context.ts'
import type { MirrorPeerCondition } from '../status/reasons/row.ts'
import { findingOf, type Problem, type Verdict } from '../status/verdict.ts'
import { validationOf } from '../validation.ts'
import { typeOf } from '../parts.ts'
import { managesS3 } from './ramen-secret.ts'
import { waiting } from '../status/waiting.ts'

const { condition: types, phase: phases } = contract.mirrorPeer

/** The states of a dozen parts change one after the other: one write for all of them. */
const settleMs = 50

/** Phase, message and conditions of a MirrorPeer, from what was seen and the states of its parts. Set nowhere else. */
export const mirrorPeerStatus = (hub: HubKinds, parts: StatusParts): Derived<MirrorPeer> =>
  derived({
    name: 'mirror-peer-status',
    kind: hub.MirrorPeer,
    subresource: 'status',
    settleMs,
    // People look at it.
    urgent: true,
    keys: [from(hub.MirrorPeer, (mirrorPeer) => [keyOf(mirrorPeer)])],
    wanted(key, world) {
      const live = world.get(hub.MirrorPeer, key)
      if (live === undefined) return leave()
      const said = whatToSay({ hub, world, parts, mirrorPeer: live })
      if (said === undefined) return leave()
      if (said.is === 'pending') return waiting('Starting', said.message)
      const observedGeneration = live.metadata.generation ?? 0
      const status = {
        ...live.status,
        phase: said.phase,
        message: said.message,
        observedGeneration,
        conditions: conditions({
          stored: live.status?.conditions ?? [],
          stated: said.stated,
          ours: new Set<string>(Object.values(types)),
          observedGeneration,
          now: world.now(),
        }),
      }
      return edited({ ...live, status })
    },
  })

type Said =
  | { readonly is: 'pending'; readonly message: string }
  | {
      readonly is: 'said'
      readonly phase: MirrorPeerPhase
      readonly message: string
      readonly stated: readonly Stated[]
    }

const whatToSay = (context: StatusContext): Said | undefined => {
  const { hub, world, parts, mirrorPeer } = context
  if (isDeleting(mirrorPeer)) return deleting(context)
  const validation = validationOf(hub, world, mirrorPeer)
  if (validation.is === 'invalid') return invalid(context, validation)
  if (standing(hub, world, mirrorPeer) === 'starting') {
    const metadata = findingOf(
      "the hub's finalizer",
      world.state(parts.metadata, { name: mirrorPeer.metadata.name ?? '' }),
    )
    return metadata.is === 'problem' && metadata.reason !== 'Writing'
      ? said(context, [[types.validated, asVerdict(metadata)]])
      : { is: 'pending', message: "the hub's finalizer is not on yet" }
  }
  const async = typeOf(mirrorPeer) === 'async'
  return said(context, [
    [
      types.validated,
      { is: 'true', reason: 'Valid', message: 'the spec is valid and both clusters are ManagedClusters' },
    ],
    [types.addonsReady, addOnsReady(context)],
    ...(async ? [[types.secretsExchanged, secretsExchanged(context)] as const] : []),
    ...(managesS3(mirrorPeer) ? [[types.s3ProfilesSynced, s3ProfilesSynced(context)] as const] : []),
    [types.drClustersReady, drClustersReady(context)],
  ])
}

type Verdicts = readonly (readonly [MirrorPeerCondition, Verdict])[]

const said = (context: StatusContext, verdicts: Verdicts): Said => {
  const pending = verdicts.find(([, { is }]) => is === 'pending')?.[1]
  if (pending?.is === 'pending') return pending
  const problems = verdicts.flatMap(([, verdict]) => (verdict.is === 'false' ? verdict.problems : []))
  const shared = intervalShared(context)
  const [first] = problems
  const ready: Stated =
    first === undefined
      ? { type: types.ready, status: 'True', reason: 'Ready', message: 'everything is in place' }
      : { type: types.ready, status: 'False', reason: first.reason, message: textOf(problems) }
  return {
    is: 'said',
    phase: phaseOf(context, verdicts),
    message: textOf(problems),
    stated: [
      ...verdicts.map(([type, verdict]) => statedOf(type, verdict)),
      ready,
      ...(shared === undefined ? [] : [{ type: types.intervalShared, status: 'True', ...shared } as const]),
    ],
  }
}

const asVerdict = ({ reason, message }: Problem): Verdict => ({
  is: 'false',
  problems: [{ reason, message }],
})

const statedOf = (type: MirrorPeerCondition, verdict: Verdict): Stated => {
  switch (verdict.is) {
    case 'true':
      return { type, status: 'True', reason: verdict.reason, message: verdict.message }
    case 'false':
      return { type, status: 'False', reason: verdict.problems[0].reason, message: textOf(verdict.problems) }
    case 'pending':
      return { type, status: 'Unknown', reason: 'Starting', message: verdict.message }
  }
}

/** The API server takes no longer condition messages. */
const longestMessage = 32_768

const textOf = (problems: readonly Problem[]): string =>
  shortened(listText(problems.map(({ message }) => message)), longestMessage)

/** By the secrets alone for async, by the S3 secrets and profiles for sync; back again when that stops being true. */
const phaseOf = (context: StatusContext, verdicts: Verdicts): MirrorPeerPhase => {
  const holds = (type: string): boolean =>
    verdicts.some(([is, verdict]) => is === type && verdict.is === 'true')
  const { mirrorPeer } = context
  if (typeOf(mirrorPeer) !== 'sync')
    return holds(types.secretsExchanged) ? phases.exchangedSecret : phases.exchangingSecret
  const synced = managesS3(mirrorPeer)
    ? holds(types.s3ProfilesSynced)
    : holds(types.validated) && s3SecretsDelivered(context)
  return synced ? phases.s3ProfileSynced : phases.s3ProfileSyncing
}

/** Nothing is looked at but why: the other conditions would speak of a time before. */
const invalid = (context: StatusContext, { reason, message }: Problem): Said => {
  const { mirrorPeer } = context
  const unknown = (type: MirrorPeerCondition): Stated => ({
    type,
    status: 'Unknown',
    reason: 'NotValidated',
    message: `not looked at while ${types.validated} is False`,
  })
  return {
    is: 'said',
    phase: phaseOf(context, []),
    message,
    stated: [
      { type: types.validated, status: 'False', reason, message },
      unknown(types.addonsReady),
      ...(typeOf(mirrorPeer) === 'async' ? [unknown(types.secretsExchanged)] : []),
      ...(managesS3(mirrorPeer) ? [unknown(types.s3ProfilesSynced)] : []),
      unknown(types.drClustersReady),
      { type: types.ready, status: 'False', reason, message },
    ],
  }
}

/**
 * What is still waited for is what keeps the finalizers on, word for word: what the rule says as long as there are any
 * of the hub or of agents, then those of others. Undefined: there are none, and it is gone in a moment.
 */
const deleting = ({ world, parts, mirrorPeer }: StatusContext): Said | undefined => {
  const { finalizers = [] } = mirrorPeer.metadata
  if (finalizers.length === 0) return undefined
  const state = world.state(parts.metadata, { name: mirrorPeer.metadata.name ?? '' })
  if (state.is === 'pending') return state
  const isOurs = hasHubFinalizer(mirrorPeer) || spokeFinalizersOf(mirrorPeer).length > 0
  const others = `nothing of it is left on the hub; waiting for ${finalizers.join(', ')}, which others put on`
  const message = !isOurs ? others : 'message' in state ? state.message : ''
  return {
    is: 'said',
    phase: phases.deleting,
    message,
    stated: [
      {
        type: types.ready,
        status: 'False',
        reason: 'Deleting',
        message: message === '' ? 'being deleted' : message,
      },
    ],
  }
}
