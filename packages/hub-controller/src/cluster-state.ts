import type { ManagedCluster } from '@odfmo/api-types'
import type { View, World } from '@odfmo/controller-kit'
import type { HubKinds } from './kinds.ts'
import type { Reason } from './status/reasons/reasons.ts'

/** Whether a cluster can be worked for: OCM knows it, the hub accepts it, and it is not going. */
export type ClusterState =
  | { readonly is: 'usable' }
  | { readonly is: 'missing' | 'notAccepted' | 'deleting'; readonly reason: Reason; readonly message: string }

export const clusterState = (hub: HubKinds, world: World, clusterName: string): ClusterState => {
  const cluster = world.read(hub.ManagedCluster, { name: clusterName }, ['spec', 'meta'])
  return cluster === undefined
    ? {
        is: 'missing',
        reason: 'ClusterNotFound',
        message: `there is no ManagedCluster ${JSON.stringify(clusterName)} on this hub: import the cluster, or correct the name`,
      }
    : stateOf(cluster, clusterName)
}

/** A cluster for which nothing is created or repaired, whoever wants it: also one that is going counts as gone. */
export const clusterGone = (
  hub: HubKinds,
  world: World,
  clusterName: string,
): { readonly reason: Reason; readonly message: string } | undefined => {
  const state = clusterState(hub, world, clusterName)
  return state.is === 'missing' || state.is === 'deleting' ? state : undefined
}

const stateOf = (
  { metadata, spec }: View<ManagedCluster, 'spec' | 'meta'>,
  clusterName: string,
): ClusterState => {
  if (metadata.deletionTimestamp !== undefined) {
    return {
      is: 'deleting',
      reason: 'ClusterDeleting',
      message: `ManagedCluster ${clusterName} is being deleted: nothing is made for it any more; delete the MirrorPeer too, or import the cluster again`,
    }
  }
  if (spec?.hubAcceptsClient !== true) {
    return {
      is: 'notAccepted',
      reason: 'ClusterNotAccepted',
      message: `ManagedCluster ${clusterName} is not accepted: an administrator of the hub should set spec.hubAcceptsClient`,
    }
  }
  return { is: 'usable' }
}

/** Why nothing can be written into a cluster's namespace yet; undefined: it is there. Watched, so that no time is lost. */
export const namespaceProblem = (hub: HubKinds, world: World, clusterName: string): string | undefined => {
  const namespace = world.meta(hub.Namespace, { name: clusterName })
  if (namespace === undefined) {
    return `waiting for namespace ${clusterName}: OCM makes it for the ManagedCluster`
  }
  return namespace.metadata.deletionTimestamp === undefined
    ? undefined
    : `namespace ${clusterName} is being deleted: nothing can be made in it; OCM makes it again for the ManagedCluster`
}
