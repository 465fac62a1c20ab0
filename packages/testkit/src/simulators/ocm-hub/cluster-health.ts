import { kinds } from '@odfmo/api-types'
import type { Lease, ManagedCluster, ManagedClusterAddOn } from '@odfmo/api-types'
import type { ClusterClient } from '../../access/cluster-client.ts'
import { conditionOf, conditionsWith } from '../../access/conditions.ts'
import type { NewCondition } from '../../access/conditions.ts'
import { ensureStatus } from '../../access/ensure.ts'
import type { ControlLoop } from '../loop/control-loop.ts'
import type { LocalCopy } from '../../access/local-copy.ts'

/** In the cluster's namespace on the hub; its klusterlet renews it. */
export const clusterLeaseName = 'managed-cluster-lease'

const defaultLeaseSeconds = 60
/** A klusterlet may miss this many renewals. */
const graceFactor = 5

export const leaseSecondsOf = ({ spec }: Pick<ManagedCluster, 'spec'>): number =>
  spec?.leaseDurationSeconds ?? defaultLeaseSeconds

/** What the hub says of a cluster whose klusterlet is silent; undefined while it is heard, or before it joined. */
export const silence = (
  cluster: Pick<ManagedCluster, 'spec' | 'status'>,
  lease: Lease | undefined,
  nowMs: number,
): NewCondition | undefined => {
  if (conditionOf(cluster.status?.conditions, 'ManagedClusterJoined')?.status !== 'True') return undefined
  const renewedMs = Date.parse(lease?.spec?.renewTime ?? '')
  const isSilent = nowMs > renewedMs + graceFactor * leaseSecondsOf(cluster) * 1000
  if (!isSilent) return undefined
  return {
    type: 'ManagedClusterConditionAvailable',
    status: 'Unknown',
    reason: 'ManagedClusterLeaseUpdateStopped',
    message: 'Registration agent stopped updating its lease.',
  }
}

export interface ClusterHealthOptions {
  readonly loop: ControlLoop
  readonly hub: ClusterClient
  readonly clusters: LocalCopy<ManagedCluster>
  readonly addOns: LocalCopy<ManagedClusterAddOn>
}

/** Marks clusters whose klusterlet is silent as unknown, and their add-ons with them. */
export const watchClusterHealth = ({ loop, hub, clusters, addOns }: ClusterHealthOptions): void => {
  const worker = loop.worker('cluster health', async (name) => {
    const cluster = clusters.get(name)
    if (cluster === undefined || cluster.metadata.deletionTimestamp !== undefined) return undefined
    const lease = await hub.get(kinds.Lease, { namespace: name, name: clusterLeaseName })
    const nowMs = loop.clock.now()
    const condition = silence(cluster, lease, nowMs)
    const againMs = leaseSecondsOf(cluster) * 1000
    if (condition === undefined) return againMs
    const conditions = conditionsWith(cluster.status?.conditions, [condition], nowMs)
    if (conditions !== undefined) {
      clusters.put(await ensureStatus(hub, kinds.ManagedCluster, cluster, { conditions }))
    }
    for (const addOn of addOns.all()) {
      if (addOn.metadata.namespace !== name) continue
      const unknown = conditionsWith(addOn.status?.conditions, [{ ...condition, type: 'Available' }], nowMs)
      if (unknown === undefined) continue
      addOns.put(await ensureStatus(hub, kinds.ManagedClusterAddOn, addOn, { conditions: unknown }))
    }
    return againMs
  })
  clusters.onChange((name) => worker.add(name))
}
