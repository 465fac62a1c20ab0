import type { DeepReadonly, KubeObject, ObjectKey } from '@odfmo/api-types/meta'
import type { Index, WatchedKind } from '../watched-kind.ts'

/** Whether what the cache says of a kind (in a namespace) can be believed. */
export type SyncState =
  | { readonly is: 'syncing'; readonly why: string }
  | { readonly is: 'synced' }
  /** The server does not serve the kind: counts as synced and empty; starts when its CRD comes. */
  | { readonly is: 'notServed' }
  /** Never "empty": blocks what reads it, shows in readiness. */
  | { readonly is: 'forbidden'; readonly why: string }

/** An object came (`old` absent), changed, or went (`object` absent). */
export interface CacheEvent<T extends KubeObject = KubeObject> {
  readonly of: WatchedKind<T>
  readonly key: ObjectKey
  readonly old?: DeepReadonly<T>
  readonly object?: DeepReadonly<T>
}

/** The cache of everything this process watches, read-only and synchronous. */
export interface CacheReader {
  /** Undefined: not there, or nothing is known (`sync` says which). Reading a kind starts its watch. */
  get<T extends KubeObject>(of: WatchedKind<T>, key: ObjectKey): DeepReadonly<T> | undefined
  /** `namespace`: only what is there is asked for; more may be answered. */
  find<T extends KubeObject>(index: Index<T>, value: string, namespace?: string): readonly DeepReadonly<T>[]
  /** All objects that are watched of the kind, in no order. */
  list<T extends KubeObject>(of: WatchedKind<T>): readonly DeepReadonly<T>[]
  /** Whether reads of the kind (in the namespace) can be believed. */
  sync(of: WatchedKind, namespace?: string): SyncState
  /** The namespaces that are watched of a kind with `namespaces: 'dynamic'`. */
  namespaces(of: WatchedKind): readonly string[]
  /**
   * Since when the object is known to be missing, in milliseconds of `Clock.now`: when its deletion was
   * seen, or when its kind synced without it. Undefined while it is there or nothing is known.
   */
  goneSince(of: WatchedKind, key: ObjectKey): number | undefined
  /** Called synchronously after each change is visible to reads; the answer unsubscribes. */
  onEvent(listener: (event: CacheEvent) => void): () => void
  /**
   * Called for each object that left because its namespace is watched no longer (`object` absent): it may well be
   * there still. Left out by caches that forget nothing.
   */
  onForget?(listener: (event: CacheEvent) => void): () => void
  /** The watch of a kind has a connection again after its server was away. Left out by caches that never lose it. */
  onRecover?(listener: (of: WatchedKind) => void): () => void
  /** A kind synced, stopped being served, was forbidden or allowed again, or gained a namespace. */
  onSync(listener: (of: WatchedKind) => void): () => void
}

/** Own writes enter the cache at once (architecture.md): else keys stick or write twice. */
export interface WriteObserver {
  /** The object as the server answered a create or a patch. */
  wrote<T extends KubeObject>(of: WatchedKind<T>, object: T): void
  /** A delete that took effect at once: a tombstone, so that late events of that uid are dropped. */
  deleted(of: WatchedKind, key: ObjectKey, uid: string): void
}
