import type { Cluster, KubeObject, Snapshot } from '@odfmo/testkit'
import { afterAll, expect } from 'vitest'
import { clientOf } from './clients.ts'

export interface ClustersForTests<C extends Cluster = Cluster> {
  /** The cluster of the next test. */
  begin(): Promise<C>
  /** After the test. */
  end(cluster: C): Promise<void>
}

/** Tests of this package write into this namespace, and these kinds of a whole cluster. */
const namespace = 'default'
const clusterScoped = new Set([
  'rbac.authorization.k8s.io/clusterroles',
  'rbac.authorization.k8s.io/clusterrolebindings',
  'apiextensions.k8s.io/customresourcedefinitions',
])

const pathOf = (table: string, { apiVersion, metadata }: KubeObject): string => {
  const [, plural = ''] = table.split('/')
  const at = metadata.namespace === undefined ? '' : `/namespaces/${metadata.namespace}`
  return `${apiVersion.includes('/') ? '/apis' : '/api'}/${apiVersion}${at}/${plural}/${metadata.name ?? ''}`
}

const leftOver = (before: Snapshot, now: Snapshot): readonly string[] => {
  const known = new Set(
    Object.values(before.tables).flatMap((objects) => objects.map(({ metadata }) => metadata.uid)),
  )
  return Object.entries(now.tables).flatMap(([table, objects]) =>
    objects
      .filter(({ metadata }) => metadata.namespace === namespace || clusterScoped.has(table))
      .filter(({ metadata }) => !known.has(metadata.uid))
      .map((object) => pathOf(table, object)),
  )
}

/** Takes away what a test made, and waits until it is gone. */
const empty = async (cluster: Cluster, before: Snapshot): Promise<void> => {
  const client = await clientOf(cluster, {}, { rateLimit: false })
  try {
    await expect
      .poll(
        async () => {
          const paths = leftOver(before, await cluster.snapshot())
          // No kubelet is there to end a pod's time to stop.
          const atOnce = '?gracePeriodSeconds=0'
          await Promise.allSettled(paths.map((path) => client.raw('DELETE', `${path}${atOnce}`)))
          return paths
        },
        { timeout: 30_000 },
      )
      .toEqual([])
  } finally {
    await client.close()
  }
  cluster.requests?.clear()
}

/** A new cluster for each test in memory; elsewhere, where a start takes seconds, one for the file, emptied in between. */
export const clustersForTests = <C extends Cluster>(start: () => Promise<C>): ClustersForTests<C> => {
  let shared: { readonly cluster: C; readonly before: Snapshot } | undefined
  afterAll(() => shared?.cluster.stop())
  return {
    async begin() {
      if (shared !== undefined) return shared.cluster
      const cluster = await start()
      if (cluster.provider !== 'memory') shared = { cluster, before: await cluster.snapshot() }
      return cluster
    },
    end: (cluster) => (cluster === shared?.cluster ? empty(cluster, shared.before) : cluster.stop()),
  }
}
