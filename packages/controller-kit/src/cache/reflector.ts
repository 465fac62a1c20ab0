import type { KubeObject, Kind } from '@odfmo/api-types/meta'
import { KubeError } from '../client/kube-error.ts'
import type { WatchClient, WatchOptions } from '../client/object-client.ts'
import type { Clock } from '../clock.ts'
import { Wake } from '../wake.ts'
import type { SyncState } from './cache.ts'
import { reflectorStep } from './reflector-step.ts'
import {
  initialReflectorState,
  type ReflectorEffect,
  type ReflectorFailure,
  type ReflectorInput,
  type ReflectorState,
} from './reflector-state.ts'
import type { StreamSupport } from './stream-support.ts'

/** Where a reflector puts what it learns. Must not throw. */
export interface ReflectorSink<T extends KubeObject> {
  /** What is there is asked for now, from the beginning; what was gathered before counts no more. */
  begin(): void
  /** Some of what is there, or a newer state of it. */
  gather(objects: readonly T[]): void
  /** It went before what is there was complete. */
  ungather(object: T): void
  /** What was gathered is all there is, as of `resourceVersion`. */
  complete(resourceVersion: string): void
  /** The rest of what is there will not come: what was gathered need not be kept. */
  discard(): void
  /** The kind is not served: nothing of it is there. */
  clear(): void
  upsert(object: T): void
  remove(object: T): void
  sync(state: SyncState): void
}

/** What a reflector tells of its work, for metrics and logs. */
interface ReflectorObserver {
  listed(): void
  watchOpened(): void
  /** The server answers again after it was away (no answer, or 5xx). */
  recovered?(): void
  failed(failure: ReflectorFailure): void
}

export interface ReflectorOptions<T extends KubeObject> {
  readonly client: WatchClient
  readonly clock: Clock
  readonly sink: ReflectorSink<T>
  readonly observer?: ReflectorObserver
  readonly kind: Kind<T>
  readonly namespace?: string
  readonly labelSelector?: string
  readonly fieldSelector?: string
  readonly metadataOnly?: boolean
  /** Which servers can send what is there as a stream. Left out: none is asked to. */
  readonly streams?: StreamSupport
}

/** As client-go's pager: a page is answered in well under a second. */
const pageSize = 500

/** Under 5 minutes servers and proxies cut nothing, over 10 some do; random, so that not all come at once. */
const watchSeconds = (random: number): number => Math.floor(300 + random * 301)

/** A server sends what is there as fast as it can; one that says nothing for so long will not say where it ends. */
const silentStreamMs = 30_000

/** Keeps a cache equal to a collection on a server, for ever: no failure ends it. */
export class Reflector<T extends KubeObject> {
  readonly #options: ReflectorOptions<T>
  readonly #wake: Wake
  #state: ReflectorState
  #lastFailure: ReflectorFailure | undefined
  #away = false
  /** Since it was last found not to be served; perhaps while the answer that says so was on its way. */
  #announced = false
  /** Events so far. */
  #heard = 0

  constructor(options: ReflectorOptions<T>) {
    this.#options = options
    this.#wake = new Wake(options.clock)
    this.#state = initialReflectorState(options.streams?.has(options.kind) ?? false)
  }

  /** Why it is not up to date; undefined when it is. */
  get lastFailure(): ReflectorFailure | undefined {
    return this.#lastFailure
  }

