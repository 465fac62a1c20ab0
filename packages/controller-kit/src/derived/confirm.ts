import { keyText, type DeepReadonly, type KubeObject, type ObjectKey } from '@odfmo/api-types/meta'
import type { CacheReader, WriteObserver } from '../cache/cache.ts'
import { selectedBy } from '../cache/selector.ts'
import { Store } from '../cache/store.ts'
import type { ObjectClient } from '../client/object-client.ts'
import { isNotFound, isObjectNotFound } from '../client/kube-error.ts'
import type { Clock } from '../clock.ts'
import type { WatchedKind } from '../watched-kind.ts'
import type { Reads } from './reads.ts'

export interface FreshReadsOptions {
  readonly cache: CacheReader & WriteObserver
  readonly clients: Readonly<Record<string, ObjectClient>>
  readonly clock: Clock
  readonly signal: AbortSignal
}

/** Objects a page: what client-go uses; bounds the size of one answer. */
const pageSize = 500

/**
 * Looks past the caches before something is destroyed (architecture.md): objects are got live, indexes and
 * lists are confirmed by one consistent LIST of their kind, shared by all that wait for it.
 */
export class FreshReads {
  readonly #options: FreshReadsOptions
  /** A list that has not been sent yet: whoever asks now may share it. */
  readonly #nextList = new Map<string, Promise<Store<KubeObject>>>()
  readonly #runningList = new Map<string, Promise<unknown>>()

  constructor(options: FreshReadsOptions) {
    this.#options = options
  }

  /** A view that answers from live reads what it has, from the cache the rest, and remembers what it lacked. */
  view(): FreshView {
    return new FreshView(
      this.#options.cache,
      (of, key) => this.#get(of, key),
      (of, namespace) => this.#list(of, namespace),
    )
  }

  /** The object as it is, selected or not; the cache learns of it. */
  async #get(of: WatchedKind, key: ObjectKey): Promise<DeepReadonly<KubeObject> | undefined> {
    const { cache, signal } = this.#options
    signal.throwIfAborted()
    // The one that is cached now: while the answer is under way, another of its name may come.
    const { uid } = cache.get(of, key)?.metadata ?? {}
    try {
      const live = await this.#client(of).get(of.kind, key, { signal })
      cache.wrote(of, live)
      return live
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

  #list(of: WatchedKind, namespace: string | undefined): Promise<Store<KubeObject>> {
    const id = listId(of, namespace)
    const waiting = this.#nextList.get(id)
    if (waiting !== undefined) return waiting
    // One list of a kind runs at a time; the next one starts when it ends, so it is never older than the asking.
    const next = (this.#runningList.get(id) ?? Promise.resolve()).then(() => {
      this.#nextList.delete(id)
      const running = this.#listNow(of, namespace)
      const ended = running.then(
        () => undefined,
        () => undefined,
      )
      this.#runningList.set(id, ended)
      return running
    })
    this.#nextList.set(id, next)
    return next
  }

  async #listNow(of: WatchedKind, only: string | undefined): Promise<Store<KubeObject>> {
    const { cache, clock } = this.#options
    const store = new Store<KubeObject>(of, clock)
    const all = of.namespaces === 'dynamic' ? cache.namespaces(of) : (of.namespaces ?? [undefined])
    for (const namespace of only === undefined ? all : [only]) {
      try {
        await this.#listInto(store, namespace)
      } catch (error) {
        // Not served, as the cache says too: there is nothing.
        if (!isNotFound(error) || cache.sync(of, namespace).is !== 'notServed') throw error
      }
    }
    return store
  }

  async #listInto(store: Store<KubeObject>, namespace: string | undefined): Promise<void> {
    const { signal } = this.#options
    const { of } = store
    const objects: KubeObject[] = []
    let resourceVersion = '0'
    let token: string | undefined
    do {
      signal.throwIfAborted()
      const page = await this.#client(of).list(of.kind, {
        ...(namespace === undefined ? {} : { namespace }),
        ...(of.labelSelector === undefined ? {} : { labelSelector: of.labelSelector }),
        ...(of.fieldSelector === undefined ? {} : { fieldSelector: of.fieldSelector }),
        ...(token === undefined ? {} : { continue: token }),
        limit: pageSize,
        signal,
      })
      objects.push(...page.items)
      resourceVersion = page.metadata.resourceVersion
      token = page.metadata.continue
    } while (token !== undefined && token !== '')
    store.replace(objects, resourceVersion, namespace)
  }

  #client(of: WatchedKind): ObjectClient {
    const client = this.#options.clients[of.cluster]
    if (client === undefined)
      throw new TypeError(`${of.name}: the engine has no client for cluster "${of.cluster}"`)
    return client
  }
}

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
  async fetch(reads: Reads, own: { readonly of: WatchedKind; readonly key: ObjectKey }): Promise<boolean> {
    const lists = new Map<string, { readonly of: WatchedKind; readonly namespace: string | undefined }>()
    for (const { of } of reads.lists.values()) lists.set(listId(of), { of, namespace: undefined })
    for (const { index, namespace } of reads.buckets.values()) {
      lists.set(listId(index.of, namespace), { of: index.of, namespace })
    }
    for (const [id, { of, namespace }] of lists)
      if (this.#listOf(of, namespace) !== undefined) lists.delete(id)
    await Promise.all(
      [...lists].map(async ([id, { of, namespace }]) =>
        this.#lists.set(id, await this.#listLive(of, namespace)),
      ),
    )
    const objects = [own, ...reads.objects.values()].filter(
      ({ of, key }) => this.#listOf(of, key.namespace) === undefined && !this.#objects.has(idOf(of, key)),
    )
    await Promise.all(
      objects.map(async ({ of, key }) => {
        const live = await this.#getLive(of, key)
        // Outside the selection it is as absent as it is in the cache.
        this.#objects.set(idOf(of, key), live !== undefined && selectedBy(of)(live) ? live : undefined)
      }),
    )
    return lists.size + objects.length > 0
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

const listId = (of: WatchedKind, namespace?: string): string =>
  namespace === undefined ? of.name : `${of.name} in ${namespace}`

const idOf = (of: WatchedKind, key: ObjectKey): string => `${of.name} ${keyText(key)}`
