import { keyOf, type DeepReadonly, type KubeObject, type ObjectKey } from '@odfmo/api-types/meta'
import type { CacheReader, WriteObserver } from '../cache/cache.ts'
import { readLive } from '../cache/read-live.ts'
import { Store } from '../cache/store.ts'
import type { ObjectClient } from '../client/object-client.ts'
import { isNotFound } from '../client/kube-error.ts'
import { sleep, type Clock } from '../clock.ts'
import type { WatchedKind } from '../watched-kind.ts'
import { FreshView, keptOf, listId } from './fresh-view.ts'

export interface FreshReadsOptions {
  readonly cache: CacheReader & WriteObserver
  readonly clients: Readonly<Record<string, ObjectClient>>
  readonly clock: Clock
  readonly signal: AbortSignal
  /** How long a list waits for others who want it too, in milliseconds. Default: 20, little beside a list itself. */
  readonly gatherMs?: number
  /** Runs what only waits, while somebody else works in the asker's place. Default: nobody does. */
  readonly meanwhile?: <T>(waiting: () => Promise<T>) => Promise<T>
}

const defaultGatherMs = 20

/** A deletion should not wait longer for others than people would notice. */
const longestGatherMs = 500

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
  /** How long the last list took. */
  readonly #listMs = new Map<string, number>()

  constructor(options: FreshReadsOptions) {
    this.#options = options
  }

  /** A view that answers from live reads what it has, from the cache the rest, and remembers what it lacked. */
  view(): FreshView {
    return new FreshView(
      this.#options.cache,
      (of, key) => this.#get(of, key),
      (of, namespace) => this.#listed(of, namespace),
    )
  }

  /** The object as it is, selected or not; the cache learns of it. */
  async #get(of: WatchedKind, key: ObjectKey): Promise<DeepReadonly<KubeObject> | undefined> {
    const { cache, signal } = this.#options
    return readLive(of, key, { cache, client: this.#client(of), signal })
  }

  #listed(of: WatchedKind, namespace: string | undefined): Promise<Store<KubeObject>> {
    const { meanwhile = (waiting) => waiting() } = this.#options
    return meanwhile(() => this.#list(of, namespace))
  }

  #list(of: WatchedKind, namespace: string | undefined): Promise<Store<KubeObject>> {
    const id = listId(of, namespace)
    const waiting = this.#nextList.get(id)
    if (waiting !== undefined) return waiting
    const next = this.#gathered(id).then(() => {
      // From here on it may be older than the asking: whoever asks now shares the one after it.
      this.#nextList.delete(id)
      const { clock } = this.#options
      const began = clock.monotonic()
      const running = this.#listNow(of, namespace)
      const ended = running
        .catch(() => undefined)
        .then(() => void this.#listMs.set(id, clock.monotonic() - began))
      this.#runningList.set(id, ended)
      return running
    })
    this.#nextList.set(id, next)
    return next
  }

  /**
   * One list of a kind runs at a time. Before it, others are waited for who will want it too: for a moment, or for as
   * long as the last one took, so that at most half of the time goes into lists, however many deletions come in a row.
   */
  async #gathered(id: string): Promise<void> {
    const { clock, gatherMs = defaultGatherMs, signal } = this.#options
    const running = this.#runningList.get(id)
    const ms = gatherMs === 0 ? 0 : Math.max(gatherMs, Math.min(this.#listMs.get(id) ?? 0, longestGatherMs))
    // When all is stopped, the list that follows says so.
    if (ms > 0) await sleep(clock, ms, signal).catch(() => undefined)
    await running
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
        ...(of.metadataOnly === true ? { metadataOnly: true } : {}),
        limit: pageSize,
        signal,
      })
      objects.push(...page.items.flatMap((object) => this.#asCached(of, object) ?? []))
      resourceVersion = page.metadata.resourceVersion
      token = page.metadata.continue
    } while (token !== undefined && token !== '')
    store.replace(objects, resourceVersion, namespace === undefined ? {} : { namespace })
  }

  /** As the cache would have it, if at all; the very same object, if the cache has it at this version. */
  #asCached(of: WatchedKind, object: KubeObject): KubeObject | undefined {
    const cached = this.#options.cache.get(of, keyOf(object))
    const { uid, resourceVersion } = object.metadata
    return cached?.metadata.uid === uid && cached?.metadata.resourceVersion === resourceVersion
      ? cached
      : keptOf(of, object)
  }

  #client(of: WatchedKind): ObjectClient {
    const client = this.#options.clients[of.cluster]
    if (client === undefined)
      throw new TypeError(`${of.name}: the engine has no client for cluster "${of.cluster}"`)
    return client
  }
}
