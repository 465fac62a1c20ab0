import { contract, elder, type MirrorPeer } from '@odfmo/api-types'
import { waiting, type View, type Waiting, type World } from '@odfmo/controller-kit'
import { isSpokeFinalizer } from '@odfmo/secret-naming'
import type { HubKinds } from './kinds.ts'
import { validationOf } from './validation.ts'

/** A MirrorPeer as the rules look at it: its status wakes none of them. */
export type MirrorPeerView = View<MirrorPeer, 'spec' | 'meta'>

/**
 * Where a MirrorPeer is in its life (docs/architecture.md):
 * `inForce`: valid, not deleting, our finalizer seen; its wishes count.
 * `holding`: deleting, a spoke finalizer still on; what was made for it stays until the agents have cleaned up.
 * `starting`: valid, and our finalizer is not seen yet (or somebody took it off): nothing new is made for it
 * and nothing is taken away from it.
 * `none`: neither; what only it wanted goes.
 */
export type Standing = 'inForce' | 'holding' | 'starting' | 'none'

export const isDeleting = ({ metadata }: Pick<MirrorPeerView, 'metadata'>): boolean =>
  metadata.deletionTimestamp !== undefined

export const hasHubFinalizer = ({ metadata }: Pick<MirrorPeerView, 'metadata'>): boolean =>
  metadata.finalizers?.includes(contract.finalizer.hub) ?? false

export const spokeFinalizersOf = ({ metadata }: Pick<MirrorPeerView, 'metadata'>): readonly string[] =>
  (metadata.finalizers ?? []).filter(isSpokeFinalizer)

/** Deletion is judged before validation: what is invalid must be able to go. */
export const standing = (hub: HubKinds, world: World, mirrorPeer: MirrorPeerView): Standing => {
  if (isDeleting(mirrorPeer)) return spokeFinalizersOf(mirrorPeer).length > 0 ? 'holding' : 'none'
  if (validationOf(hub, world, mirrorPeer).is === 'invalid') return 'none'
  return hasHubFinalizer(mirrorPeer) ? 'inForce' : 'starting'
}

/** Who wants one object. */
export interface Wishes {
  /** In force or holding. The first decides single values: the live ones by age, then those that only hold. */
  readonly by: readonly MirrorPeerView[]
  /** Somebody wants it as soon as its finalizer is seen: till then it is neither made nor taken away. */
  readonly starting: boolean
}

/** The wishes of the MirrorPeers that name an object. */
export const wishesOf = (hub: HubKinds, world: World, candidates: readonly MirrorPeerView[]): Wishes => {
  const standings = candidates.map((mirrorPeer) => ({ mirrorPeer, is: standing(hub, world, mirrorPeer) }))
  const those = (wanted: Standing): readonly MirrorPeerView[] =>
    standings
      .filter(({ is }) => is === wanted)
      .map(({ mirrorPeer }) => mirrorPeer)
      .toSorted(elder)
  return {
    by: [...those('inForce'), ...those('holding')],
    starting: standings.some(({ is }) => is === 'starting'),
  }
}

/**
 * The MirrorPeers that hold the add-on of a cluster, the elder first: also a deleting one keeps its place, else
 * the agent would be taken away while it cleans up.
 */
export const holdersOf = (hub: HubKinds, world: World, clusterName: string): Wishes => {
  const { by, starting } = wishesOf(
    hub,
    world,
    world.find(hub.mirrorPeersByCluster, clusterName, ['spec', 'meta']),
  )
  return { by: by.toSorted(elder), starting }
}

/** What every rule says of a wish whose MirrorPeer is not in force yet. */
export const waitForFinalizer = (): Waiting =>
  waiting('NotInForce', `the hub's finalizer ${contract.finalizer.hub} is not on the MirrorPeer yet`)
