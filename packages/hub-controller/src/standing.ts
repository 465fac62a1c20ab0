import { contract, elder, type MirrorPeer } from '@odfmo/api-types'
import type { View, Waiting, World } from '@odfmo/controller-kit'
import { isSpokeFinalizer } from '@odfmo/secret-naming'
import type { HubKinds } from './kinds.ts'
import { validationOf } from './validation.ts'
import { waiting } from './status/waiting.ts'

/** A MirrorPeer as the rules look at it: its status wakes none of them. */
export type MirrorPeerView = View<MirrorPeer, 'spec' | 'meta'>

/**
 * Where a MirrorPeer is in its life (docs/architecture.md):
 * `inForce`: valid, not deleting, our finalizer seen; its wishes count.
 * `holding`: deleting, a spoke finalizer still on; what was made for it stays until the agents have cleaned up.
 * `starting`: valid, and our finalizer is not seen yet (or somebody took it off): nothing new is made for it
 * and nothing is taken away from it.
 * `suspended`: a valid spec and our finalizer, but one of its clusters is missing, not accepted or going. Also
 * then nothing is made and nothing is taken away: the other cluster may be in production.
 * `none`: neither; what only it wanted goes.
 */
export type Standing = 'inForce' | 'holding' | 'starting' | 'suspended' | 'none'

export const isDeleting = ({ metadata }: Pick<MirrorPeerView, 'metadata'>): boolean =>
  metadata.deletionTimestamp !== undefined

export const hasHubFinalizer = ({ metadata }: Pick<MirrorPeerView, 'metadata'>): boolean =>
  metadata.finalizers?.includes(contract.finalizer.hub) ?? false

export const spokeFinalizersOf = ({ metadata }: Pick<MirrorPeerView, 'metadata'>): readonly string[] =>
  (metadata.finalizers ?? []).filter(isSpokeFinalizer)

/** Deletion is judged before validation: what is invalid must be able to go. */
export const standing = (hub: HubKinds, world: World, mirrorPeer: MirrorPeerView): Standing => {
  if (isDeleting(mirrorPeer)) return spokeFinalizersOf(mirrorPeer).length > 0 ? 'holding' : 'none'
  const validation = validationOf(hub, world, mirrorPeer)
  if (validation.is === 'valid') return hasHubFinalizer(mirrorPeer) ? 'inForce' : 'starting'
  return validation.by === 'clusters' && hasHubFinalizer(mirrorPeer) ? 'suspended' : 'none'
}

/**
 * Whether what a MirrorPeer names is in use, though its wishes do not count perhaps. One that is invalid and without our
 * finalizer never had anything, and nobody would remember it when it is deleted.
 */
export const isUser = (mirrorPeer: MirrorPeerView, where: Standing): boolean =>
  !isDeleting(mirrorPeer) && (where !== 'none' || hasHubFinalizer(mirrorPeer))

/** Who wants one object. */
export interface Wishes {
  /**
   * The first decides single values: the live ones by age, then those that only hold. One that is suspended, or whose
   * finalizer somebody took off, keeps its place, else the values would change hands and back; alone it wants nothing, and this
   * is empty.
   */
  readonly by: readonly MirrorPeerView[]
  /** The same, also where nobody is in force or holding: whose word counts where something is already there. */
  readonly places: readonly MirrorPeerView[]
  /** Somebody who is starting or suspended names it: where `by` is empty, it is neither made nor taken away. */
  readonly paused: boolean
}

/** The wishes of the MirrorPeers that name an object. */
export const wishesOf = (hub: HubKinds, world: World, candidates: readonly MirrorPeerView[]): Wishes => {
  const standings = candidates.map((mirrorPeer) => ({ mirrorPeer, is: standing(hub, world, mirrorPeer) }))
  const those = (...wanted: readonly Standing[]): readonly MirrorPeerView[] =>
    standings
      .filter(({ is }) => wanted.includes(is))
      .map(({ mirrorPeer }) => mirrorPeer)
      .toSorted(elder)
  const places = [...those('inForce', 'suspended', 'starting'), ...those('holding')]
  return {
    by: those('inForce', 'holding').length > 0 ? places : [],
    places,
    paused: those('starting', 'suspended').length > 0,
  }
}

/**
 * The MirrorPeers that hold the add-on of a cluster, the elder first: also a deleting one keeps its place, else
 * the agent would be taken away while it cleans up.
 */
export const holdersOf = (hub: HubKinds, world: World, clusterName: string): Wishes => {
  const wishes = wishesOf(hub, world, world.find(hub.mirrorPeersByCluster, clusterName, ['spec', 'meta']))
  return { ...wishes, by: wishes.by.toSorted(elder), places: wishes.places.toSorted(elder) }
}

/** What every rule says of a wish whose MirrorPeers are all starting or suspended. */
export const waitWhilePaused = (): Waiting =>
  waiting(
    'NotInForce',
    `no MirrorPeer that names it is in force: the hub's finalizer ${contract.finalizer.hub} is not on yet, or a cluster of it cannot be worked for`,
  )
