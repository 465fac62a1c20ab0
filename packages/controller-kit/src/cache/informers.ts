import { setMaxListeners } from 'node:events'
import { keyOf, type DeepReadonly, type KubeObject, type ObjectKey } from '@odfmo/api-types/meta'
import type { WatchClient } from '../client/object-client.ts'
import { systemClock, type Clock } from '../clock.ts'
import { silentLogger, type Logger } from '../logging/logger.ts'
import { aborted, once } from '../once.ts'
import type { Index, WatchedKind } from '../watched-kind.ts'
import type { CacheEvent, CacheReader, SyncState, WriteObserver } from './cache.ts'
import { definitionName, Definitions } from './definitions.ts'
import { Informer, type InformerOwner, type InformerSource, type WatchTrouble } from './informer.ts'
import { NotServedLog, notServedText } from './not-served.ts'
import type { ReflectorFailure } from './reflector-state.ts'
import { StreamSupport } from './stream-support.ts'

/** What happens in the caches, for metrics. Synchronous; must not throw. */
export interface InformerObserver {
  /** A page of a list came. */
  listed(of: WatchedKind): void
  /** The server accepted a watch. */
  watchOpened(of: WatchedKind): void
  /** A list or a watch failed; it is tried again. */
  failed(of: WatchedKind): void
  /** A listener of the cache threw. */
  listenerThrew(of: WatchedKind): void
}

/** Whose objects are kept, and what is known from the start. */
export interface InformersOptions {
  /** By cluster name, as `WatchedKind.cluster` says it. */
  readonly clients: Readonly<Record<string, WatchClient>>
  /** Started at once; other kinds of these clusters are started when they are first read. */
  readonly watches?: readonly WatchedKind[]
  /** Filled from the start; others are built when they are first read. */
  readonly indexes?: readonly Index[]
  /** Default: the system's. */
  readonly clock?: Clock
  /** Default: none. */
  readonly logger?: Logger
  readonly observer?: InformerObserver
  /**
   * `'stream'`: what is there comes in one watch where the server can do that (Kubernetes 1.34 and newer), in pages where
   * it cannot. `'pages'`: always in pages. Both are consistent reads. Default: `'stream'`.
   */
  readonly initialState?: 'stream' | 'pages'
}

/** The state of one kind, for metrics. */
export interface InformerStats {
  /** `hub.Secret`. */
  readonly name: string
  /** How many are kept. */
  readonly objects: number
  /** Whether all of it can be believed. */
  readonly synced: boolean
}

/** A watch that broke after so long is the ordinary end of a connection, not news. */
const notableWithinMs = 30_000

/**
 * Everything this process watches: a store per kind, kept equal to the clusters for ever.
 *
 * Guarantees: reads are synchronous; a change is visible to reads before listeners hear of it; a listener that
 * throws is logged and counted and harms no other; a kind is believed only when `sync` says so.
 */
export class Informers implements CacheReader, WriteObserver {
  readonly #options: InformersOptions
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #notServedLog: NotServedLog
  readonly #informers = new Map<WatchedKind, Informer>()
  readonly #definitions = new Map<string, Definitions>()
  readonly #sources = new Map<string, InformerSource>()
  readonly #eventListeners = new Set<(event: CacheEvent) => void>()
  readonly #forgetListeners = new Set<(event: CacheEvent) => void>()
  readonly #recoverListeners = new Set<(of: WatchedKind) => void>()
  readonly #syncListeners = new Set<(of: WatchedKind) => void>()
  #signal: AbortSignal | undefined

  constructor(options: InformersOptions) {
    this.#options = options
    this.#clock = options.clock ?? systemClock
    this.#logger = options.logger ?? silentLogger
    this.#notServedLog = new NotServedLog(this.#logger)
    for (const of of options.watches ?? []) this.#informer(of)
    for (const index of options.indexes ?? []) this.#informer(index.of).store.addIndex(index)
  }

