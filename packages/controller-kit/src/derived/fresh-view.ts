import { keyText, type DeepReadonly, type KubeObject, type ObjectKey } from '@odfmo/api-types/meta'
import type { CacheReader } from '../cache/cache.ts'
import { selectedBy } from '../cache/selector.ts'
import type { Store } from '../cache/store.ts'
import type { WatchedKind } from '../watched-kind.ts'
import type { KeptReads } from './kept-reads.ts'
import type { Reads } from './reads.ts'

/** A cache reader for one confirming evaluation. `fetch` gets what the last evaluation read and this view lacked. */
export class FreshView implements CacheReader {
  readonly #cache: CacheReader
  readonly #getLive: (of: WatchedKind, key: ObjectKey) => Promise<DeepReadonly<KubeObject> | undefined>
  readonly #listLive: (of: WatchedKind, namespace: string | undefined) => Promise<Store<KubeObject>>
  readonly #objects = new Map<string, DeepReadonly<KubeObject> | undefined>()
  readonly #lists = new Map<string, Store<KubeObject>>()

  constructor(
    cache: CacheReader,
    getLive: (of: WatchedKind, key: ObjectKey) => Promise<DeepReadonly<KubeObject> | undefined>,
    listLive: (of: WatchedKind, namespace: string | undefined) => Promise<Store<KubeObject>>,
  ) {
    this.#cache = cache
    this.#getLive = getLive
    this.#listLive = listLive
  }

  /** Gets live whatever `reads` names and is not here yet; answers whether there was any. */
  async fetch(
    reads: Reads | KeptReads,
    own: { readonly of: WatchedKind; readonly key: ObjectKey },
  ): Promise<boolean> {
    const lists = new Map<string, { readonly of: WatchedKind; readonly namespace: string | undefined }>()
    for (const { of } of reads.lists.values()) lists.set(listId(of), { of, namespace: undefined })
    for (const { index, namespace } of reads.buckets.values()) {
      // Of another the cache has nothing either.
      if (isPossible(namespace)) lists.set(listId(index.of, namespace), { of: index.of, namespace })
    }
    for (const [id, { of, namespace }] of lists)
      if (this.#listOf(of, namespace) !== undefined) lists.delete(id)
    await Promise.all(
      [...lists].map(async ([id, { of, namespace }]) =>
        this.#lists.set(id, await this.#listLive(of, namespace)),
      ),
    )
    // By name: its own object is usually among those it read, and is got once.
    const objects = new Map([own, ...reads.objects.values()].map((read) => [idOf(read.of, read.key), read]))
    for (const [id, { of, key }] of objects)
      if (this.#listOf(of, key.namespace) !== undefined || this.#objects.has(id)) objects.delete(id)
    await Promise.all(
      [...objects].map(async ([id, { of, key }]) => {
        const live = canBeThere(key) ? await this.#getLive(of, key) : undefined
        // Outside the selection it is as absent as it is in the cache.
        this.#objects.set(id, live !== undefined && selectedBy(of)(live) ? keptOf(of, live) : undefined)
      }),
    )
    return lists.size + objects.size > 0
  }

  /** One live read, whether the object is in the selection or not. */
  unselected(of: WatchedKind, key: ObjectKey): Promise<DeepReadonly<KubeObject> | undefined> {
    return this.#getLive(of, key)
  }

  get<T extends KubeObject>(of: WatchedKind<T>, key: ObjectKey): DeepReadonly<T> | undefined {
    const list = this.#listOf(of, key.namespace)
    if (list !== undefined) return list.get(key) as DeepReadonly<T> | undefined
    const id = idOf(of, key)
    return this.#objects.has(id)
      ? (this.#objects.get(id) as DeepReadonly<T> | undefined)
      : this.#cache.get(of, key)
  }

  find: CacheReader['find'] = (index, value, namespace) =>
    (this.#listOf(index.of, namespace)?.find(index, value) as never) ??
    this.#cache.find(index, value, namespace)

  list: CacheReader['list'] = (of) => (this.#listOf(of)?.list() as never) ?? this.#cache.list(of)

  /** A fresh list that has this namespace; of all that is watched when none is named. */
  #listOf(of: WatchedKind, namespace?: string): Store<KubeObject> | undefined {
    return this.#lists.get(listId(of)) ?? this.#lists.get(listId(of, namespace))
  }

  sync: CacheReader['sync'] = (of, namespace) => this.#cache.sync(of, namespace)

  namespaces: CacheReader['namespaces'] = (of) => this.#cache.namespaces(of)

  goneSince: CacheReader['goneSince'] = (of, key) =>
    this.get(of, key) === undefined ? this.#cache.goneSince(of, key) : undefined

  onEvent: CacheReader['onEvent'] = (listener) => this.#cache.onEvent(listener)

  onSync: CacheReader['onSync'] = (listener) => this.#cache.onSync(listener)
}

/**
 * Rules name what others wrote, and that may be anything. Under names that are no single part of a path no server has an
 * object: asked for, the answer would be about something else.
 */
const canBeThere = ({ namespace, name }: ObjectKey): boolean => isPossible(namespace) && isPossible(name)

const isPossible = (text: string | undefined): boolean => text === undefined || !/^\.{0,2}$|[/%]/.test(text)

/** Names a list: of all that is watched, or of one namespace. */
export const listId = (of: WatchedKind, namespace?: string): string =>
  namespace === undefined ? of.name : `${of.name} in ${namespace}`

const idOf = (of: WatchedKind, key: ObjectKey): string => `${of.name} ${keyText(key)}`

/**
 * What a cache keeps of an object, if anything: a rule must see the same whether it is evaluated on the cache or on fresh
 * reads.
 */
export const keptOf = (
  of: WatchedKind,
  object: DeepReadonly<KubeObject>,
): DeepReadonly<KubeObject> | undefined => {
  const { apiVersion, kind, metadata } = object
  if (of.metadataOnly === true)
    return {
      ...(apiVersion === undefined ? {} : { apiVersion }),
      ...(kind === undefined ? {} : { kind }),
      metadata,
    }
  try {
    return of.transform === undefined ? object : of.transform(object)
  } catch {
    // As the cache does, which has said so.
    return object
  }
}
