import type { Clock } from './clock/clock.ts'
import type { Faults } from './faults.ts'
import type { ObjectSource } from './fixtures.ts'
import type { Journal } from './journal.ts'
import type { KubeObject } from './kube-object.ts'
import type { Snapshot } from './snapshot.ts'

export interface UserIdentity {
  readonly user?: string
  readonly groups?: readonly string[]
}

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
  /** Signs approved requests of `kubernetes.io/kube-apiserver-client`, and takes decided ones away after an hour. */
  readonly csrSigning?: boolean
  /** `default` accounts, `kube-root-ca.crt`, tokens in secrets. */
  readonly serviceAccounts?: boolean
}

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
}

/** Which objects a read is of. */
export interface KindRef {
  readonly apiVersion: string
  readonly kind: string
}

export interface ObjectKey {
  readonly namespace?: string
  readonly name: string
}

/** One change as `on` reports it. */
export interface ClusterEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'
  readonly object: KubeObject
}

/** A cluster that runs in this process. */
export interface Cluster {
  readonly name: string
  /** `https://127.0.0.1:PORT` */
  readonly url: string
  /** PEM of the authority that signed the server's certificate. */
  readonly ca: string
  /** YAML with everything inline; `admin` in `system:masters` when nobody is named. */
  kubeconfig(identity?: UserIdentity): string
  /** A new client certificate. */
  credentials(identity?: UserIdentity): Credentials
  /** A token of a service account, as TokenRequest gives it; an hour when `expirationSeconds` is absent. */
  serviceAccountToken(account: {
    readonly namespace: string
    readonly name: string
    readonly expirationSeconds?: number
  }): string
  /** Creates or merges CustomResourceDefinitions: objects, files or folders. Served when it resolves. */
  installCrds(sources: ObjectSource | readonly ObjectSource[]): Promise<void>
  /** Creates objects, or merges them into what is there (status too), as an admin and without a request. */
  apply(...objects: readonly ObjectSource[]): Promise<void>
  /** A copy; undefined when it is not there. Namespace `default` when absent. */
  get(kind: KindRef, key: ObjectKey): KubeObject | undefined
  /** Copies, by namespace and name; of all namespaces when none is given. */
  list(kind: KindRef, namespace?: string): KubeObject[]
  /** Calls back for every change of a kind; the answer ends that. */
  on(kind: KindRef, listener: (event: ClusterEvent) => void): () => void
  /** Calls back after any change at all; the answer ends that. */
  onChange(listener: () => void): () => void
  /** Resolves with what `read` answers as soon as that is something; `eventually` is for checks that throw. */
  wait<T>(read: () => T | undefined, options?: { readonly timeoutMs?: number }): Promise<T>
  snapshot(): Snapshot
  restore(snapshot: Snapshot): void
  readonly requests: Journal
  readonly faults: Faults
  /** Ends every connection and every controller. */
  stop(): Promise<void>
}
