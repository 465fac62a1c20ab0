import { validateMirrorPeer } from '@odfmo/api-types'
import type { World } from '@odfmo/controller-kit'
import { clusterState } from './cluster-state.ts'
import type { HubKinds } from './kinds.ts'
import type { MirrorPeerView } from './standing.ts'
import { listText } from './status/list-text.ts'
import type { Reason } from './status/reasons/reasons.ts'

export type Validation =
  | { readonly is: 'valid' }
  /** All problems in one message, each with its field; the reason is the first one's. */
  | {
      readonly is: 'invalid'
      /** What is wrong: the spec itself (and perhaps the clusters too), or nothing but the state of its clusters. */
      readonly by: 'spec' | 'clusters'
      readonly reason: Reason
      readonly message: string
    }

/** The webhook's rules again (it may have been down), and each cluster is a ManagedCluster that can be worked for. */
export const validationOf = (
  hub: HubKinds,
  world: World,
  mirrorPeer: Pick<MirrorPeerView, 'spec'>,
): Validation => {
  const ofSpec = specProblems(mirrorPeer)
  const problems = [...ofSpec, ...clusterProblems(hub, world, mirrorPeer)]
  const [first] = problems
  if (first === undefined) return { is: 'valid' }
  return {
    is: 'invalid',
    by: ofSpec.length > 0 ? 'spec' : 'clusters',
    reason: first.reason,
    message: listText(problems.map(({ message }) => message)),
  }
}

interface Problem {
  readonly reason: Reason
  readonly message: string
}

/** Specs are frozen and live as long as their object in the cache: each is judged once. */
const judged = new WeakMap<object, readonly Problem[]>()

const specProblems = ({ spec }: Pick<MirrorPeerView, 'spec'>): readonly Problem[] => {
  if (typeof spec !== 'object' || spec === null) return newSpecProblems({ spec })
  const problems = judged.get(spec) ?? newSpecProblems({ spec })
  judged.set(spec, problems)
  return problems
}

const newSpecProblems = ({ spec }: Pick<MirrorPeerView, 'spec'>): readonly Problem[] =>
  validateMirrorPeer({ metadata: {}, spec }).problems.map(({ path, message }) => ({
    reason: 'InvalidSpec',
    message: `${path}: ${message}`,
  }))

const clusterProblems = (
  hub: HubKinds,
  world: World,
  { spec }: Pick<MirrorPeerView, 'spec'>,
): readonly Problem[] => {
  const items: readonly ({ readonly clusterName?: unknown } | null | undefined)[] = Array.isArray(spec?.items)
    ? spec.items
    : []
  return items.flatMap((item, place) => {
    const clusterName = item?.clusterName
    // What is no name at all is reported by the rules of the spec.
    if (typeof clusterName !== 'string' || clusterName === '') return []
    const state = clusterState(hub, world, clusterName)
    return state.is === 'usable'
      ? []
      : [{ reason: state.reason, message: `spec.items[${place}].clusterName: ${state.message}` }]
  })
}
