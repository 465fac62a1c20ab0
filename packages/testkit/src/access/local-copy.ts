import type { Kind, KubeObject, ObjectKey } from '@odfmo/api-types/meta'
import { keyOf, keyText } from '@odfmo/api-types/meta'
import type { Clock } from '../clock/clock.ts'
import type { ClusterClient } from './cluster-client.ts'
import { ClusterError, isExpired, isNotFound, isUnreachable } from './cluster-error.ts'
import type { Selection } from './request-path.ts'
import { retryDelayMs } from './retry-delay.ts'
import { pause } from './pause.ts'
import { watchStep } from './watch-step.ts'
import type { WatchOutcome, WatchState } from './watch-step.ts'

/** `object` is undefined when it is gone. */
export type ChangeListener<T> = (key: string, object: T | undefined, previous: T | undefined) => void

export interface LocalCopyOptions<T extends KubeObject> {
  readonly client: ClusterClient
  readonly kind: Kind<T>
  readonly selection?: Selection
  readonly clock: Clock
  readonly report: (line: string) => void
  /** Whether it ends when its first list is refused for good (400 to 499, but 404, 410, 429), in place of asking again. */
  readonly endsWhenRefused?: boolean
}

/** A cluster that is away, or does not let us in yet, is asked again at least this often. */
const mostRetryMs = 3_000
const keptDeletions = 1_000

/** What a cluster holds of one kind, kept current by a list and watches. Keys are `namespace/name` or `name`. */
export class LocalCopy<T extends KubeObject> {
  readonly #options: LocalCopyOptions<T>
  readonly #objects = new Map<string, T>()
  /** The uids of what was deleted last, by key: an uid never comes back. */
  readonly #gone = new Map<string, string | undefined>()
  readonly #listeners = new Set<ChangeListener<T>>()
  readonly #synced: Promise<void>
  #settle: (error?: Error) => void = () => undefined
  #isSettled = false
  readonly #stopped = new AbortController()

