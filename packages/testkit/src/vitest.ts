import { expect, test } from 'vitest'
import type { TestAPI, TestContext } from 'vitest'
import type { ExpectedCondition, ExpectedObject } from './checks/wait-for-object.ts'
import type { Cluster, InMemoryCluster } from './cluster.ts'
import type { EventuallyOptions } from './eventually.ts'
import type { SameStateOptions } from './same-state.ts'
import type { Snapshot } from './snapshot.ts'
import { clusterMatchers } from './test-runners/cluster-matchers.ts'
import type { ClusterTestContext, ClusterTestOptions } from './test-runners/cluster-test-options.ts'
import { FileClusters } from './test-runners/file-clusters.ts'
import type { TestClusters } from './test-runners/test-clusters.ts'
import { wantedClusters } from './test-runners/wanted-clusters.ts'

export type {
  ClusterOfTest,
  ClusterTestContext,
  ClusterTestOptions,
} from './test-runners/cluster-test-options.ts'
export type { ExpectedCondition, ExpectedObject } from './checks/wait-for-object.ts'

/** What `expect(cluster)` has besides; each waits and tells, when time is up, what differed last. */
export interface ClusterMatchers {
  /** There is, or comes to be, an object with every field given; with `not`: there is none, or it goes. */
  toHaveObject(wanted: ExpectedObject, options?: EventuallyOptions): Promise<void>
  /** The object's condition of this type is, or comes to be, as wanted: `True` when nothing is said. */
  toHaveCondition(
    object: ExpectedObject,
    type: string,
    wanted?: ExpectedCondition | 'True' | 'False' | 'Unknown',
  ): Promise<void>
  /** The cluster is, or comes to be, as in the snapshot, as `sameState` compares. */
  toHaveState(wanted: Snapshot, options?: EventuallyOptions & SameStateOptions): Promise<void>
}

declare global {
  // Where all versions of vitest since 3.2 take them from; their own `Matchers` has other parameters in each.
  namespace Chai {
    interface Assertion extends ClusterMatchers {}
  }
}

expect.extend(clusterMatchers)

type Use<T> = (value: T) => Promise<void>
type Task = TestContext['task']

/** Vitest has kept the error as plain data by then; what is added to its message is printed with it. */
const addReport = (task: Task, clusters: TestClusters): void => {
  const error = task.result?.state === 'fail' ? task.result.errors?.at(-1) : undefined
  const report = error === undefined ? '' : clusters.report(error.message)
  if (error === undefined || report === '') return
  const message = `${error.message}\n\n${report}\n`
  // reporters for machines print the stack, which begins with the message
  error.stack = error.stack?.replace(error.message, () => message)
  error.message = message
}

/**
 * A `test` whose context has clusters, started when the first test that wants them runs, and stopped after the file (or
 * the test). With a failed test it prints what the test changed in them and the last requests. To be called at the top of
 * a file.
 */
export function clusterTest<const Name extends string = 'cluster'>(
  options?: ClusterTestOptions<Name> & { readonly provider?: 'memory' },
): TestAPI<ClusterTestContext<Name, InMemoryCluster>>
/** The same on the provider that the options name: what every provider's clusters can do. */
export function clusterTest<const Name extends string = 'cluster'>(
  options: ClusterTestOptions<Name>,
): TestAPI<ClusterTestContext<Name, Cluster>>
export function clusterTest(options: ClusterTestOptions<string> = {}): unknown {
  const names = ['namespace', ...wantedClusters(options).map(([name]) => name)]
  // each call has clusters of its own, also where two are given the same options
  const own = { ...options }
  const fromRun =
    (name: string) =>
    async ({ testkitRun }: { testkitRun: TestClusters }, use: Use<unknown>): Promise<void> =>
      use(testkitRun.context[name])
  const fixtures = {
    // Vitest 3 has one fixture of a name for all that a file extends: it may have to hold the clusters of them all.
    testkitClusters: [
      // oxlint-disable-next-line no-empty-pattern -- vitest reads the names of fixtures from it
      async ({}: object, use: Use<FileClusters>) => {
        const clusters = new FileClusters()
        await use(clusters)
        await clusters.stop()
      },
      { scope: options.per ?? 'file' },
    ],
    async testkitRun(
      { testkitClusters, task }: { testkitClusters: FileClusters; task: Task },
      use: Use<TestClusters>,
    ) {
      const clusters = await testkitClusters.get(own)
      await clusters.begin(task.name, task.timeout)
      await use(clusters)
      addReport(task, clusters)
      await clusters.end()
    },
    ...Object.fromEntries(names.map((name) => [name, fromRun(name)])),
  }
  return test.extend(fixtures as never)
}