  /** The kind's definition came or changed. */
  announce(): void {
    this.#announced = true
    if (this.#state.is === 'notServed') this.#wake.wake()
  }

  /** Works until the signal is aborted; never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const state = this.#state
      switch (state.is) {
        case 'listing':
          await this.#list(state.continue, state.paged, signal)
          break
        case 'streaming':
          await this.#stream(signal)
          break
        case 'opening':
        case 'watching':
          await this.#watch({ resourceVersion: state.resourceVersion }, signal)
          break
        case 'waiting':
          await this.#wake.wait(state.delayMs, signal)
          this.#take({ is: 'woken' })
          break
        case 'notServed':
          await this.#wake.wait(this.#announced ? 0 : state.delayMs, signal)
          this.#take({ is: this.#announced ? 'announced' : 'woken' })
          this.#announced = false
          break
      }
    }
  }

  async #list(continueToken: string | undefined, paged: boolean, signal: AbortSignal): Promise<void> {
    const { client, kind, observer, sink } = this.#options
    if (continueToken === undefined) sink.begin()
    try {
      // No resourceVersion: from the store behind the server, never from a cache that may be old.
      const list = await client.list(kind, {
        ...this.#selection(),
        ...(paged ? { limit: pageSize } : {}),
        ...(continueToken === undefined ? {} : { continue: continueToken }),
        signal,
      })
      observer?.listed()
      const { resourceVersion, continue: next } = list.metadata
      this.#take({
        is: 'page',
        items: list.items,
        resourceVersion,
        ...(next === undefined ? {} : { continue: next }),
      })
      this.#answered()
    } catch (error) {
      this.#failed(error, 0, signal)
    }
  }

  /** What is there and then every change, in one watch; a server that falls silent before the end is left. */
  async #stream(signal: AbortSignal): Promise<void> {
    const { clock, sink } = this.#options
    const silence = new AbortController()
    const leave = (): void => silence.abort(signal.reason)
    signal.addEventListener('abort', leave, { once: true })
    let cancel = (): void => undefined
    const listen = (heard: number): void => {
      cancel = clock.after(silentStreamMs, () => {
        if (this.#state.is !== 'streaming') return
        if (this.#heard !== heard) listen(this.#heard)
        else
          silence.abort(new Error(`the end of what is there did not come: silent for ${silentStreamMs} ms`))
      })
    }
    sink.begin()
    listen(this.#heard)
    try {
      // No resourceVersion: the end comes when the server is as new as its store, never older.
      await this.#watch({ sendInitialEvents: true }, signal, silence.signal)
    } finally {
      cancel()
      signal.removeEventListener('abort', leave)
    }
  }

  /** `stream` ends the request, `signal` the reflector. */
  async #watch(
    from: Pick<WatchOptions, 'resourceVersion' | 'sendInitialEvents'>,
    signal: AbortSignal,
    stream = signal,
  ): Promise<void> {
    const { client, clock, kind, observer } = this.#options
    const started = clock.monotonic()
    const onOpen = (): void => {
      observer?.watchOpened()
      this.#take({ is: 'opened' })
      // A stream has to come to its end first.
      if (this.#state.is === 'watching') this.#answered()
    }
    try {
      const timeoutSeconds = watchSeconds(clock.random())
      const asked = { ...this.#selection(), ...from, timeoutSeconds, onOpen, signal: stream }
      for await (const event of client.watch(kind, asked)) {
        this.#heard += 1
        const wasComplete = this.#state.is !== 'streaming'
        this.#take({ is: 'event', event })
        if (wasComplete || this.#state.is === 'streaming') continue
        observer?.listed()
        this.#answered()
      }
      if (!signal.aborted) this.#take({ is: 'ended', lastedMs: clock.monotonic() - started })
    } catch (error) {
      this.#failed(error, clock.monotonic() - started, signal)
    }
  }

  #selection(): Pick<ReflectorOptions<T>, 'namespace' | 'labelSelector' | 'fieldSelector' | 'metadataOnly'> {
    const { namespace, labelSelector, fieldSelector, metadataOnly } = this.#options
    return { namespace, labelSelector, fieldSelector, metadataOnly }
  }

  #answered(): void {
    this.#lastFailure = undefined
    if (!this.#away) return
    this.#away = false
    this.#options.observer?.recovered?.()
  }

  #failed(error: unknown, lastedMs: number, signal: AbortSignal): void {
    if (signal.aborted) return
    const failure: ReflectorFailure = {
      is: 'failed',
      status: error instanceof KubeError ? error.status : 0,
      message: error instanceof Error ? error.message : String(error),
      lastedMs,
      ...(error instanceof KubeError && error.retryAfterMs !== undefined
        ? { retryAfterMs: error.retryAfterMs }
        : {}),
      ...(isTooNew(error) ? { tooNew: true } : {}),
    }
    const { streams } = this.#options
    if (this.#take(failure).some((effect) => effect.do === 'pagesOnly')) {
      // No failure: the server is asked for what it can.
      streams?.refused(this.#options.kind)
      return
    }
    this.#lastFailure = failure
    this.#away ||= failure.status === 0 || failure.status >= 500
    this.#options.observer?.failed(failure)
  }

  #take(input: ReflectorInput<T>): readonly ReflectorEffect<T>[] {
    const { state, effects } = reflectorStep(this.#state, input, this.#options.clock.random())
    // What cannot be kept is not believed to be: the state stays, and it is asked for again.
    for (const effect of effects) this.#apply(effect)
    this.#state = state
    return effects
  }

  #apply(effect: ReflectorEffect<T>): void {
    const { sink } = this.#options
    switch (effect.do) {
      case 'gather':
        sink.gather(effect.items)
        break
      case 'ungather':
        sink.ungather(effect.object)
        break
      case 'complete':
        sink.complete(effect.resourceVersion)
        break
      case 'discard':
        sink.discard()
        break
      case 'pagesOnly':
        // Told to whom it concerns by `#failed`.
        break
      case 'clear':
        sink.clear()
        break
      case 'upsert':
        sink.upsert(effect.object)
        break
      case 'remove':
        sink.remove(effect.object)
        break
      case 'sync':
        sink.sync(effect.state)
        break
    }
  }
}

const isTooNew = (error: unknown): boolean =>
  error instanceof KubeError &&
  error.status === 504 &&
  (error.details?.causes ?? []).some(({ reason }) => reason === 'ResourceVersionTooLarge')
