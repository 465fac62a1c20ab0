import { setTimeout as sleep } from 'node:timers/promises'
import type { Cluster, RequestRecord } from '@odfmo/testkit'
import type { ClusterCalls } from './cluster-calls.ts'

const settledAfterMs = 300
const lookEveryMs = 50
const leases = 'leases.coordination.k8s.io'

/** Answers the demo's calls from inside the cluster's process. */
export function clusterCalls(cluster: Cluster): ClusterCalls {
  const requests: Record<string, Record<string, number>> = {}
  let lastWriteAt = performance.now()
  cluster.requests.subscribe((record) => {
    const counts = (requests[componentOf(record)] ??= {})
    const key = `${record.verb} ${record.resource}`
    counts[key] = (counts[key] ?? 0) + 1
    if (isWrite(record)) lastWriteAt = performance.now()
  })
  return {
    async apply(objects) {
      const namespaces = new Set(objects.flatMap(({ metadata }) => metadata.namespace ?? []))
      for (const name of namespaces)
        await cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
      await cluster.apply(...objects)
    },
    kubeconfig: async (identity) => cluster.kubeconfig(identity),
    async settled() {
      while (performance.now() - lastWriteAt < settledAfterMs) await sleep(lookEveryMs)
    },
    remember: async () => {},
    differences: async () => [],
    objects: async () => [],
    requests: async () => requests,
    writesSince: async (atMs) =>
      cluster.requests
        .writes()
        .filter((record) => record.at >= atMs && isWrite(record))
        .map(
          ({ verb, resource, namespace, name, userAgent }) =>
            `${verb} ${resource} ${namespace === '' ? name : `${namespace}/${name}`} by ${userAgent}`,
        ),
  }
}

function isWrite({ verb, resource, status }: RequestRecord): boolean {
  const writes = ['create', 'update', 'patch', 'delete', 'deletecollection'].includes(verb)
  return writes && status < 400 && resource !== leases
}

/** `odfmo-hub-controller/1.2.3 …` → `hub-controller` */
function componentOf({ userAgent }: RequestRecord): string {
  return /^(?:odfmo-)?([^/\s]+)/.exec(userAgent)?.[1] ?? 'unknown'
}