  /** Starts watching; resolves when, after `signal` was aborted, every watch has ended. */
  async start(signal: AbortSignal): Promise<void> {
    if (this.#signal !== undefined) throw new Error('informers: started twice')
    // One listener per watch, as many as there are.
    setMaxListeners(0, signal)
    this.#signal = signal
    for (const informer of this.#informers.values()) informer.start(signal)
    await aborted(signal)
    await Promise.all([...this.#informers.values()].map((informer) => informer.ended()))
    await Promise.all([...this.#definitions.values()].map((definitions) => definitions.ended()))
  }

  /** Starts watching a kind that nobody has read yet. */
  use(of: WatchedKind): void {
    this.#started(of)
  }

  /** Replaces the namespaces of a kind whose `namespaces` are `'dynamic'`. Throws a TypeError for others, and for ''. */
  setNamespaces(of: WatchedKind, namespaces: readonly string[]): void {
    if (of.namespaces !== 'dynamic') {
      throw new TypeError(`${of.name}: expected namespaces: 'dynamic', got a kind whose namespaces are fixed`)
    }
    this.#started(of).setNamespaces(namespaces)
  }

  /** Kinds (and namespaces) that cannot be believed, and why; empty when all can. */
  unsynced(): { readonly name: string; readonly why: string }[] {
    return [...this.#informers.values()].flatMap((informer) => informer.unsynced())
  }

  /** Kinds that count as synced and empty because their cluster does not serve them, and what that may mean. */
  notServed(): { readonly name: string; readonly why: string }[] {
    const missing = [...this.#informers.values()].filter(({ isServed }) => !isServed)
    return missing.map(({ of }) => ({ name: of.name, why: notServedText(of) }))
  }

  /** Watches that have no connection now, and why; their caches are older than they should be. */
  troubles(): WatchTrouble[] {
    return [...this.#informers.values()].flatMap((informer) => informer.troubles())
  }

  /** Resolves when `unsynced` is empty; rejects with the signal's reason. */
  async waitForSync(signal?: AbortSignal): Promise<void> {
    for (;;) {
      signal?.throwIfAborted()
      if (this.unsynced().length === 0) return
      await once((listener) => this.onSync(listener), signal)
    }
  }

  stats(): InformerStats[] {
    return [...this.#informers.values()].map((informer) => ({
      name: informer.of.name,
      objects: informer.store.size,
      synced: informer.unsynced().length === 0,
    }))
  }

  get<T extends KubeObject>(of: WatchedKind<T>, key: ObjectKey): DeepReadonly<T> | undefined {
    return this.#started(of).store.get(key) as DeepReadonly<T> | undefined
  }

  list<T extends KubeObject>(of: WatchedKind<T>): readonly DeepReadonly<T>[] {
    return this.#started(of).store.list() as readonly DeepReadonly<T>[]
  }

  find<T extends KubeObject>(index: Index<T>, value: string): readonly DeepReadonly<T>[] {
    return this.#started(index.of).store.find(index, value) as readonly DeepReadonly<T>[]
  }

  sync(of: WatchedKind, namespace?: string): SyncState {
    return this.#started(of).sync(namespace)
  }

  namespaces(of: WatchedKind): readonly string[] {
    return this.#started(of).namespaces
  }

  goneSince(of: WatchedKind, key: ObjectKey): number | undefined {
    const informer = this.#started(of)
    const { is } = informer.sync(key.namespace)
    return is === 'synced' || is === 'notServed' ? informer.store.goneSince(key) : undefined
  }

  onEvent(listener: (event: CacheEvent) => void): () => void {
    this.#eventListeners.add(listener)
    return () => this.#eventListeners.delete(listener)
  }

  onForget(listener: (event: CacheEvent) => void): () => void {
    this.#forgetListeners.add(listener)
    return () => this.#forgetListeners.delete(listener)
  }

  onRecover(listener: (of: WatchedKind) => void): () => void {
    this.#recoverListeners.add(listener)
    return () => this.#recoverListeners.delete(listener)
  }

  onSync(listener: (of: WatchedKind) => void): () => void {
    this.#syncListeners.add(listener)
    return () => this.#syncListeners.delete(listener)
  }

  wrote<T extends KubeObject>(of: WatchedKind<T>, object: T): void {
    this.#informer(of).wrote(object)
  }

  deleted(of: WatchedKind, key: ObjectKey, uid: string): void {
    this.#informer(of).deleted(key, uid)
  }

  #started(of: WatchedKind): Informer {
    const informer = this.#informer(of)
    if (this.#signal !== undefined && !informer.started) informer.start(this.#signal)
    return informer
  }

  #informer(of: WatchedKind): Informer {
    const present = this.#informers.get(of)
    if (present !== undefined) return present
    const informer = new Informer(of, this.#source(of.cluster), this.#owner)
    this.#informers.set(of, informer)
    informer.store.onEvent((event) => this.#tell(this.#eventListeners, event, of))
    return informer
  }

  #source(cluster: string): InformerSource {
    const known = this.#sources.get(cluster)
    if (known !== undefined) return known
    const { initialState = 'stream' } = this.#options
    const source = {
      client: this.#client(cluster),
      clock: this.#clock,
      streams: initialState === 'stream' ? new StreamSupport() : undefined,
    }
    this.#sources.set(cluster, source)
    return source
  }

  #client(cluster: string): WatchClient {
    const client = this.#options.clients[cluster]
    if (client === undefined) {
      const known = Object.keys(this.#options.clients).join(', ')
      throw new TypeError(`informers: no client for cluster "${cluster}"; there are: ${known}`)
    }
    return client
  }

  readonly #owner: InformerOwner = {
    synced: (informer) => {
      this.#notServedLog.look(informer)
      this.#followDefinitions(informer.of.cluster)
      this.#tell(this.#syncListeners, informer.of, informer.of)
    },
    forgot: (of, object) => {
      this.#tell(this.#forgetListeners, { of, key: keyOf(object), old: object }, of)
    },
    listed: (of) => this.#options.observer?.listed(of),
    recovered: (of) => this.#tell(this.#recoverListeners, of, of),
    watchOpened: (of) => this.#options.observer?.watchOpened(of),
    failed: (of, failure) => this.#failed(of, failure),
    threw: (of, error) => {
      this.#options.observer?.listenerThrew(of)
      this.#logger.error({ kind: of.name, err: error }, 'a transform or an index of the cache threw')
    },
  }

  /** Definitions are watched while a kind is missing, and only then. */
  #followDefinitions(cluster: string): void {
    const missing = [...this.#informers.values()].some(
      ({ of, isServed }) => of.cluster === cluster && of.kind.group !== '' && !isServed,
    )
    if (!missing) {
      this.#definitions.get(cluster)?.leave()
      return
    }
    const definitions =
      this.#definitions.get(cluster) ??
      new Definitions(this.#source(cluster), (name) => this.#announce(cluster, name))
    this.#definitions.set(cluster, definitions)
    if (this.#signal !== undefined) definitions.follow(this.#signal)
  }

  #announce(cluster: string, name: string): void {
    for (const informer of this.#informers.values()) {
      if (informer.of.cluster === cluster && definitionName(informer.of.kind) === name) informer.announce()
    }
  }

  #failed(of: WatchedKind, failure: ReflectorFailure): void {
    this.#options.observer?.failed(of)
    const { status, message, lastedMs = 0 } = failure
    // 404 and 410 are answers, not troubles: states that the reflector has.
    const notable = status !== 404 && status !== 410 && lastedMs < notableWithinMs
    const fields = { kind: of.name, status, error: message }
    if (notable) this.#logger.warn(fields, 'watching failed, trying again')
    else this.#logger.debug(fields, 'watching anew')
  }

  #tell<E>(listeners: ReadonlySet<(event: E) => void>, event: E, of: WatchedKind): void {
    for (const listener of listeners) {
      try {
        listener(event)
      } catch (error) {
        this.#options.observer?.listenerThrew(of)
        this.#logger.error({ kind: of.name, err: error }, 'a listener of the cache threw')
      }
    }
  }
}
