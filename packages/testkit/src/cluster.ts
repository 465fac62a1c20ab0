import type { ConversionAddress } from './conversion/point-conversions.ts'
import type { ServiceKey } from './admission/service-routes.ts'
import type { Clock } from './clock/clock.ts'
import type { Faults } from './faults.ts'
import type { ObjectSource } from './fixtures.ts'
import type { Journal } from './journal.ts'
import type { KubeObject } from './kube-object.ts'
import type { Snapshot } from './snapshot.ts'

/** Somebody who sends requests; `admin` in `system:masters` when nobody is named. */
export interface UserIdentity {
  readonly user?: string
  readonly groups?: readonly string[]
}

/** A way in by client certificate. */
export interface Credentials {
  /** PEM of the authority that signed the server's certificate. */
  readonly ca: string
  /** PEM */
  readonly cert: string
  readonly key: string
}

/** What a controller manager does for a cluster; each on when left out. */
export interface ControllerOptions {
  /** By owner references: background, foreground, orphan. */
  readonly garbageCollection?: boolean
  /** Empties and removes namespaces that are being deleted. */
  readonly namespaces?: boolean
  /**
   * Signs approved requests of `kubernetes.io/kube-apiserver-client` and of the two signers of kubelets, and takes
   * decided ones away after an hour.
   */
  readonly csrSigning?: boolean
  /** `default` accounts, `kube-root-ca.crt`, tokens in secrets. */
  readonly serviceAccounts?: boolean
  /** Lets PersistentVolumes and their claims go, once they are deleted and nothing uses them. */
  readonly volumeProtection?: boolean
}

/** How a cluster of this process is. */
export interface ClusterOptions {
  /** Name in kubeconfigs; `cluster` when absent. */
  readonly name?: string
  readonly clock?: Clock
  /** CustomResourceDefinitions: objects, files or folders. */
  readonly crds?: readonly ObjectSource[]
  /** `false`: none, like a bare control plane. */
  readonly controllers?: ControllerOptions | false
  /** 0, a free one, when absent. */
  readonly port?: number
  /** How many changes watches can go back; 10,000 when absent. */
  readonly historyLimit?: number
  /** How many records the journal keeps, the newest; 50,000 when absent, its counters go on beyond that. */
  readonly journalLimit?: number
}

/** Which objects a read is of. */
export interface KindRef {
  readonly apiVersion: string
  readonly kind: string
}

/** The name of one object; `namespace` is `default` when absent. */
export interface ObjectKey {
  readonly namespace?: string
  readonly name: string
}

/** One change as `on` reports it. */
export interface ClusterEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'
  readonly object: KubeObject
}

/** Where clusters come from: this process, a real control plane as child processes, or a kubeconfig. */
export type Provider = 'memory' | 'control-plane' | 'existing'

/** What is at once there in one provider and takes a request in another: `await` serves both. */
export type MaybePromise<T> = T | Promise<T>

/** A service account, and how long a token for it shall hold. */
export interface TokenRequest {
  readonly namespace: string
  readonly name: string
  /** An hour when absent. */
  readonly expirationSeconds?: number
}

/** What is changed in definitions before they are installed. */
export interface InstallCrdsOptions {
  /**
   * Where the conversion webhooks of the definitions are: their services become this URL with the service's path. What
   * `startConversionServer` answers is one.
   */
  readonly conversion?: ConversionAddress
}

/** A cluster of any provider: what a test says with this alone runs on all of them. */
export interface Cluster {
  readonly provider: Provider
  readonly name: string
  /** `https://HOST:PORT` */
  readonly url: string
  /** PEM of the authority that signed the server's certificate. */
  readonly ca: string
  /**
   * YAML with everything inline. An administrator when nobody is named; else this user with these groups, by a client
   * certificate, or on an existing cluster by impersonation.
   */
  kubeconfig(identity?: UserIdentity): string
  /** A token of a service account, as TokenRequest gives it. */
  serviceAccountToken(account: TokenRequest): MaybePromise<string>
  /** Creates or merges CustomResourceDefinitions: objects, files or folders. Served when it resolves. */
  installCrds(sources: ObjectSource | readonly ObjectSource[], options?: InstallCrdsOptions): Promise<void>
  /** Creates objects, or merges them into what is there (status too), as an administrator. */
  apply(...objects: readonly ObjectSource[]): Promise<void>
  /** A copy; undefined when it is not there. Namespace `default` when absent. */
  get(kind: KindRef, key: ObjectKey): MaybePromise<KubeObject | undefined>
  /** Copies, by namespace and name; of all namespaces when none is given. */
  list(kind: KindRef, namespace?: string): MaybePromise<KubeObject[]>
  /** Calls back for every change of a kind from now on; the answer ends that. */
  on(kind: KindRef, listener: (event: ClusterEvent) => void): MaybePromise<() => void>
  /** Calls back soon after any change at all; the answer ends that. */
  onChange(listener: () => void): () => void
  /** Resolves with what `read` answers as soon as that is something; `eventually` is for checks that throw. */
  wait<T>(read: () => MaybePromise<T | undefined>, options?: { readonly timeoutMs?: number }): Promise<T>
  /** All objects as they are now. */
  snapshot(): MaybePromise<Snapshot>
  /** Calls back, and waits for it, when the cluster is stopped and before it ends; the answer takes that back. Throws afterwards. */
  onStop(listener: () => MaybePromise<void>): () => void
  /** What was asked of the server; a cluster that others started does not tell. */
  readonly requests?: Journal
  /**
   * Ends every connection, and the cluster itself unless others started it. What waits for something in it rejects, and
   * so does what is asked of it from then on. A cluster that is not stopped keeps the process alive.
   */
  stop(): Promise<void>
  /** `stop`, for `await using cluster = await startCluster()`. */
  [Symbol.asyncDispose](): Promise<void>
}

/** A cluster that runs in this process: reads are at once, and it misbehaves on demand. */
export interface InMemoryCluster extends Cluster {
  readonly provider: 'memory'
  /** Writes a kubeconfig to a file, and writes it anew when certificates are rotated. */
  writeKubeconfig(path: string, identity?: UserIdentity): void
  /** A new client certificate. */
  credentials(identity?: UserIdentity): Credentials
  serviceAccountToken(account: TokenRequest): string
  /** Throws for a version that a conversion webhook has to be asked for: that takes a request. */
  get(kind: KindRef, key: ObjectKey): KubeObject | undefined
  /** Throws as `get` does. */
  list(kind: KindRef, namespace?: string): KubeObject[]
  on(kind: KindRef, listener: (event: ClusterEvent) => void): () => void
  snapshot(): Snapshot
  restore(snapshot: Snapshot): void
  /**
   * Says at which `https://HOST:PORT` a service is, for webhooks that are called through it: a cluster in memory has no
   * network. Its certificate must be for `NAME.NAMESPACE.svc`.
   */
  routeService(service: ServiceKey, url: string): void
  readonly requests: Journal
  readonly faults: Faults
}
