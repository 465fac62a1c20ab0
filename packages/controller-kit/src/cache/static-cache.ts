import type { KubeObject } from '@odfmo/api-types/meta'
import { systemClock, type Clock } from '../clock.ts'
import type { WatchedKind } from '../watched-kind.ts'
import type { CacheReader, SyncState } from './cache.ts'
import { Store } from './store.ts'

/** What else a cache of given objects says of itself. */
export interface StaticCacheOptions {
  /** Wall clock milliseconds at which everything synced: what `goneFor` counts from. 0 when left out. */
  readonly syncedAt?: number
  /** Kinds that are not simply synced. Kinds left out of the objects are synced and empty. */
  readonly sync?: ReadonlyMap<WatchedKind, SyncState>
}

/**
 * A cache of given objects that never changes: to evaluate rules without a server, in tests and for `plan`.
 * Objects are stored as given; missing uids and resourceVersions are made up, in order.
 */
export const staticCache = (
  contents: readonly (readonly [WatchedKind, readonly KubeObject[]])[],
  { syncedAt = 0, sync = new Map() }: StaticCacheOptions = {},
): CacheReader => {
  const clock: Clock = { ...systemClock, now: () => syncedAt }
  const stores = new Map<WatchedKind, Store<KubeObject>>()
  const storeOf = (of: WatchedKind): Store<KubeObject> => {
    const store = stores.get(of) ?? new Store<KubeObject>(of, clock)
    stores.set(of, store)
    return store
  }
  let version = 1
  for (const [of, objects] of contents) {
    const numbered = objects.map((object) => {
      version += 1
      const { uid = `uid-${version}`, resourceVersion = String(version) } = object.metadata
      return { ...object, metadata: { ...object.metadata, uid, resourceVersion } }
    })
    storeOf(of).replace(numbered, String(version))
  }
  for (const [, store] of stores) if (store.size === 0) store.replace([], '1')
  return {
    get: (of, key) => storeOf(of).get(key) as never,
    find: (index, value) => storeOf(index.of).find(index, value) as never,
    list: (of) => storeOf(of).list() as never,
    sync: (of) => sync.get(of) ?? { is: 'synced' },
    namespaces: (of) => (Array.isArray(of.namespaces) ? of.namespaces : []),
    goneSince: (of, key) =>
      storeOf(of).goneSince(key) ?? (storeOf(of).get(key) === undefined ? syncedAt : undefined),
    onEvent: () => () => undefined,
    onSync: () => () => undefined,
  }
}
