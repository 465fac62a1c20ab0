import { kinds } from '@odfmo/api-types'
import { ClusterClient } from '../access/cluster-client.ts'
import { namespace } from '../builders/builders.ts'
import type { Cluster, InMemoryCluster } from '../cluster.ts'
import { limitWaits } from '../patience.ts'
import type { Snapshot } from '../snapshot.ts'
import type { ClusterTestOptions } from './cluster-test-options.ts'
import { failureReport } from './failure-report.ts'
import { startWanted } from './start-wanted.ts'

const isInMemory = (cluster: Cluster): cluster is InMemoryCluster => cluster.provider === 'memory'

/** `namespace` from a test's title: a name that Kubernetes takes, and that says whose it is. */
const namespaceOf = (title: string, count: number): string => {
  const words = title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')
  return `test-${count}-${words}`.slice(0, 63).replace(/-+$/, '')
}

/** The clusters of some tests, whatever runs them: told when a test begins and ends, it keeps one from the next. */
export class TestClusters {
  readonly #clusters: ReadonlyMap<string, Cluster>
  readonly #isolation: 'restore' | 'namespace' | 'none'
  /** What `restore` goes back to. */
  readonly #first = new Map<Cluster, Snapshot>()
  /** What the test found, to tell what it changed. */
  #found: ReadonlyMap<Cluster, Snapshot> = new Map()
  #namespace = 'default'
  #count = 0
  /** The title of the test that runs. */
  #running: string | undefined

  private constructor(clusters: ReadonlyMap<string, Cluster>, isolation: ClusterTestOptions['isolation']) {
    this.#clusters = clusters
    const all = [...clusters.values()]
    this.#isolation = isolation ?? (all.every(isInMemory) ? 'restore' : 'namespace')
    if (this.#isolation !== 'restore') return
    for (const cluster of all) {
      if (!isInMemory(cluster))
        throw new TypeError(
          `isolation "restore" is for clusters in memory, ${cluster.name} is ${cluster.provider}`,
        )
      this.#first.set(cluster, cluster.snapshot())
    }
  }

  static async start(options: ClusterTestOptions<string>): Promise<TestClusters> {
    return new TestClusters(await startWanted(options), options.isolation)
  }

  /** What a test works with: the clusters by their names, and the namespace. */
  get context(): Readonly<Record<string, Cluster | string>> {
    return { ...Object.fromEntries(this.#clusters), namespace: this.#namespace }
  }

  /**
   * Before each test. `testMs`: the time it has, as its runner counts. Rejects while another test runs whose state or
   * namespace it would take away; that one goes on.
   */
  async begin(title: string, testMs: number): Promise<void> {
    if (this.#running !== undefined && this.#isolation !== 'none')
      throw new Error(
        `"${title}" begins while "${this.#running}" runs: tests that run concurrently need clusters of their own, by clusterTest({ per: 'test' }), or isolation: 'none'`,
      )
    this.#running = title
    try {
      await this.#prepare(title, testMs)
    } catch (error) {
      this.#running = undefined
      throw error
    }
  }

  async #prepare(title: string, testMs: number): Promise<void> {
    const all = [...this.#clusters.values()]
    limitWaits(all, testMs)
    this.#count += 1
    for (const [cluster, snapshot] of this.#first) {
      if (!isInMemory(cluster)) continue
      cluster.faults.clear()
      await cluster.faults.refuseConnections(false)
      cluster.restore(snapshot)
      cluster.requests.clear()
    }
    if (this.#isolation === 'namespace') {
      this.#namespace = namespaceOf(title, this.#count)
      await Promise.all(all.map((cluster) => cluster.apply(namespace(this.#namespace))))
    }
    this.#found = new Map(all.filter(isInMemory).map((cluster) => [cluster, cluster.snapshot()]))
  }

  /** What to print with a failed test: what it changed, and the last requests where `failure` does not tell them. */
  report(failure: string): string {
    return [...this.#clusters.values()]
      .map((cluster) => failureReport(cluster, this.#found.get(cluster), failure))
      .filter((text) => text !== '')
      .join('\n')
  }

  /** After each test. */
  async end(): Promise<void> {
    this.#running = undefined
    if (this.#isolation !== 'namespace') return
    for (const cluster of this.#clusters.values()) {
      const client = new ClusterClient(cluster.kubeconfig(), 'testkit')
      try {
        await client.remove(kinds.Namespace, { name: this.#namespace })
      } finally {
        await client.close()
      }
    }
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#clusters.values()].map((cluster) => cluster.stop()))
  }
}
