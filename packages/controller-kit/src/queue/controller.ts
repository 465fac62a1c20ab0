import { keyOf, keyText } from '@odfmo/api-types/meta'
import type { CacheEvent, CacheReader, WriteObserver } from '../cache/cache.ts'
import type { ObjectClient } from '../client/object-client.ts'
import { checkNumber } from '../check-number.ts'
import { systemClock, type Clock } from '../clock.ts'
import { silentLogger, type Logger } from '../logging/logger.ts'
import { aborted } from '../once.ts'
import type { Readiness, Runnable } from '../runnable.ts'
import type { WriteCounter } from '../writing/applier.ts'
import { writesFor } from '../writing/writes.ts'
import { attempt } from './attempt.ts'
import { checkedResult } from './checked-result.ts'
import { TerminalError, type ReconcileContext, type ReconcileResult } from './reconcile.ts'
import { keysOfEvent, type Source } from './source.ts'
import { sourcesSynced, whyUnsynced } from './sources-synced.ts'
import { WorkQueue, type Priority, type QueueObserver } from './work-queue.ts'

/** What wakes a controller and what it does then. */
export interface ControllerDefinition {
  /** Unique in a process, kebab-case: for logs, metrics and as field manager. */
  readonly name: string
  /** What brings keys; it begins when all of them can be believed. */
  readonly sources: readonly Source[]
  /** A throw is logged with the key, counted and tried again with back-off. */
  reconcile(key: string, context: ReconcileContext): Promise<ReconcileResult>
  /** Keys worked on at the same time. Default: 4. */
  readonly concurrency?: number
  /**
   * Of one reconcile. Default: 2 min, longer than any request with its retries. Then its signal is aborted; when it has
   * not ended a second later, its worker goes on with other keys, and its own key waits until it has.
   */
  readonly deadlineMs?: number
  /** Default: true. */
  readonly needsLeadership?: boolean
}

/** How a reconcile ended, by the names of controller-runtime's metrics; `terminal` counts as an error too. */
export type ReconcileOutcome = 'success' | 'requeue_after' | 'error' | 'terminal'

/** What a controller tells, for metrics. */
export interface ControllerObserver extends WriteCounter {
  /** Asked once, when the controller is made. */
  queueObserver(name: string): QueueObserver
  /** How many keys are worked on at once, at most. */
  workers(controller: string, count: number): void
  /** A worker has a key. */
  reconcileBegan(controller: string): void
  /** How it ended, after so many milliseconds. */
  reconcileEnded(controller: string, result: ReconcileOutcome, ms: number): void
  /** A reconcile reached its deadline. */
  reconcileTimedOut?(controller: string): void
  /** So many reconciles go on though their workers went on without them. */
  reconcilesAbandoned?(controller: string, count: number): void
  /** A filter or mapper of a source threw. */
  sourceThrew?(controller: string): void
}

/** What a controller works with; `Manager.addController` gives all of it. */
export interface ControllerEnvironment {
  /** To write, one that learns of writes: the manager's `informers`. */
  readonly cache: CacheReader & Partial<WriteObserver>
  /** By cluster name, for `context.write`. Left out: it writes nothing. */
  readonly clients?: Readonly<Record<string, ObjectClient>>
  readonly clock?: Clock
  readonly logger?: Logger
  readonly observer?: ControllerObserver
  /** False while writes must not begin (leadership); reconcilers ask by `mayStart`. Default: always true. */
  readonly canWrite?: () => boolean
}

const defaultConcurrency = 4
const defaultDeadlineMs = 120_000
/**
 * A plain controller: sources map events to keys, workers reconcile them. It begins when all its sources can
 * be believed. For objects that are written, a `derived` object is usually the better tool. Throws a `TypeError`
 * without a name, a `RangeError` on a concurrency or deadline that nothing can be done in. Starts once.
 */
