import { originalSpokeFinalizer, spokeFinalizer } from '@odfmo/secret-naming'
import { partsOf } from './parts.ts'
import { spokeFinalizersOf, type MirrorPeerView } from './standing.ts'

/** Which clusters there are, for whoever judges finalizers. */
export interface ManagedClusters {
  has(name: string): boolean
  /** Whether any ManagedCluster at all has a form that is this finalizer. */
  hasAny(finalizer: string): boolean
}

/** The finalizers an agent of a cluster may hold: ours, and the original's short form. */
export const spokeFinalizerForms = (clusterName: string): readonly string[] => [
  spokeFinalizer(clusterName),
  originalSpokeFinalizer(clusterName),
]

/**
 * The spoke finalizers that no agent is left to take off. Two clusters may share the original's short form: it
 * stays while any item that has it still is a ManagedCluster. One that fits no item stays while any
 * ManagedCluster at all has that form.
 */
export const orphanedFinalizers = (
  mirrorPeer: Pick<MirrorPeerView, 'metadata' | 'spec'>,
  clusters: ManagedClusters,
): readonly string[] => {
  const names = partsOf(mirrorPeer).refs.map(({ ref }) => ref.clusterName)
  return spokeFinalizersOf(mirrorPeer).filter((finalizer) => {
    const owners = names.filter((name) => spokeFinalizerForms(name).includes(finalizer))
    return owners.length > 0 ? !owners.some((name) => clusters.has(name)) : !clusters.hasAny(finalizer)
  })
}
