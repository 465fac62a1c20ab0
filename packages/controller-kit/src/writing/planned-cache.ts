import { keyOf, keyText, type DeepReadonly, type KubeObject, type ObjectKey } from '@odfmo/api-types/meta'
import type { CacheReader, WriteObserver } from '../cache/cache.ts'
import type { WatchedKind } from '../watched-kind.ts'

const idOf = (of: WatchedKind, key: ObjectKey): string => `${of.name} ${keyText(key)}`

/**
 * A cache as it would be after planned writes: `get` sees them; look-ups in an index and lists are those of the real
 * cache, which learns of nothing.
 */
export const plannedCache = (cache: CacheReader): CacheReader & WriteObserver => {
  const planned = new Map<string, KubeObject | undefined>()
  return {
    get<T extends KubeObject>(of: WatchedKind<T>, key: ObjectKey): DeepReadonly<T> | undefined {
      const id = idOf(of, key)
      return planned.has(id) ? (planned.get(id) as DeepReadonly<T> | undefined) : cache.get(of, key)
    },
    find: (index, value, namespace) => cache.find(index, value, namespace),
    list: (of) => cache.list(of),
    sync: (of, namespace) => cache.sync(of, namespace),
    namespaces: (of) => cache.namespaces(of),
    goneSince: (of, key) => cache.goneSince(of, key),
    onEvent: (listener) => cache.onEvent(listener),
    onSync: (listener) => cache.onSync(listener),
    wrote: (of, object) => void planned.set(idOf(of, keyOf(object)), object),
    deleted: (of, key) => void planned.set(idOf(of, key), undefined),
  }
}
