import type { Clock } from './clock/clock.ts'
import type { ObjectSource } from './fixtures.ts'
import type { Journal } from './journal.ts'
import type { KubeObject } from './kube-object.ts'

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

export interface ClusterOptions {
  /** Name in kubeconfigs; `cluster` when absent. */
  readonly name?: string
  readonly clock?: Clock
  /** CustomResourceDefinitions: objects, files or folders. */
  readonly crds?: readonly ObjectSource[]
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

export interface Cluster {
  readonly name: string
  readonly url: string
  readonly ca: string
  kubeconfig(identity?: UserIdentity): string
  credentials(identity?: UserIdentity): Credentials
  installCrds(sources: ObjectSource | readonly ObjectSource[]): Promise<void>
  apply(...objects: readonly ObjectSource[]): Promise<void>
  get(kind: KindRef, key: ObjectKey): KubeObject | undefined
  list(kind: KindRef, namespace?: string): KubeObject[]
  readonly requests: Journal
  stop(): Promise<void>
}
