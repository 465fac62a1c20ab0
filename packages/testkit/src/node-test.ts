import { after, test } from 'node:test'
import type { TestContext, TestOptions } from 'node:test'
import type { Cluster, InMemoryCluster } from './cluster.ts'
import type { ClusterTestContext, ClusterTestOptions } from './test-runners/cluster-test-options.ts'
import { FileClusters } from './test-runners/file-clusters.ts'
import { TestClusters } from './test-runners/test-clusters.ts'
import { wantedClusters } from './test-runners/wanted-clusters.ts'

export type {
  ClusterOfTest,
  ClusterTestContext,
  ClusterTestOptions,
} from './test-runners/cluster-test-options.ts'

/** A test's function: it gets the clusters, then node's own context. */
export type ClusterTestBody<Context> = (context: Context, t: TestContext) => void | Promise<void>

/** Registers a test as `test` of node:test does. */
export type RegisterClusterTest<Context> = (
  name: string,
  ...rest:
    | readonly [body: ClusterTestBody<Context>]
    | readonly [options: TestOptions, body: ClusterTestBody<Context>]
) => void

/** `test` of node:test, with clusters in its context. */
export interface ClusterTest<Context> extends RegisterClusterTest<Context> {
  readonly skip: RegisterClusterTest<Context>
  readonly todo: RegisterClusterTest<Context>
  readonly only: RegisterClusterTest<Context>
}

/** Since Node 20.12; the types do not say so yet. */
interface Outcome {
  readonly passed: boolean
  readonly error?: Error | null
}

/**
 * A `test` whose function gets clusters, started when the first test runs, and stopped after the file (or the test).
 * With a failed test it prints what the test changed in them and the last requests. To be called at the top of a file.
 */
export function clusterTest<const Name extends string = 'cluster'>(
  options?: ClusterTestOptions<Name> & { readonly provider?: 'memory' },
): ClusterTest<ClusterTestContext<Name, InMemoryCluster>>
/** The same on the provider that the options name: what every provider's clusters can do. */
export function clusterTest<const Name extends string = 'cluster'>(
  options: ClusterTestOptions<Name>,
): ClusterTest<ClusterTestContext<Name, Cluster>>
export function clusterTest(options: ClusterTestOptions<string> = {}): ClusterTest<never> {
  wantedClusters(options) // what is wrong with them is wrong here, not in each test
  const isPerTest = options.per === 'test'
  const shared = new FileClusters()
  if (!isPerTest) after(() => shared.stop())

  const run =
    (body: ClusterTestBody<never>, { timeout = 0 }: TestOptions) =>
    async (t: TestContext): Promise<void> => {
      const clusters = isPerTest ? await TestClusters.start(options) : await shared.get(options)
      let hasBegun = false
      t.after(async () => {
        const { passed, error } = t as TestContext & Outcome
        const report = passed || !hasBegun ? '' : clusters.report(error?.message ?? '')
        if (report !== '') t.diagnostic(report)
        if (hasBegun) await clusters.end()
        if (isPerTest) await clusters.stop()
      })
      await clusters.begin(t.name, timeout)
      hasBegun = true
      await body(clusters.context as never, t)
    }

  const registerWith =
    (register: typeof test): RegisterClusterTest<never> =>
    (name, ...rest) => {
      const [testOptions, body] = rest.length === 1 ? [{}, rest[0]] : rest
      // its promise is for tests within tests
      void register(name, testOptions, run(body, testOptions))
    }
  return Object.assign(registerWith(test), {
    skip: registerWith(test.skip as typeof test),
    todo: registerWith(test.todo as typeof test),
    only: registerWith(test.only as typeof test),
  })
}
