import type { MirrorPeer } from '@odfmo/api-types'
import type { View, World } from '@odfmo/controller-kit'
import { peerRefsOf } from '../parts.ts'
import type { AddonKinds } from './addon-kinds.ts'

/** A MirrorPeer as the add-on looks at it: its status wakes nothing here. */
export type MirrorPeerView = View<MirrorPeer, 'spec' | 'meta'>

/** Who holds the add-on of a cluster. */
interface Holders {
  /** In force, or deleting with a spoke finalizer still on (docs/architecture.md); suspended ones beside such. */
  readonly by: readonly MirrorPeerView[]
  /** Somebody will hold it when our finalizer is seen on it, or all of its clusters can be worked for again. */
  readonly paused: boolean
}

/** What the rules of this folder need from the service around them. */
export interface AddonContext {
  readonly kinds: AddonKinds
  /** Read from the world, so that every change of the answer is seen. */
  readonly holders: (world: World, cluster: string) => Holders
  /** The agent's image. */
  readonly image: string
}

/** The clusters that a MirrorPeer names, whatever its state: those whose objects it may bring into being or end. */
export const clustersOf = (mirrorPeer: Pick<MirrorPeerView, 'spec'>): readonly string[] => [
  ...new Set(peerRefsOf(mirrorPeer).map(({ clusterName }) => clusterName)),
]