export const controller = (
  definition: ControllerDefinition,
  environment: ControllerEnvironment,
): Runnable => {
  const { name, sources, concurrency = defaultConcurrency, needsLeadership = true } = definition
  const { deadlineMs = defaultDeadlineMs } = definition
  const { cache, clock = systemClock, observer, canWrite = () => true } = environment
  if (name === '') throw new TypeError("controller: expected a name, got ''")
  checkNumber(`controller ${name}`, 'concurrency', concurrency, 'count')
  checkNumber(`controller ${name}`, 'deadlineMs', deadlineMs, 'duration')
  const logger = (environment.logger ?? silentLogger).child({ controller: name })
  const queueObserver = observer?.queueObserver(name)
  const queue = new WorkQueue({ clock, ...(queueObserver === undefined ? {} : { observer: queueObserver }) })
  const writes = writesFor({ ...environment, name })
  let abandoned = 0
  let started = false
  observer?.workers(name, concurrency)

  const add = (event: CacheEvent, priority?: Priority): void => {
    const keys = keysOfEvent(sources, event, (from, error) => {
      observer?.sourceThrew?.(name)
      logger.error({ kind: from.of.name, object: keyText(event.key), err: error }, 'a source threw')
    })
    for (const [key, given] of keys) queue.add(key, priority ?? given)
  }

  const run = async (key: string, context: ReconcileContext, stop: AbortSignal): Promise<void> => {
    const began = clock.monotonic()
    const ended = (result: ReconcileOutcome): void =>
      observer?.reconcileEnded(name, result, clock.monotonic() - began)
    observer?.reconcileBegan(name)
    try {
      const result = checkedResult(name, await definition.reconcile(key, context))
      queue.forget(key)
      if ('requeueAfterMs' in result) queue.addAfter(key, result.requeueAfterMs)
      ended('requeueAfterMs' in result ? 'requeue_after' : 'success')
    } catch (error) {
      const terminal = error instanceof TerminalError
      ended(terminal ? 'terminal' : 'error')
      if (stop.aborted) return
      context.logger.error({ err: error, retries: queue.retries(key) }, 'reconcile failed')
      if (terminal) queue.rest(key)
      else queue.addRateLimited(key)
    }
  }

  const reconcile = (key: string, stop: AbortSignal): Promise<void> => {
    const log = logger.child({ key })
    return attempt({
      clock,
      deadlineMs,
      stop,
      run(signal) {
        const mayStart = (): boolean => !signal.aborted && canWrite()
        const write = writes(signal, log)
        return run(key, { cache, clock, logger: log, signal, mayStart, write }, stop)
      },
      timedOut: () => observer?.reconcileTimedOut?.(name),
      left() {
        observer?.reconcilesAbandoned?.(name, ++abandoned)
        log.error({ deadlineMs }, 'a reconcile did not end at its deadline: going on without it')
      },
      ended(wasLeft) {
        queue.done(key)
        if (!wasLeft) return
        observer?.reconcilesAbandoned?.(name, --abandoned)
        log.info({}, 'a reconcile ended long after its deadline')
      },
    })
  }

  const work = async (stop: AbortSignal): Promise<void> => {
    for (let key = await queue.get(stop); key !== undefined; key = await queue.get(stop)) {
      await reconcile(key, stop)
    }
  }

  return {
    name,
    needsLeadership,
    ready(): Readiness {
      const why = whyUnsynced(cache, sources)
      return why === undefined ? { ready: true } : { ready: false, why }
    },
    async start(stop) {
      // Its queue ended with the first start: a second one would watch and never work.
      if (started) throw new Error(`controller ${name}: started twice`)
      started = true
      // What is there at the start is looked at for safety's sake: what changes meanwhile comes first.
      let first: Priority | undefined = 'resync'
      const unsubscribe = cache.onEvent((event) => add(event, first))
      await sourcesSynced(cache, sources, stop)
      for (const of of new Set(sources.map((from) => from.of)))
        for (const object of cache.list(of)) add({ of, key: keyOf(object), object }, first)
      first = undefined
      const workers = Array.from({ length: concurrency }, () => work(stop))
      await aborted(stop)
      unsubscribe()
      // Also those whose workers went on without them: until they end, they may do something.
      await queue.shutdown('drop')
      await Promise.all(workers)
    },
  }
}
