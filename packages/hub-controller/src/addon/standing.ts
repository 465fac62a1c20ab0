import type { ManagedCluster } from '@odfmo/api-types'
import type { View, World } from '@odfmo/controller-kit'
import type { AddonContext, MirrorPeerView } from './addon-context.ts'

/** Whether the add-on of a cluster is to be there. */
export type Standing =
  /** Nobody holds it: what we made for it goes. */
  | { readonly is: 'unwanted' }
  /** Held, but the cluster is gone or going: nothing is made or repaired, OCM takes it all down. */
  | { readonly is: 'leaving'; readonly message: string }
  | {
      readonly is: 'wanted'
      readonly mirrorPeers: readonly MirrorPeerView[]
      readonly managedCluster: View<ManagedCluster, 'spec' | 'meta'>
    }

export const standingOf = (
  { kinds, holding }: Pick<AddonContext, 'kinds' | 'holding'>,
  world: World,
  cluster: string,
): Standing => {
  const mirrorPeers = holding(world, cluster)
  if (mirrorPeers.length === 0) return { is: 'unwanted' }
  const managedCluster = world.read(kinds.ManagedCluster, { name: cluster }, ['spec', 'meta'])
  if (managedCluster === undefined) return { is: 'leaving', message: `there is no ManagedCluster ${cluster}` }
  if (managedCluster.metadata.deletionTimestamp !== undefined) {
    return { is: 'leaving', message: `ManagedCluster ${cluster} is being deleted` }
  }
  return { is: 'wanted', mirrorPeers, managedCluster }
}
