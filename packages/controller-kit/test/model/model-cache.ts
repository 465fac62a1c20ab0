import { keyOf, type KubeObject } from '@odfmo/api-types/meta'
import type { CacheEvent, CacheReader, SyncState, WriteObserver } from '../../src/cache/cache.ts'
import { selectedBy } from '../../src/cache/selector.ts'
import { Store } from '../../src/cache/store.ts'
import type { Clock } from '../../src/clock.ts'
import type { WatchedKind } from '../../src/watched-kind.ts'
import type { ModelServer } from './model-server.ts'

/** Stores that learn of the server's events one at a time, each kind with a lag of its own. */
export class ModelCache implements CacheReader, WriteObserver {
  readonly #server: ModelServer
  readonly #kinds: readonly WatchedKind[]
  readonly #stores = new Map<WatchedKind, Store<KubeObject>>()
  readonly #cursors = new Map<WatchedKind, number>()
  /** Lists that the server has answered and that have not arrived. */
  readonly #lists = new Map<
    WatchedKind,
    { readonly objects: readonly KubeObject[]; readonly version: number; readonly cursor: number }
  >()
  /** Kinds that were refused when last asked for. */
  readonly #refused = new Map<WatchedKind, SyncState>()
  readonly #eventListeners = new Set<(event: CacheEvent) => void>()
  readonly #forgetListeners = new Set<(event: CacheEvent) => void>()
  readonly #recoverListeners = new Set<(of: WatchedKind) => void>()
  readonly #syncListeners = new Set<(of: WatchedKind) => void>()

  constructor(server: ModelServer, kinds: readonly WatchedKind[], clock: Clock) {
    this.#server = server
    this.#kinds = kinds
    for (const of of kinds) {
      const store = new Store<KubeObject>(of, clock)
      store.onEvent((event) => {
        for (const listener of this.#eventListeners) listener(event)
      })
      this.#stores.set(of, store)
    }
  }

  /** The server answers a list of a kind: the first one, or one after a lost watch. It arrives later. */
  startList(of: WatchedKind): void {
    const objects = structuredClone(this.#server.all(of.kind.kind).filter(selectedBy(of)))
    this.#lists.set(of, { objects, version: this.#server.version, cursor: this.#server.events.length })
  }

  /** The answered list, or the next event of a kind, arrives; false when there is none. */
  deliver(of: WatchedKind): boolean {
    if (this.#learnRefusal(of)) return true
    if (this.#refused.has(of)) return false
    const list = this.#lists.get(of)
    if (list !== undefined) {
      this.#lists.delete(of)
      const first = !this.#cursors.has(of)
      this.#cursors.set(of, list.cursor)
      this.#store(of).replace(list.objects, String(list.version))
      if (first) for (const listener of this.#syncListeners) listener(of)
      return true
    }
    let cursor = this.#cursors.get(of)
    if (cursor === undefined) return false
    const { events } = this.#server
    while (cursor < events.length && events[cursor]?.kind !== of.kind.kind) cursor += 1
    const event = events[cursor]
    this.#cursors.set(of, event === undefined ? cursor : cursor + 1)
    if (event === undefined) return false
    const object = structuredClone(event.object)
    // What leaves the selection is announced as deleted, as the real server does.
    if (event.type === 'put' && selectedBy(of)(object)) this.#store(of).upsert(object)
    else this.#store(of).remove(object)
    return true
  }

  /** What a reflector learns at its next request: that the kind is refused, not served, or that it may begin again. */
  #learnRefusal(of: WatchedKind): boolean {
    const { kind } = of.kind
    const refusal: SyncState | undefined = !this.#server.isServed(kind)
      ? { is: 'notServed' }
      : this.#server.forbidden.has(kind)
        ? { is: 'forbidden', why: `${of.name}: not allowed` }
        : undefined
    if (this.#refused.get(of)?.is === refusal?.is) return false
    this.#lists.delete(of)
    if (refusal === undefined) {
      this.#refused.delete(of)
      this.startList(of)
      // Believed again when the list has come.
      this.#cursors.delete(of)
    } else {
      this.#refused.set(of, refusal)
      this.#cursors.set(of, this.#server.events.length)
      if (refusal.is === 'notServed') this.#store(of).clear()
    }
    for (const listener of this.#syncListeners) listener(of)
    return true
  }

  get kinds(): readonly WatchedKind[] {
    return this.#kinds
  }

  /** Whether a list has been asked for. */
  isStarted(of: WatchedKind): boolean {
    return this.#cursors.has(of) || this.#lists.has(of) || this.#refused.has(of)
  }

  #store(of: WatchedKind): Store<KubeObject> {
    const store = this.#stores.get(of)
    if (store === undefined) throw new Error(`the model does not watch ${of.name}`)
    return store
  }

  get: CacheReader['get'] = (of, key) => this.#store(of).get(key) as never
  find: CacheReader['find'] = (index, value) => this.#store(index.of).find(index, value) as never
  list: CacheReader['list'] = (of) => this.#store(of).list() as never
  goneSince: CacheReader['goneSince'] = (of, key) => this.#store(of).goneSince(key)
  namespaces: CacheReader['namespaces'] = () => []

  sync(of: WatchedKind): SyncState {
    const refused = this.#refused.get(of)
    if (refused !== undefined) return refused
    return this.#cursors.has(of) ? { is: 'synced' } : { is: 'syncing', why: 'first list' }
  }

  onEvent(listener: (event: CacheEvent) => void): () => void {
    this.#eventListeners.add(listener)
    return () => this.#eventListeners.delete(listener)
  }

  onForget(listener: (event: CacheEvent) => void): () => void {
    this.#forgetListeners.add(listener)
    return () => this.#forgetListeners.delete(listener)
  }

  /** Everything of a kind leaves, as if its namespace were watched no longer. */
  forgetAll(of: WatchedKind): void {
    for (const old of this.#store(of).forgetNamespace(undefined))
      for (const listener of this.#forgetListeners) listener({ of, key: keyOf(old), old })
  }

  onRecover(listener: (of: WatchedKind) => void): () => void {
    this.#recoverListeners.add(listener)
    return () => this.#recoverListeners.delete(listener)
  }

  /** The watch of a kind has a connection again. */
  recover(of: WatchedKind): void {
    for (const listener of this.#recoverListeners) listener(of)
  }

  onSync(listener: (of: WatchedKind) => void): () => void {
    this.#syncListeners.add(listener)
    return () => this.#syncListeners.delete(listener)
  }

  wrote: WriteObserver['wrote'] = (of, object) => this.#store(of).wrote(structuredClone(object) as never)
  deleted: WriteObserver['deleted'] = (of, key, uid) => this.#store(of).deleted(key, uid)
}
