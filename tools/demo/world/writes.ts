import { setTimeout as sleep } from 'node:timers/promises'
import { contract } from '@odfmo/api-types'
import type { Cluster, Journal, RequestRecord } from '@odfmo/testkit'
import type { ClusterCalls } from './cluster-calls.ts'
import { isOurs, objectText } from './existing/is-ours.ts'

/** What a cluster can tell about writes to it. */
export type Writes = Pick<ClusterCalls, 'settled' | 'requests' | 'writesSince'>

const settledAfterMs = 300
const lookEveryMs = 50
const writingVerbs = new Set(['create', 'update', 'patch', 'delete', 'deletecollection'])

/** From the journal of a cluster that keeps one; else from what its objects show. */
export const writesOf = (cluster: Cluster): Writes =>
  cluster.requests === undefined ? fromObjects(cluster) : fromJournal(cluster.requests)

function fromJournal(journal: Journal): Writes {
  const requests: Record<string, Record<string, number>> = {}
  let lastWriteAt = performance.now()
  journal.subscribe((record) => {
    const counts = (requests[componentOf(record)] ??= {})
    const key = `${record.verb} ${record.resource}`
    counts[key] = (counts[key] ?? 0) + 1
    if (isWrite(record)) lastWriteAt = performance.now()
  })
  return {
    async settled() {
      while (performance.now() - lastWriteAt < settledAfterMs) await sleep(lookEveryMs)
    },
    requests: async () => requests,
    writesSince: async (atMs) =>
      journal
        .writes()
        .filter((record) => record.at >= atMs && isWrite(record))
        .map(
          ({ verb, resource, namespace, name, userAgent }) =>
            `${verb} ${resource} ${namespace === '' ? name : `${namespace}/${name}`} by ${userAgent}`,
        ),
  }
}

/**
 * A cluster of others tells nobody who asked what, and others write to it: what counts is that objects of our programs
 * change. Who made which request stays unknown.
 */
function fromObjects(cluster: Cluster): Writes {
  const versions = async (): Promise<Map<string, string>> => {
    const { tables } = await cluster.snapshot()
    return new Map(
      Object.entries(tables).flatMap(([table, objects]) =>
        objects
          .filter((object) => isOurs(object) && !isLease(resourceOf(table), object.metadata.name))
          .map((object) => [objectText(table, object), object.metadata.resourceVersion ?? ''] as const),
      ),
    )
  }
  const begun = new Map<number, Map<string, string>>()
  return {
    async settled() {
      for (let before = await versions(); ;) {
        await sleep(settledAfterMs)
        const now = await versions()
        if (changesBetween(before, now).length === 0) return
        before = now
      }
    },
    requests: async () => ({}),
    async writesSince(atMs) {
      const now = await versions()
      const before = begun.get(atMs)
      if (before === undefined) begun.set(atMs, now)
      return before === undefined ? [] : changesBetween(before, now)
    },
  }
}

function changesBetween(before: ReadonlyMap<string, string>, now: ReadonlyMap<string, string>): string[] {
  return [
    ...[...now].filter(([key, version]) => before.get(key) !== version).map(([key]) => `${key} was written`),
    ...[...before.keys()].filter((key) => !now.has(key)).map((key) => `${key} was removed`),
  ]
}

/** `coordination.k8s.io/leases` → `leases.coordination.k8s.io` */
function resourceOf(table: string): string {
  const [group = '', plural = ''] = table.split('/')
  return group === '' ? plural : `${plural}.${group}`
}

/** The agents hold the original's ConfigMap lock beside their Lease. */
const isLease = (resource: string, name: string | undefined): boolean =>
  resource === 'leases.coordination.k8s.io' || (resource === 'configmaps' && name === contract.spoke.lock)

/** Whether it changed something that is no lease. */
const isWrite = ({ verb, resource, name, status }: RequestRecord): boolean =>
  writingVerbs.has(verb) && status < 400 && !isLease(resource, name)

/** `odfmo-hub-controller/1.2.3 …` → `hub-controller` */
const componentOf = ({ userAgent }: RequestRecord): string =>
  /^(?:odfmo-)?([^/\s]+)/.exec(userAgent)?.[1] ?? 'unknown'
