import type { Kind, KubeObject, ObjectKey } from '@odfmo/api-types/meta'

/** A list as the server answers it. */
export interface ObjectList<T extends KubeObject> {
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string; readonly remainingItemCount?: number }
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
  readonly signal?: AbortSignal
}

export interface WriteOptions {
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
  readonly dryRun?: boolean
  readonly signal?: AbortSignal
}

export type PatchType = 'merge' | 'json' | 'strategic' | 'apply'

/** What the engine and the write module need of a cluster; `KubeClient` is the real one. */
export interface ObjectClient {
  get<T extends KubeObject>(kind: Kind<T>, key: ObjectKey, options?: { readonly signal?: AbortSignal }): Promise<T>
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