  constructor(options: LocalCopyOptions<T>) {
    this.#options = options
    this.#synced = new Promise((resolve, reject) => {
      this.#settle = (error) => {
        this.#isSettled = true
        if (error === undefined) resolve()
        else reject(error)
      }
    })
    this.#synced.catch(() => undefined) // whoever waits for it hears of it
  }

  /** Resolves with the first list; rejects when it is stopped before, or has ended because that was refused. */
  get synced(): Promise<void> {
    return this.#synced
  }

  get(key: string | ObjectKey): T | undefined {
    return this.#objects.get(typeof key === 'string' ? key : keyText(key))
  }

  all(): T[] {
    return [...this.#objects.values()]
  }

  /** Hears of every later change, and of what is there already. */
  onChange(listener: ChangeListener<T>): void {
    this.#listeners.add(listener)
    for (const [key, object] of this.#objects) listener(key, object, undefined)
  }

  /** Enters an own write, so that the next decision is not made on what was before it. */
  put(object: T): void {
    const key = keyText(keyOf(object))
    // The answer to a write may be later than the event of the deletion that the write, or another, has led to.
    const { uid } = object.metadata
    if (uid === undefined || this.#gone.get(key) !== uid) this.#set(key, object)
  }

  /** Enters an own deletion. */
  forget(key: ObjectKey): void {
    this.#set(keyText(key), undefined)
  }

  stop(): void {
    this.#stopped.abort()
    this.#settle(new Error(`the copy of ${this.#options.kind.plural} is stopped`))
  }

  /** Follows the cluster until stopped; never rejects. */
  async run(): Promise<void> {
    const { signal } = this.#stopped
    const { clock } = this.#options
    let state: WatchState = { is: 'list', failures: 0 }
    while (!signal.aborted) {
      if (state.failures > 0)
        await pause(clock, retryDelayMs(state.failures, clock.random(), 100, mostRetryMs), signal)
      if (signal.aborted) return
      const outcome: WatchOutcome = state.is === 'list' ? await this.#list() : await this.#watch(state.from)
      state = watchStep(state, outcome)
    }
  }

  async #list(): Promise<WatchOutcome> {
    const { client, kind, selection = {} } = this.#options
    try {
      const { items, resourceVersion } = await client.list(kind, selection, this.#stopped.signal)
      this.#replace(items)
      return { is: 'listed', at: resourceVersion }
    } catch (error) {
      if (!isNotFound(error)) {
        if (this.#options.endsWhenRefused === true && isFinal(error)) this.#end(error)
        return this.#failure(error, '')
      }
      this.#replace([])
      return { is: 'not-served' }
    }
  }

  async #watch(from: string): Promise<WatchOutcome> {
    const { client, kind, selection = {}, clock } = this.#options
    // Spread out, so that not all watches are made again in one moment.
    const timeoutSeconds = Math.round(300 * (1 + clock.random()))
    let at = from
    try {
      for await (const event of client.watch(kind, selection, from, timeoutSeconds, this.#stopped.signal)) {
        if (event.type === 'ERROR') {
          const status = event.object as { code?: number; reason?: string; message?: string }
          throw new ClusterError(`watch of ${kind.plural}`, status.code ?? 500, {
            reason: status.reason,
            message: status.message,
          })
        }
        at = event.object.metadata.resourceVersion ?? at
        if (event.type === 'BOOKMARK') continue
        const key = keyText(keyOf(event.object))
        if (event.type === 'DELETED') this.#remember(key, event.object.metadata.uid)
        this.#set(key, event.type === 'DELETED' ? undefined : event.object)
      }
      return { is: 'ended', at, heardAnything: at !== from }
    } catch (error) {
      return this.#failure(error, at)
    }
  }

  #failure(error: unknown, at: string): WatchOutcome {
    const { report, kind } = this.#options
    if (!this.#stopped.signal.aborted && !isExpired(error)) report(`${kind.plural}: ${messageOf(error)}`)
    if (isUnreachable(error) || !(error instanceof ClusterError)) return { is: 'broken', at }
    return { is: 'refused', expired: isExpired(error), at }
  }

  /** As if stopped; who waits hears why. Later refusals are waited out: it has been let in before. */
  #end(why: Error): void {
    if (this.#isSettled) return
    this.#settle(why)
    this.#stopped.abort()
  }

  /** The answer to a write comes within seconds: only the last deletions matter. */
  #remember(key: string, uid: string | undefined): void {
    this.#gone.delete(key)
    this.#gone.set(key, uid)
    const [oldest] = this.#gone.keys()
    if (this.#gone.size > keptDeletions && oldest !== undefined) this.#gone.delete(oldest)
  }

  #replace(items: readonly T[]): void {
    const found = new Map(items.map((item) => [keyText(keyOf(item)), item]))
    for (const [key, { metadata }] of [...this.#objects]) {
      if (found.has(key)) continue
      this.#remember(key, metadata.uid)
      this.#set(key, undefined)
    }
    for (const [key, item] of found) this.#set(key, item)
    this.#settle()
  }

  #set(key: string, object: T | undefined): void {
    const previous = this.#objects.get(key)
    if (object === undefined && previous === undefined) return
    if (object !== undefined && previous !== undefined && !isNewer(object, previous)) return
    if (object === undefined) this.#objects.delete(key)
    else this.#objects.set(key, this.#typed(object))
    for (const listener of [...this.#listeners]) listener(key, this.#objects.get(key), previous)
  }

  /** Items of a list come without their kind. */
  #typed(object: T): T {
    const { group, version, kind } = this.#options.kind
    return { apiVersion: group === '' ? version : `${group}/${version}`, kind, ...object }
  }
}

/** An event that was on its way when an own write was entered is older; another uid is another object. */
const isNewer = ({ metadata }: KubeObject, { metadata: before }: KubeObject): boolean =>
  metadata.uid !== before.uid || Number(metadata.resourceVersion) > Number(before.resourceVersion)

/** Asking again does not help, unless somebody changes what the asker may do. */
const isFinal = (error: unknown): error is ClusterError =>
  error instanceof ClusterError &&
  error.status >= 400 &&
  error.status < 500 &&
  ![404, 410, 429].includes(error.status)

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
