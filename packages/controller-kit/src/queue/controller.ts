import type { DeepReadonly, KubeObject } from '@odfmo/api-types/meta'
import type { CacheEvent, CacheReader } from '../cache/cache.ts'
import { deadline } from '../client/deadline.ts'
import { systemClock, type Clock } from '../clock.ts'
import { silentLogger, type Logger } from '../logging/logger.ts'
import { once } from '../once.ts'
import type { Readiness, Runnable } from '../runnable.ts'
import type { WatchedKind } from '../watched-kind.ts'
import type { EventFilter } from './event-filter.ts'
import { WorkQueue, type Priority, type QueueObserver } from './work-queue.ts'

/** Where keys come from: events of one kind. */
export interface Source<T extends KubeObject = KubeObject> {
  readonly of: WatchedKind<T>
  /** The keys an object means; asked for the old and the new object of each event. Pure. */
  keys(object: DeepReadonly<T>): readonly string[]
  /** Events that matter; left out: all. */
  when?(event: CacheEvent<T>): boolean
  /** Default: `event`. */
  readonly priority?: Priority
}

export const source = <T extends KubeObject>(
  of: WatchedKind<T>,
  keys: (object: DeepReadonly<T>) => readonly string[],
  options: { readonly when?: EventFilter<T>; readonly priority?: Priority } = {},
): Source => ({ of, keys, ...options })

export interface ReconcileContext {
  readonly cache: CacheReader
  /** With the controller's name and the key. */
  readonly logger: Logger
  /** Aborted at the deadline and on stop. */
  readonly signal: AbortSignal
  readonly clock: Clock
}

/** What a reconcile answers: settled, or to be looked at again at a time. */
export type ReconcileResult = { readonly done: true } | { readonly requeueAfterMs: number }

export const done: ReconcileResult = { done: true }
export const requeueAfter = (ms: number): ReconcileResult => ({ requeueAfterMs: ms })

/** Trying again cannot help: the key rests until an event brings it. */
export class TerminalError extends Error {
  override readonly name = 'TerminalError'
  readonly code = 'ODFMO_TERMINAL'
}

export interface ControllerDefinition {
  readonly name: string
  readonly sources: readonly Source[]
  /** A throw is logged with the key, counted and tried again with back-off. */
  reconcile(key: string, context: ReconcileContext): Promise<ReconcileResult>
  /** Keys worked on at the same time. Default: 4. */
  readonly concurrency?: number
  /** Of one reconcile. Default: 2 min, longer than any request with its retries. */
  readonly deadlineMs?: number
  /** Default: true. */
  readonly needsLeadership?: boolean
}

/** What a controller tells, for metrics. */
export interface ControllerObserver {
  queueObserver(name: string): QueueObserver
  workers(controller: string, count: number): void
  reconcileBegan(controller: string): void
  reconcileEnded(
    controller: string,
    result: 'success' | 'requeue_after' | 'error' | 'terminal',
    ms: number,
  ): void
}

export interface ControllerEnvironment {
  readonly cache: CacheReader
  readonly clock?: Clock
  readonly logger?: Logger
  readonly observer?: ControllerObserver
}

const defaultConcurrency = 4
const defaultDeadlineMs = 120_000

/**
 * A plain controller: sources map events to keys, workers reconcile them. It begins when all its sources can
 * be believed. For objects that are written, a `derived` object is usually the better tool.
 */
export const controller = (
  definition: ControllerDefinition,
  environment: ControllerEnvironment,
): Runnable => {
  const { name, sources, concurrency = defaultConcurrency, needsLeadership = true } = definition
  const { cache, clock = systemClock, observer } = environment
  const logger = (environment.logger ?? silentLogger).child({ controller: name })
  const queueObserver = observer?.queueObserver(name)
  const queue = new WorkQueue({ clock, ...(queueObserver === undefined ? {} : { observer: queueObserver }) })
  observer?.workers(name, concurrency)

  const unsynced = (): string | undefined => {
    for (const { of } of sources) {
      const state = cache.sync(of)
      if ('why' in state) return state.why
    }
    return undefined
  }

  const add = (event: CacheEvent): void => {
    for (const from of sources) {
      if (from.of !== event.of || from.when?.(event) === false) continue
      for (const object of [event.old, event.object]) {
        if (object !== undefined) for (const key of from.keys(object)) queue.add(key, from.priority)
      }
    }
  }

  const reconcile = async (key: string, signal: AbortSignal): Promise<void> => {
    const until = deadline(clock, definition.deadlineMs ?? defaultDeadlineMs, signal)
    const context = { cache, clock, logger: logger.child({ key }), signal: until.signal }
    const began = clock.monotonic()
    observer?.reconcileBegan(name)
    const ended = (result: 'success' | 'requeue_after' | 'error' | 'terminal'): void =>
      observer?.reconcileEnded(name, result, clock.monotonic() - began)
    try {
      const result = await definition.reconcile(key, context)
      queue.forget(key)
      if ('requeueAfterMs' in result) queue.addAfter(key, result.requeueAfterMs)
      ended('requeueAfterMs' in result ? 'requeue_after' : 'success')
    } catch (error) {
      const terminal = error instanceof TerminalError
      ended(terminal ? 'terminal' : 'error')
      if (signal.aborted) return
      context.logger.error({ err: error, retries: queue.retries(key) }, 'reconcile failed')
      if (terminal) queue.forget(key)
      else queue.addRateLimited(key)
    } finally {
      until.cancel()
    }
  }

  const work = async (signal: AbortSignal): Promise<void> => {
    for (let key = await queue.get(signal); key !== undefined; key = await queue.get(signal)) {
      await reconcile(key, signal)
      queue.done(key)
    }
  }

  const synced = async (signal: AbortSignal): Promise<void> => {
    while (unsynced() !== undefined && !signal.aborted) {
      await once((listener) => cache.onSync(listener), signal)
    }
  }

  return {
    name,
    needsLeadership,
    ready(): Readiness {
      const why = unsynced()
      return why === undefined ? { ready: true } : { ready: false, why }
    },
    async start(signal) {
      const unsubscribe = cache.onEvent(add)
      await synced(signal)
      for (const { of } of sources)
        for (const object of cache.list(of)) add({ of, key: { name: '' }, object })
      await Promise.all(Array.from({ length: concurrency }, () => work(signal)))
      unsubscribe()
      await queue.shutdown('drop')
    },
  }
}
