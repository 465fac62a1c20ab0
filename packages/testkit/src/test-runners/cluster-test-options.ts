import type { Clock } from '../clock/clock.ts'
import type { Cluster, InMemoryCluster } from '../cluster.ts'
import type { ObjectSource } from '../fixtures.ts'

/** One of several clusters, as far as it differs from the others. */
export interface ClusterOfTest {
  /** CustomResourceDefinitions besides those of all clusters: objects, files or folders. */
  readonly crds?: readonly ObjectSource[]
  /** What is there before the first test, besides that of all clusters. */
  readonly objects?: readonly ObjectSource[]
}

/** Which clusters tests get, how often they are new, and how one test is kept from the next. */
export interface ClusterTestOptions<Name extends string = 'cluster'> {
  /** Their names, which are the names in the test's context; `cluster` alone when absent. */
  readonly clusters?: readonly Name[] | Readonly<Record<Name, ClusterOfTest>>
  /** CustomResourceDefinitions of every cluster: objects, files or folders. */
  readonly crds?: readonly ObjectSource[]
  /** What is there before the first test in every cluster: objects, files or folders. */
  readonly objects?: readonly ObjectSource[]
  /** Garbage collection, namespaces, signing, service accounts; true when absent. */
  readonly controllers?: boolean
  /** Of clusters in memory; the machine's when absent. It goes on from test to test. */
  readonly clock?: Clock
  /** `memory` when absent; `environment`: as TESTKIT_PROVIDER says, and then tests can only use what all providers have. */
  readonly provider?: 'memory' | 'environment'
  /** When clusters are started and stopped; `file` when absent, and then tests that run concurrently fail. */
  readonly per?: 'file' | 'test'
  /**
   * What a test finds. `restore`: the state before the first test, no faults, an empty journal (the default in memory);
   * `namespace`: a new namespace in every cluster, which is deleted afterwards (the default elsewhere); `none`: what the
   * test before left.
   */
  readonly isolation?: 'restore' | 'namespace' | 'none'
}

/** What a test gets: each cluster by its name, and a namespace to work in (`default` unless each test has its own). */
export type ClusterTestContext<Name extends string, C extends Cluster = InMemoryCluster> = {
  readonly [Each in Name]: C
} & { readonly namespace: string }
