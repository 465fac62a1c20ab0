import type { KubeObject, Kind } from '@odfmo/api-types/meta'
import { KubeError } from '../client/kube-error.ts'
import type { WatchClient } from '../client/object-client.ts'
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

/** Where a reflector puts what it learns. Must not throw. */
export interface ReflectorSink<T extends KubeObject> {
  /** A complete list as of `resourceVersion`. */
  replace(objects: readonly T[], resourceVersion: string): void
  /** The same of a server whose history began anew. */
  restart(objects: readonly T[], resourceVersion: string): void
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
}

/** As client-go's pager: a page is answered in well under a second. */
const pageSize = 500

/** Under 5 minutes servers and proxies cut nothing, over 10 some do; random, so that not all come at once. */
const watchSeconds = (random: number): number => Math.floor(290 + random * 291)

/** Keeps a cache equal to a collection on a server, for ever: no failure ends it. */
export class Reflector<T extends KubeObject> {
  readonly #options: ReflectorOptions<T>
  readonly #wake: Wake
  #state: ReflectorState<T> = initialReflectorState
  #lastError: string | undefined
  #away = false

  constructor(options: ReflectorOptions<T>) {
    this.#options = options
    this.#wake = new Wake(options.clock)
  }

  /** Why it is not up to date; undefined when it is. */
  get lastError(): string | undefined {
    return this.#lastError
  }

  /** The kind's definition came or changed. */
  announce(): void {
    if (this.#state.is !== 'notServed') return
    this.#take({ is: 'announced' })
    this.#wake.wake()
  }

  /** Works until the signal is aborted; never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const state = this.#state
      switch (state.is) {
        case 'listing':
          await this.#list(state.continue, state.paged, signal)
          break
        case 'opening':
        case 'watching':
          await this.#watch(state.resourceVersion, signal)
          break
        case 'waiting':
        case 'notServed':
          await this.#wake.wait(state.delayMs, signal)
          // Announced meanwhile: the state has moved on already.
          if (this.#state === state) this.#take({ is: 'woken' })
          break
      }
    }
  }

  async #list(continueToken: string | undefined, paged: boolean, signal: AbortSignal): Promise<void> {
    const { client, kind, observer } = this.#options
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

  async #watch(resourceVersion: string, signal: AbortSignal): Promise<void> {
    const { client, clock, kind, observer } = this.#options
    const started = clock.monotonic()
    const onOpen = (): void => {
      observer?.watchOpened()
      this.#take({ is: 'opened' })
      this.#answered()
    }
    try {
      const timeoutSeconds = watchSeconds(clock.random())
      const events = client.watch(kind, {
        ...this.#selection(),
        resourceVersion,
        timeoutSeconds,
        onOpen,
        signal,
      })
      for await (const event of events) this.#take({ is: 'event', event })
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
    this.#lastError = undefined
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
    this.#lastError = failure.message
    this.#away ||= failure.status === 0 || failure.status >= 500
    this.#options.observer?.failed(failure)
    this.#take(failure)
  }

  #take(input: ReflectorInput<T>): void {
    const { state, effects } = reflectorStep(this.#state, input, this.#options.clock.random())
    this.#state = state
    for (const effect of effects) this.#apply(effect)
  }

  #apply(effect: ReflectorEffect<T>): void {
    const { sink } = this.#options
    switch (effect.do) {
      case 'replace':
        sink.replace(effect.items, effect.resourceVersion)
        break
      case 'restart':
        sink.restart(effect.items, effect.resourceVersion)
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
