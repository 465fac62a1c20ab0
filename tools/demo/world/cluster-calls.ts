import type { KubeObject } from '@odfmo/api-types/meta'
import type { ClusterSource } from '../input/cluster-source.ts'

export interface Identity {
  readonly user: string
  readonly groups?: readonly string[]
}

/** What the demo asks of the process that plays a cluster. */
export interface ClusterCalls {
  /** On an existing cluster: what speaks against using it, a line each. */
  objections(): Promise<string[]>
  /** Installs the definitions that the demo needs, where that is not done yet. */
  prepare(): Promise<void>
  /**
   * Starts what runs on the cluster besides our own services: on the hub OCM and Ramen; on a spoke storage, the
   * kubelet, and OCM's agents with this kubeconfig for the hub.
   */
  startSimulators(hubKubeconfig?: string): Promise<void>
  /** Creates objects as an administrator would; namespaces that are missing come first. */
  apply(objects: readonly KubeObject[]): Promise<void>
  /** A kubeconfig for this identity: with a client certificate, or what an existing cluster allows. */
  kubeconfig(identity: Identity): Promise<string>
  /** Resolves when nothing but Leases has been written for a while. */
  settled(): Promise<void>
  /** Remembers what is there now, for `differences`. */
  remember(): Promise<void>
  /** How the cluster differs from what was remembered, a line each; empty when it is in the same state. */
  differences(): Promise<string[]>
  /** Everything but Events, on an existing cluster only what the demo has made: `resource namespace/name`. */
  objects(): Promise<string[]>
  /** Component → `verb resource` → how often; nothing where the cluster does not tell. */
  requests(): Promise<Record<string, Record<string, number>>>
  /** Writes other than of Leases since this moment (milliseconds since the epoch), a line each. */
  writesSince(atMs: number): Promise<string[]>
}

/** What the process is told when it starts. */
export type ClusterConfig = HubConfig | SpokeConfig

interface HubConfig {
  readonly role: 'hub'
  readonly name: string
  readonly source: ClusterSource
  /** The demo's temporary files. */
  readonly folder: string
  readonly ramenNamespace: string
}

export interface SpokeConfig {
  readonly role: 'spoke'
  readonly name: string
  readonly source: ClusterSource
  /** The demo's temporary files. */
  readonly folder: string
  /** The image of the agent, and what the kubelet runs in its place: a program and its first arguments. */
  readonly agentImage: string
  readonly agentCommand: readonly string[]
  /** Where the kubelet puts what pods mount. */
  readonly podFolder: string
}

export interface CallMessage {
  readonly id: number
  readonly call: keyof ClusterCalls
  readonly args: readonly unknown[]
}

export type ClusterMessage =
  | { readonly event: 'ready'; readonly kubeconfig: string }
  /** It could not be started: why, for a person. */
  | { readonly event: 'failed'; readonly why: string }
  /** At its end: what it could not take away from an existing cluster. */
  | { readonly event: 'left'; readonly left: readonly string[] }
  | { readonly event: 'answer'; readonly id: number; readonly answer?: unknown; readonly error?: string }
