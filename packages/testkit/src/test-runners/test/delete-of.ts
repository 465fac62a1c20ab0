import { ClusterClient } from '../../access/cluster-client.ts'
import type { Cluster } from '../../cluster.ts'
import { kinds } from '@odfmo/api-types'
import type { ConfigMap } from '@odfmo/api-types'

/** Deletes a ConfigMap as somebody outside would. */
export const deleteOf = async (cluster: Cluster, { metadata }: ConfigMap): Promise<void> => {
  const client = new ClusterClient(cluster.kubeconfig(), 'test')
  await client.remove(kinds.ConfigMap, { namespace: metadata.namespace, name: metadata.name ?? '' })
  await client.close()
}
