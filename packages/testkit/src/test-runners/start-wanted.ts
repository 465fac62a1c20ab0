import type { Cluster, InMemoryCluster } from '../cluster.ts'
import { startCluster } from '../start-cluster.ts'
import { startTestCluster } from '../start-test-cluster.ts'
import type { ClusterOfTest, ClusterTestOptions } from './cluster-test-options.ts'
import { wantedClusters } from './wanted-clusters.ts'

/** Until its controllers have made what a cluster has from the beginning, which is no work of the first test. */
const untilSettled = (cluster: InMemoryCluster): Promise<true> =>
  cluster.wait(() => {
    const has = (kind: string, namespace: string, name: string): boolean =>
      cluster.get({ apiVersion: 'v1', kind }, { namespace, name }) !== undefined
    const isSettled = cluster
      .list({ apiVersion: 'v1', kind: 'Namespace' })
      .every(
        ({ metadata: { name = '' } }) =>
          has('ServiceAccount', name, 'default') && has('ConfigMap', name, 'kube-root-ca.crt'),
      )
    return isSettled ? true : undefined
  })

const startOne = async (
  name: string,
  own: ClusterOfTest,
  options: ClusterTestOptions<string>,
): Promise<Cluster> => {
  const { provider = 'memory', controllers = true, clock } = options
  const crds = [...(options.crds ?? []), ...(own.crds ?? [])]
  const objects = [...(options.objects ?? []), ...(own.objects ?? [])]
  if (provider === 'environment') {
    const cluster = await startTestCluster({ name, crds, controllers })
    await cluster.apply(...objects)
    return cluster
  }
  const cluster = await startCluster({ name, crds, clock, controllers: controllers ? {} : false })
  await cluster.apply(...objects)
  if (controllers) await untilSettled(cluster)
  return cluster
}

/** Starts all that are wanted; when one cannot be, the others are stopped and it rejects. */
export const startWanted = async (options: ClusterTestOptions<string>): Promise<Map<string, Cluster>> => {
  const wanted = wantedClusters(options)
  const results = await Promise.allSettled(wanted.map(([name, own]) => startOne(name, own, options)))
  const started = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
  const failed = results.find((result) => result.status === 'rejected')
  if (failed === undefined) return new Map(started.map((cluster) => [cluster.name, cluster]))
  await Promise.all(started.map((cluster) => cluster.stop()))
  throw failed.reason
}
