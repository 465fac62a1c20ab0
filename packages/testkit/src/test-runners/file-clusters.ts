import type { ClusterTestOptions } from './cluster-test-options.ts'
import { TestClusters } from './test-clusters.ts'

/** The clusters of one file, a set for each `clusterTest`: started when its first test runs, stopped together. */
export class FileClusters {
  readonly #sets = new Map<ClusterTestOptions<string>, Promise<TestClusters>>()

  /** The set of these options, which are told apart as objects: two of one content are two. */
  get(options: ClusterTestOptions<string>): Promise<TestClusters> {
    const started = this.#sets.get(options) ?? TestClusters.start(options)
    this.#sets.set(options, started)
    return started
  }

  async stop(): Promise<void> {
    // that they could not be started was told by the tests
    const sets = await Promise.allSettled(this.#sets.values())
    await Promise.all(sets.flatMap((set) => (set.status === 'fulfilled' ? [set.value.stop()] : [])))
  }
}
