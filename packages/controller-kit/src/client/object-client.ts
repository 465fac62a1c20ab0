import type { Kind, KubeObject, ObjectKey } from '@odfmo/api-types/meta'

/** A list as the server answers it. */
export interface ObjectList<T extends KubeObject> {
  readonly metadata: {
    readonly resourceVersion: string
    readonly continue?: string
    readonly remainingItemCount?: number
  }
  readonly items: readonly T[]
}

export interface ListOptions {
  readonly namespace?: string
  readonly labelSelector?: string
  readonly fieldSelector?: string
  readonly limit?: number
  readonly continue?: string
  readonly resourceVersion?: string
  readonly resourceVersionMatch?: 'Exact' | 'NotOlderThan'
  /** Only apiVersion, kind and metadata of each object travel. */
  readonly metadataOnly?: boolean
  readonly signal?: AbortSignal
}

export interface WatchOptions {
  readonly namespace?: string
  readonly labelSelector?: string
  readonly fieldSelector?: string
  /** Changes after this one; left out: from some recent state, which the first events give. */
  readonly resourceVersion?: string
  /** After so many seconds the server ends the watch. */
  readonly timeoutSeconds?: number
  readonly metadataOnly?: boolean
  /** Called when the server has accepted the watch, before the first event. */
  readonly onOpen?: () => void
  readonly signal?: AbortSignal
}

/** A change as a watch tells it; a bookmark carries nothing but a resourceVersion. */
export interface WatchEvent<T extends KubeObject = KubeObject> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK'
  readonly object: T
}

/** What a reflector needs of a cluster. */
export interface WatchClient {
  list<T extends KubeObject>(kind: Kind<T>, options?: ListOptions): Promise<ObjectList<T>>
  /**
   * The changes of a kind, until the server ends the watch. Throws a `KubeError` on a refusal, also one inside
   * the stream (410: list again), and when nothing came for so long that the connection must be dead.
   */
  watch<T extends KubeObject>(kind: Kind<T>, options?: WatchOptions): AsyncIterable<WatchEvent<T>>
}

export interface WriteOptions {
  /**
   * Asked right before each try, after every wait; false: nothing is sent and a `KubeError` of reason `Held` thrown.
   * For writes that only a leader may do.
   */
  readonly mayStart?: () => boolean
  readonly subresource?: string
  /** The server judges and answers, nothing is stored. */
  readonly dryRun?: boolean
  readonly fieldManager?: string
  readonly signal?: AbortSignal
}

export interface DeleteOptions {
  readonly uid?: string
  readonly resourceVersion?: string
  readonly propagationPolicy?: 'Background' | 'Foreground' | 'Orphan'
  /** See `WriteOptions`. */
  readonly mayStart?: () => boolean
  readonly dryRun?: boolean
  readonly signal?: AbortSignal
}

export type PatchType = 'merge' | 'json' | 'strategic' | 'apply'

/** What the engine and the write module need of a cluster; `KubeClient` is the real one. */
export interface ObjectClient {
  get<T extends KubeObject>(
    kind: Kind<T>,
    key: ObjectKey,
    options?: { readonly signal?: AbortSignal },
  ): Promise<T>
  list<T extends KubeObject>(kind: Kind<T>, options?: ListOptions): Promise<ObjectList<T>>
  create<T extends KubeObject>(kind: Kind<T>, object: T, options?: WriteOptions): Promise<T>
  patch<T extends KubeObject>(
    kind: Kind<T>,
    key: ObjectKey,
    type: PatchType,
    body: unknown,
    options?: WriteOptions & { readonly force?: boolean },
  ): Promise<T>
  /** Answers the object while finalizers hold it, otherwise undefined. */
  delete<T extends KubeObject>(kind: Kind<T>, key: ObjectKey, options?: DeleteOptions): Promise<T | undefined>
}
