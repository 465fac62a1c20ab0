import { keyOf, type DeepReadonly, type KubeObject, type ObjectKey } from '@odfmo/api-types/meta'
import type { WatchClient } from '../client/object-client.ts'
import type { Clock } from '../clock.ts'
import type { WatchedKind } from '../watched-kind.ts'
import type { SyncState } from './cache.ts'
import { Gathering } from './gathering.ts'
import { Reflector, type ReflectorSink } from './reflector.ts'
import type { ReflectorFailure } from './reflector-state.ts'
import { Store } from './store.ts'
import type { StreamSupport } from './stream-support.ts'

/** From where an informer has what it knows. */
export interface InformerSource {
  readonly client: WatchClient
  readonly clock: Clock
  /** Left out: what is there comes in pages. */
  readonly streams: StreamSupport | undefined
}

/** What an informer tells its owner. */
export interface InformerOwner {
  /** What may be believed has changed. */
  synced(informer: Informer): void
  /** An object left with its namespace. */
  forgot(of: WatchedKind, object: DeepReadonly<KubeObject>): void
  listed(of: WatchedKind): void
  watchOpened(of: WatchedKind): void
  recovered(of: WatchedKind): void
  failed(of: WatchedKind, failure: ReflectorFailure): void
  /** A `transform` or an index of the kind threw over an object. */
  threw(of: WatchedKind, error: unknown): void
}

/** A watch that has no connection now. */
export interface WatchTrouble {
  /** The kind, and its namespace where not all are watched. */
  readonly name: string
  readonly cluster: string
  /** What the server answered last: the HTTP status; 0 when there was no answer. */
  readonly status: number
  readonly why: string
}

interface Watch {
  readonly reflector: Reflector<KubeObject>
  readonly stop: AbortController
}

/** One watched kind: its store, and a reflector for the whole cluster or for each of its namespaces. */
export class Informer {
  readonly of: WatchedKind
  readonly store: Store<KubeObject>
  readonly #source: InformerSource
  readonly #owner: InformerOwner
  /** By namespace, '' for the whole cluster; what is to be watched. Undefined: not named yet. */
  #scopes: readonly string[] | undefined
  readonly #states = new Map<string, SyncState>()
  readonly #watches = new Map<string, Watch>()
  /** Those too that were given up and have not ended yet. */
  readonly #running = new Set<Promise<void>>()
  #signal: AbortSignal | undefined

  constructor(of: WatchedKind, source: InformerSource, owner: InformerOwner) {
    this.of = of
    this.store = new Store(of, source.clock, (error) => owner.threw(of, error))
    this.#source = source
    this.#owner = owner
    const { namespaces } = of
    this.#scopes =
      namespaces === 'dynamic' ? undefined : namespaces === undefined ? [''] : named(of, namespaces)
  }

  get started(): boolean {
    return this.#signal !== undefined
  }

  /** Those that are watched; empty when all of the cluster is. */
  get namespaces(): readonly string[] {
    return this.#scopes?.filter((scope) => scope !== '') ?? []
  }

  /** False: its cluster has no such kind, in none of its namespaces. */
  get isServed(): boolean {
    return this.sync(undefined).is !== 'notServed'
  }

