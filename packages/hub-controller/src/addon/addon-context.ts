import type { MirrorPeer } from '@odfmo/api-types'
import type { View, World } from '@odfmo/controller-kit'
import type { AddonKinds } from './addon-kinds.ts'

/** A MirrorPeer as the add-on looks at it: its status wakes nothing here. */
export type MirrorPeerView = View<MirrorPeer, 'spec' | 'meta'>

/** What the rules of this folder need from the service around them. */
export interface AddonContext {
  readonly kinds: AddonKinds
  /**
   * The MirrorPeers that hold the add-on of a cluster: in force, or deleting with a spoke finalizer still on
   * (architecture.md). Read from the world, so that every change of the answer is seen.
   */
  readonly holding: (world: World, cluster: string) => readonly MirrorPeerView[]
  /** The agent's image. */
  readonly image: string
}

/** The clusters that a MirrorPeer names, whatever its state: those whose objects it may bring into being or end. */
export const clustersOf = (mirrorPeer: Pick<MirrorPeerView, 'spec'>): readonly string[] => [
  ...new Set(mirrorPeer.spec.items.map(({ clusterName }) => clusterName)),
]
