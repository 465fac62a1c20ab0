import { startCluster, startTestCluster, type Cluster, type InMemoryCluster } from '@odfmo/testkit'
import { afterEach, beforeEach } from 'vitest'
import type { KubeClient } from '../src/client/kube-client.ts'
import { clientOf } from './clients.ts'
import { clustersForTests } from './clusters-for-tests.ts'

/** What the test at hand works with; to be read inside of tests. */
interface Each<C extends Cluster> {
  readonly cluster: C
  /** An administrator's. */
  readonly client: KubeClient
}

const each = <C extends Cluster>(begin: () => Promise<C>, end: (cluster: C) => Promise<void>): Each<C> => {
  let now: Each<C> | undefined
  beforeEach(async () => {
    const cluster = await begin()
    now = { cluster, client: await clientOf(cluster) }
  })
  afterEach(async () => {
    await now?.client.close()
    if (now !== undefined) await end(now.cluster)
    now = undefined
  })
  const current = (): Each<C> => {
    if (now === undefined) throw new Error('outside of a test')
    return now
  }
  return {
    get cluster() {
      return current().cluster
    },
    get client() {
      return current().client
    },
  }
}

/** A cluster of the chosen provider for each test of the file or block. */
export const eachOnAnyCluster = (): Each<Cluster> => {
  const clusters = clustersForTests(() => startTestCluster({ name: 'hub' }))
  return each(
    () => clusters.begin(),
    (cluster) => clusters.end(cluster),
  )
}

/** One in memory for each test: for servers that fail, are slow or forget on demand. */
export const eachInMemory = (): Each<InMemoryCluster> =>
  each(
    () => startCluster({ name: 'hub' }),
    (cluster) => cluster.stop(),
  )