  start(signal: AbortSignal): void {
    if (this.#signal !== undefined) return
    this.#signal = signal
    for (const scope of this.#scopes ?? []) this.#watch(scope, signal)
  }

  /** Resolves when every watch that was ever started has ended. */
  async ended(): Promise<void> {
    await Promise.all(this.#running)
  }

  /** From now on these; objects of others leave the store without being announced as deleted. */
  setNamespaces(namespaces: readonly string[]): void {
    const before = this.#scopes ?? []
    const after = [...new Set(named(this.of, namespaces))]
    const first = this.#scopes === undefined
    this.#scopes = after
    const gone = before.filter((scope) => !after.includes(scope))
    const added = after.filter((scope) => !before.includes(scope))
    for (const scope of gone) this.#unwatch(scope)
    if (this.#signal !== undefined) for (const scope of added) this.#watch(scope, this.#signal)
    if (first || gone.length > 0 || added.length > 0) this.#owner.synced(this)
  }

  /** Whether the store holds this namespace; an object outside is nobody's to update there. */
  holds(namespace: string | undefined): boolean {
    return this.#scopes?.some((scope) => scope === '' || scope === namespace) ?? false
  }

  sync(namespace: string | undefined): SyncState {
    const scopes = this.#scopes
    if (scopes === undefined)
      return { is: 'syncing', why: `${this.of.name}: its namespaces are not known yet` }
    if (scopes.includes('')) return this.#stateOf('')
    if (namespace !== undefined) {
      return scopes.includes(namespace)
        ? this.#stateOf(namespace)
        : { is: 'syncing', why: `${this.of.name}: namespace ${namespace} is not watched` }
    }
    const states = scopes.map((scope) => this.#stateOf(scope))
    const unready = states.find(({ is }) => is === 'forbidden') ?? states.find(({ is }) => is === 'syncing')
    if (unready !== undefined) return unready
    return states.length > 0 && states.every(({ is }) => is === 'notServed')
      ? { is: 'notServed' }
      : { is: 'synced' }
  }

  /** What cannot be believed, and why. */
  unsynced(): { readonly name: string; readonly why: string }[] {
    const whole = this.sync(undefined)
    if (this.#scopes === undefined) return 'why' in whole ? [{ name: this.of.name, why: whole.why }] : []
    return this.#scopes.flatMap((scope) => {
      const state = this.#stateOf(scope)
      return 'why' in state ? [{ name: scopeName(this.of, scope), why: state.why }] : []
    })
  }

  /** Watches that have no connection now, though the store may be believed. */
  troubles(): WatchTrouble[] {
    return [...this.#watches].flatMap(
      ([
        scope,
        {
          reflector: { lastFailure },
        },
      ]) => {
        if (lastFailure === undefined) return []
        const { status, message } = lastFailure
        return [{ name: scopeName(this.of, scope), cluster: this.of.cluster, status, why: message }]
      },
    )
  }

  /** The kind's definition came or changed. */
  announce(): void {
    for (const { reflector } of this.#watches.values()) reflector.announce()
  }

  /** An own write, as the server answered it. */
  wrote(object: KubeObject): void {
    if (!this.holds(object.metadata.namespace)) return
    this.#keep(object, (kept) => this.store.wrote(object, kept))
  }

  deleted(key: ObjectKey, uid: string): void {
    this.store.deleted(key, uid)
  }

  #stateOf(scope: string): SyncState {
    return this.#states.get(scope) ?? { is: 'syncing', why: `${scopeName(this.of, scope)}: not listed yet` }
  }

  #watch(scope: string, signal: AbortSignal): void {
    if (signal.aborted) return
    const stop = new AbortController()
    const onAbort = (): void => stop.abort(signal.reason)
    signal.addEventListener('abort', onAbort, { once: true })
    const { of } = this
    const reflector = new Reflector<KubeObject>({
      ...this.#source,
      kind: of.kind,
      labelSelector: of.labelSelector,
      fieldSelector: of.fieldSelector,
      metadataOnly: of.metadataOnly,
      ...(scope === '' ? {} : { namespace: scope }),
      sink: this.#sink(scope, stop.signal),
      observer: {
        listed: () => this.#owner.listed(of),
        watchOpened: () => this.#owner.watchOpened(of),
        recovered: () => this.#owner.recovered(of),
        failed: (failure) => this.#owner.failed(of, failure),
      },
    })
    const ended = reflector.run(stop.signal).finally(() => {
      signal.removeEventListener('abort', onAbort)
      this.#running.delete(ended)
    })
    this.#running.add(ended)
    this.#watches.set(scope, { reflector, stop })
  }

  #unwatch(scope: string): void {
    this.#watches.get(scope)?.stop.abort()
    this.#watches.delete(scope)
    this.#states.delete(scope)
    for (const object of this.store.forgetNamespace(scope)) this.#owner.forgot(this.of, object)
  }

  #sink(scope: string, signal: AbortSignal): ReflectorSink<KubeObject> {
    // What still arrives for a namespace that was given up would never leave the store again.
    const unlessStopped = (action: () => void): void => {
      if (!signal.aborted) action()
    }
    const namespace = scope === '' ? undefined : scope
    const gathering = new Gathering(this.store, namespace)
    return {
      begin: () => gathering.begin(),
      gather: (objects) => {
        for (const object of objects) {
          const kept = this.#kept(object)
          if (kept === undefined) gathering.remove(object)
          else gathering.add(kept)
        }
      },
      ungather: (object) => gathering.remove(object),
      complete: (resourceVersion) => unlessStopped(() => gathering.complete(resourceVersion)),
      discard: () => gathering.discard(),
      clear: () => unlessStopped(() => this.store.clear(namespace)),
      upsert: (object) => unlessStopped(() => this.#keep(object, (kept) => this.store.upsert(kept))),
      remove: (object) => unlessStopped(() => this.#keep(object, (kept) => this.store.remove(kept))),
      sync: (state) =>
        unlessStopped(() => {
          const before = this.#states.get(scope)
          this.#states.set(scope, state)
          if (before?.is !== state.is) this.#owner.synced(this)
        }),
    }
  }

  /** Tells the store what is kept of an object. One of which nothing is leaves the store, if it was there; else it is not remembered. */
  #keep(object: KubeObject, tell: (kept: KubeObject) => void): void {
    const kept = this.#kept(object)
    if (kept !== undefined) tell(kept)
    else if (this.store.get(keyOf(object)) !== undefined) this.store.remove(object)
  }

  /** Undefined: nothing of it. */
  #kept(object: KubeObject): KubeObject | undefined {
    if (this.of.metadataOnly === true) {
      return { apiVersion: object.apiVersion, kind: object.kind, metadata: object.metadata }
    }
    try {
      return this.of.transform === undefined ? object : this.of.transform(object)
    } catch (error) {
      // Larger than it need be, but there.
      this.#owner.threw(this.of, error)
      return object
    }
  }
}

/** '' stands for all of the cluster here, and to other libraries: an object's own namespace never is. */
const named = (of: WatchedKind, namespaces: readonly string[]): readonly string[] => {
  if (!namespaces.includes('')) return namespaces
  throw new TypeError(
    `${of.name}: expected names of namespaces, got ''; all of the cluster is watched when they are left out`,
  )
}

const scopeName = (of: WatchedKind, scope: string): string =>
  scope === '' ? of.name : `${of.name} in ${scope}`
