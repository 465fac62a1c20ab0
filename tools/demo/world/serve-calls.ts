import { setTimeout as sleep } from 'node:timers/promises'
import { contract } from '@odfmo/api-types'
import {
  sameState,
  type Cluster,
  type Difference,
  type KubeObject,
  type RequestRecord,
  type Snapshot,
} from '@odfmo/testkit'
import type { ClusterCalls } from './cluster-calls.ts'

const settledAfterMs = 300
const lookEveryMs = 50
const writingVerbs = new Set(['create', 'update', 'patch', 'delete', 'deletecollection'])

/** Answers the demo's calls from inside the cluster's process. */
export function clusterCalls(
  cluster: Cluster,
  startSimulators: ClusterCalls['startSimulators'],
): ClusterCalls {
  const requests: Record<string, Record<string, number>> = {}
  let lastWriteAt = performance.now()
  let before: Snapshot | undefined
  cluster.requests.subscribe((record) => {
    const counts = (requests[componentOf(record)] ??= {})
    const key = `${record.verb} ${record.resource}`
    counts[key] = (counts[key] ?? 0) + 1
    if (isWrite(record)) lastWriteAt = performance.now()
  })
  return {
    startSimulators,
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
    async remember() {
      before = cluster.snapshot()
    },
    async differences() {
      if (before === undefined) throw new Error('nothing was remembered to compare with')
      return sameState(before, cluster.snapshot(), { ignore: isDecidedRequest }).map(differenceText)
    },
    objects: async () => objectsOf(cluster.snapshot()),
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

/** Whether it changed something that is no lease: the agents hold the original's ConfigMap lock beside theirs. */
function isWrite({ verb, resource, name, status }: RequestRecord): boolean {
  const isLease =
    resource === 'leases.coordination.k8s.io' || (resource === 'configmaps' && name === contract.spoke.lock)
  return writingVerbs.has(verb) && status < 400 && !isLease
}

/** `odfmo-hub-controller/1.2.3 …` → `hub-controller` */
function componentOf({ userAgent }: RequestRecord): string {
  return /^(?:odfmo-)?([^/\s]+)/.exec(userAgent)?.[1] ?? 'unknown'
}

/** Kubernetes removes them by itself after an hour; nobody else does. */
function isDecidedRequest(object: KubeObject): boolean {
  return object.kind === 'CertificateSigningRequest'
}

/** Says where, never what: it may be a Secret's content. */
function differenceText({ object, path, left, right }: Difference): string {
  if (path !== '') return `${object}: ${path} is not as before`
  return left === undefined
    ? `${object} was left behind`
    : right === undefined
      ? `${object} is gone`
      : `${object} differs`
}

function objectsOf({ tables }: Snapshot): string[] {
  return Object.entries(tables).flatMap(([table, objects]) => {
    const resource = table.split('/')[1] ?? table
    if (resource === 'events') return []
    return objects.map(
      ({ metadata: { namespace, name } }) =>
        `${resource} ${namespace === undefined ? '' : `${namespace}/`}${name}`,
    )
  })
}
