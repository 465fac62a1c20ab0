import type { Cluster, ContainerEvent, StorageSimulator } from '@odfmo/testkit'
import type { ClusterCalls } from '../../demo/world/cluster-calls.ts'
import type { Observer } from '../../demo/world/observer.ts'
import type { Part } from './parts.ts'

export interface FleetOptions {
  /** Path of the kubeconfig file. */
  readonly kubeconfig: string
  /** Cluster → its context: `hub` and two spokes. */
  readonly contexts: Readonly<Record<string, string>>
  /** What is not really there and is played. */
  readonly parts: readonly Part[]
  /** Where odfmo is installed on the hub. */
  readonly namespace: string
  /** How long anything may take that has to come about. */
  readonly timeoutMs: number
  readonly signal: AbortSignal
  /** What people have to know of cleaning up. */
  readonly log: (line: string) => void
  /** What simulators met: refusals until the hub knows them, conflicts. Worth reading when something has failed. */
  readonly note: (line: string) => void
  /** Told of what a played kubelet does on the hub. */
  readonly onContainer?: (event: ContainerEvent) => void
}

/** A hub on which odfmo is installed and two spokes, used as they are, with what is not there played. */
export interface Fleet extends Pick<FleetOptions, 'namespace' | 'timeoutMs' | 'signal'> {
  readonly hub: Cluster
  readonly spokes: readonly Cluster[]
  /** What all clusters hold, and clients of their administrators. */
  readonly observer: Observer
  /** Spoke → its played storage. */
  readonly storages: ReadonlyMap<string, StorageSimulator>
  /** What only clusters of others need, the hub's first. */
  readonly calls: readonly (ClusterCalls & { readonly name: string })[]
  /** Resolves with what `check` answers once it throws no more; rejects with what it threw last. */
  readonly until: <T>(check: () => T | Promise<T>) => Promise<T>
  /** Ends what is played, and takes away what was put onto the clusters. */
  stop(): Promise<void>
}
