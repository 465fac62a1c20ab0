import type { DeepReadonly, KubeObject, ObjectKey } from '@odfmo/api-types/meta'
import { isNotFound, isObjectNotFound } from '../client/kube-error.ts'
import type { ObjectClient } from '../client/object-client.ts'
import type { WatchedKind } from '../watched-kind.ts'
import type { CacheReader, WriteObserver } from './cache.ts'

/** Whom a live read asks, and who learns of the answer. */
export interface ReadLiveOptions {
  readonly cache: CacheReader & WriteObserver
  readonly client: ObjectClient
  readonly signal: AbortSignal
}

/**
 * The object as it is, selected or not, past the cache; the cache learns of it. Undefined when it is not there.
 * Throws the signal's reason, and a `KubeError` when nobody can say: also for a 404 about something else.
 */
export const readLive = async <T extends KubeObject>(
  of: WatchedKind<T>,
  key: ObjectKey,
  { cache, client, signal }: ReadLiveOptions,
): Promise<DeepReadonly<T> | undefined> => {
  signal.throwIfAborted()
  // The one that is cached now: while the answer is under way, another of its name may come.
  const { uid } = cache.get(of, key)?.metadata ?? {}
  try {
    const live = await client.get(of.kind, key, { signal })
    cache.wrote(of, live)
    return live as DeepReadonly<T>
  } catch (error) {
    if (!isNotFound(error)) throw error
    if (isObjectNotFound(error, of.kind, key.name)) {
      if (uid !== undefined) cache.deleted(of, key, uid)
      return undefined
    }
    // Not served, as the cache says too: believed. Else it may be a proxy, or a server that starts.
    if (cache.sync(of, key.namespace).is === 'notServed') return undefined
    throw error
  }
}
