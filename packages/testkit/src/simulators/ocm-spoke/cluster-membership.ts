import { kinds } from '@odfmo/api-types'
import type { Lease, ManagedCluster } from '@odfmo/api-types'
import { apiVersionOf } from '@odfmo/api-types/meta'
import type { ClusterClient } from '../../access/cluster-client.ts'
import { conditionOf, conditionsWith } from '../../access/conditions.ts'
import type { NewCondition } from '../../access/conditions.ts'
import { ensure, ensureStatus } from '../../access/ensure.ts'
import type { ControlLoop } from '../loop/control-loop.ts'
import type { LocalCopy } from '../../access/local-copy.ts'
import { clusterLeaseName, leaseSecondsOf } from '../ocm-hub/cluster-health.ts'

const membership: readonly NewCondition[] = [
  {
    type: 'ManagedClusterJoined',
    status: 'True',
    reason: 'ManagedClusterJoined',
    message: 'Managed cluster joined',
  },
  {
    type: 'ManagedClusterConditionAvailable',
    status: 'True',
    reason: 'ManagedClusterAvailable',
    message: 'Managed cluster is available',
  },
]

/** RFC 3339 with microseconds. */
const microTime = (ms: number): string => new Date(ms).toISOString().replace('Z', '000Z')

const clusterLease = (cluster: ManagedCluster, nowMs: number): Lease => ({
  apiVersion: apiVersionOf(kinds.Lease),
  kind: kinds.Lease.kind,
  metadata: { name: clusterLeaseName, namespace: cluster.metadata.name ?? '' },
  spec: {
    holderIdentity: clusterLeaseName,
    leaseDurationSeconds: leaseSecondsOf(cluster),
    renewTime: microTime(nowMs),
  },
})

/** What the registration agent says of its cluster once the hub has accepted it, and that it is still there. */
export const keepMembership = (
  loop: ControlLoop,
  hub: ClusterClient,
  clusters: LocalCopy<ManagedCluster>,
): void => {
  const isMember = (cluster: ManagedCluster | undefined): cluster is ManagedCluster =>
    cluster?.metadata.deletionTimestamp === undefined &&
    conditionOf(cluster?.status?.conditions, 'HubAcceptedManagedCluster')?.status === 'True'

  const worker = loop.worker('managed cluster', async (name) => {
    const cluster = clusters.get(name)
    if (!isMember(cluster)) return undefined
    const conditions = conditionsWith(cluster.status?.conditions, membership, loop.clock.now())
    if (conditions !== undefined) {
      clusters.put(await ensureStatus(hub, kinds.ManagedCluster, cluster, { conditions }))
    }
    return undefined
  })
  let isRenewing = false
  const renewer = loop.worker('cluster lease', async (name) => {
    const cluster = clusters.get(name)
    isRenewing = isMember(cluster)
    if (!isMember(cluster)) return undefined
    await ensure(hub, kinds.Lease, clusterLease(cluster, loop.clock.now()))
    return leaseSecondsOf(cluster) * 1000
  })
  clusters.onChange((name) => {
    worker.add(name)
    if (!isRenewing) renewer.add(name)
  })
}
