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

/** Which objects, and how old they may be. With neither `limit` nor `resourceVersion`: all, as they are now. */
export interface ListOptions {
  /** Left out: all of them. */
  readonly namespace?: string
  /** As kubectl takes it: `app=web,tier in (a, b),!old`. */
  readonly labelSelector?: string
  /** `metadata.name=a`; which fields there are is up to the kind. */
  readonly fieldSelector?: string
  /** So many at the most; `metadata.continue` of the answer then asks for the next page. */
  readonly limit?: number
  readonly continue?: string
  /** `0`: whatever the server has at hand; with a match `NotOlderThan` or `Exact` so old. */
  readonly resourceVersion?: string
  readonly resourceVersionMatch?: 'Exact' | 'NotOlderThan'
  /** Only apiVersion, kind and metadata of each object travel. */
  readonly metadataOnly?: boolean
  readonly signal?: AbortSignal
}

/** Which changes, and from where on. */
export interface WatchOptions {
  readonly namespace?: string
  readonly labelSelector?: string
  readonly fieldSelector?: string
  /** Changes after this one; left out: from some recent state, which the first events give. */
  readonly resourceVersion?: string
  /**
   * A list by watching (KEP-3157): first an ADDED for every object there is, then a bookmark that is marked
   * `endsInitialEvents`, then changes. `resourceVersion` left out: as fresh as a consistent list; otherwise at least as
   * new as that. A server that does not offer it answers 422 (400 at some), one that never heard of it (before
   * Kubernetes 1.27) sends no such bookmark.
   */
  readonly sendInitialEvents?: boolean
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
  /** Only on the bookmark after the last initial event of `sendInitialEvents`; its resourceVersion is the list's. */
  readonly endsInitialEvents?: true
}

/** What a reflector needs of a cluster. */
export interface WatchClient {
  /** As `ObjectClient.list`. */
  list<T extends KubeObject>(kind: Kind<T>, options?: ListOptions): Promise<ObjectList<T>>
  /**
   * The changes of a kind, until the server ends the watch. Throws a `KubeError` on a refusal, also one inside
   * the stream (410: list again), and when nothing came for so long that the connection must be dead.
   */
  watch<T extends KubeObject>(kind: Kind<T>, options?: WatchOptions): AsyncIterable<WatchEvent<T>>
}

/** How one object is read. */
export interface GetOptions {
  /** `status`, `scale`: of its own kind, the answer is what the server gives. */
  readonly subresource?: string
  readonly signal?: AbortSignal
}

/** How a create, an update or a patch is done. */
export interface WriteOptions {
  /**
   * Asked right before each try, after every wait; false: nothing is sent and a `KubeError` of reason `Held` thrown.
   * For writes that only a leader may do.
   */
  readonly mayStart?: () => boolean
  /** `status`, `scale`; for a create `token`, `eviction`, `binding`: the object then says its kind itself. */
  readonly subresource?: string
  /** The server judges and answers, nothing is stored. */
  readonly dryRun?: boolean
  /** Owner of the fields that are written. Default: `odfmo-<component>`. */
  readonly fieldManager?: string
  readonly signal?: AbortSignal
}

/** Which object is meant (another uid or resourceVersion is a conflict), and how it goes. */
export interface DeleteOptions {
  /** Only the object of this uid, else 409. */
  readonly uid?: string
  /** Only this version of it, else 409. */
  readonly resourceVersion?: string
  /** What becomes of those it owns. Default: what the server has for the kind, mostly `Background`. */
  readonly propagationPolicy?: 'Background' | 'Foreground' | 'Orphan'
  /** See `WriteOptions`. */
  readonly mayStart?: () => boolean
  readonly dryRun?: boolean
  readonly signal?: AbortSignal
}

/** JSON merge patch (RFC 7386), JSON patch (RFC 6902), strategic merge patch (built-in kinds only), server-side apply. */
export type PatchType = 'merge' | 'json' | 'strategic' | 'apply'

/** What the engine and the write module need of a cluster; `KubeClient` is the real one. */
export interface ObjectClient {
  /** Throws a `KubeError`; 404: it is not there. */
  get<T extends KubeObject>(kind: Kind<T>, key: ObjectKey, options?: GetOptions): Promise<T>
  /** All objects that the options select, or one page of them. Throws a `KubeError`. */
  list<T extends KubeObject>(kind: Kind<T>, options?: ListOptions): Promise<ObjectList<T>>
  /** Answers the object as it was stored. Throws a `KubeError`; 409: the name is taken. */
  create<T extends KubeObject>(kind: Kind<T>, object: T, options?: WriteOptions): Promise<T>
  /** Answers the object as it was stored. Throws a `KubeError`; 409: it has changed, if the body names a version. */
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
