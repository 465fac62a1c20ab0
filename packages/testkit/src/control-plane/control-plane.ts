import type { Cluster, Credentials, UserIdentity } from '../cluster.ts'
import type { ObjectSource } from '../fixtures.ts'
import type { Journal } from '../journal.ts'
import type { Snapshot } from '../snapshot.ts'

/** Which clusters, and how they are. */
export interface ControlPlaneOptions {
  /** Names, or with definitions of their own. */
  readonly clusters: readonly (string | { readonly name: string; readonly crds?: readonly ObjectSource[] })[]
  /** CustomResourceDefinitions of every cluster: objects, files or folders. */
  readonly crds?: readonly ObjectSource[]
  /** Whether a kube-controller-manager runs for each cluster; true when absent. */
  readonly controllers?: boolean
  /** For all of it; 120,000 when absent: machines that are busy take long. */
  readonly startTimeoutMs?: number
}

/** A cluster with a kube-apiserver of its own. */
export interface ControlPlaneCluster extends Cluster {
  readonly provider: 'control-plane'
  /** A new client certificate. */
  credentials(identity?: UserIdentity): Credentials
  /**
   * From the server's audit log, a moment after each answer. Requests of the API server to itself, of the controller
   * manager and of this object are left out; `bytes` is 0.
   */
  readonly requests: Journal
  /**
   * Makes its objects those of a snapshot, which may be that of another cluster, by requests. Uids are new ones, and owner
   * references follow them; what a control plane makes for itself stays.
   */
  restore(snapshot: Snapshot): Promise<void>
  /** Takes away the history of changes up to now, in etcd: of all clusters of its control plane. */
  compact(): Promise<void>
}

/** Real control planes as child processes of this one. */
export interface ControlPlane {
  readonly clusters: readonly ControlPlaneCluster[]
  /** Throws when there is none of this name. */
  cluster(name: string): ControlPlaneCluster
  /** Ends all its processes and removes their files. Rejects, after that, when one of them had ended by itself. */
  stop(): Promise<void>
  /** `stop`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>
}
