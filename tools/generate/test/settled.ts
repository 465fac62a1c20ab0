import { kinds } from '@odfmo/api-types'
import { apiVersionOf, type Kind } from '@odfmo/api-types/meta'
import { eventually, waitForCondition, type Cluster, type Snapshot } from '@odfmo/testkit'

const refOf = (kind: Kind) => ({ apiVersion: apiVersionOf(kind), kind: kind.kind })

/** The cluster as it is once it has made everything that it makes by itself. */
export const settled = (cluster: Cluster): Promise<Snapshot> =>
  eventually(cluster, async () => {
    const accounts = await cluster.list(refOf(kinds.ServiceAccount))
    for (const { metadata } of await cluster.list(refOf(kinds.Namespace)))
      if (
        !accounts.some((one) => one.metadata.namespace === metadata.name && one.metadata.name === 'default')
      )
        throw new Error(`namespace ${metadata.name} has no account default yet`)
    for (const { metadata, ...role } of await cluster.list(refOf(kinds.ClusterRole)))
      if ('aggregationRule' in role && !('rules' in role && Array.isArray(role.rules)))
        throw new Error(`ClusterRole ${metadata.name} is not aggregated yet`)
    for (const definition of await cluster.list(refOf(kinds.CustomResourceDefinition)))
      await waitForCondition(cluster, definition, 'Established')
    // A kind that is new is refused a little longer.
    return cluster.snapshot()
  })
