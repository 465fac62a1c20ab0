import type { ManagedCluster } from '@odfmo/api-types'
import type { View, World } from '@odfmo/controller-kit'
import type { AddonContext, MirrorPeerView } from './addon-context.ts'

/** Who holds the add-on of a cluster, and so whether anything of it is to be there. */
export type Hold =
  /** Nobody: what we made for it goes. */
  | { readonly is: 'none' }
  /** Somebody will (again): till then nothing is made and nothing is taken away. */
  | { readonly is: 'paused' }
  /** Held, but the cluster is gone or going: nothing is made or repaired, OCM takes it all down. */
  | { readonly is: 'leaving'; readonly message: string }
  | {
      readonly is: 'held'
      readonly mirrorPeers: readonly MirrorPeerView[]
      readonly managedCluster: View<ManagedCluster, 'spec' | 'meta'>
    }

export const holdOf = (
  { kinds, holders }: Pick<AddonContext, 'kinds' | 'holders'>,
  world: World,
  cluster: string,
): Hold => {
  const { by: mirrorPeers, paused } = holders(world, cluster)
  if (mirrorPeers.length === 0) return { is: paused ? 'paused' : 'none' }
  const managedCluster = world.read(kinds.ManagedCluster, { name: cluster }, ['spec', 'meta'])
  if (managedCluster === undefined) return { is: 'leaving', message: `there is no ManagedCluster ${cluster}` }
  if (managedCluster.metadata.deletionTimestamp !== undefined) {
    return { is: 'leaving', message: `ManagedCluster ${cluster} is being deleted` }
  }
  return { is: 'held', mirrorPeers, managedCluster }
}
