import type { ObjectKey } from '@odfmo/api-types/meta'
import type { CacheReader, WriteObserver } from '../cache/cache.ts'
import type { ObjectClient } from '../client/object-client.ts'
import { checkNumber } from '../check-number.ts'
import type { Clock } from '../clock.ts'
import type { QueueObserver } from '../queue/work-queue.ts'
import type { WriteRecord } from '../writing/writer.ts'
import type { Derived } from './derived.ts'
import type { State } from './state.ts'

/** What the engine tells of itself; pino's child loggers fit. */
export interface EngineLogger {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  error(fields: object, message: string): void
}

/** Counters for metrics; each is called synchronously and must not throw. */
export interface EngineObserver {
  /** A rule ran, for so many milliseconds; waits and writes come after. */
  evaluated?(derived: string, durationMs: number): void
  /** A write was answered, or not: `failed`. */
  wrote?(record: WriteRecord, outcome: string): void
  /** Somebody sets back what a rule writes, or does so no longer. */
  contested?(derived: string, what: 'begins' | 'over'): void
  /** A key is in another state, reason or message included. One that is forgotten is not told of. */
  changed?(derived: string, key: ObjectKey, state: State): void
}

/** What an engine works with; `Manager.addDerived` gives all but the rules. */
export interface EngineOptions {
  /** Unique in a process, kebab-case; field manager of its writes. */
  readonly name: string
  /** The rules. One object is written by one of them. */
  readonly derived: readonly Derived[]
  readonly cache: CacheReader & WriteObserver
  /** By cluster name. */
  readonly clients: Readonly<Record<string, ObjectClient>>
  readonly clock: Clock
  readonly logger: EngineLogger
  /** False while writes must not be sent (leadership). Default: always. */
  readonly canWrite?: () => boolean
  /** Keys worked on at the same time. Default 16: enough to hide the latency of writes, few enough for any server. */
  readonly workers?: number
  /** How long a confirming list waits for other keys that want it too, in milliseconds. Default: 20. */
  readonly gatherMs?: number
  readonly observer?: EngineObserver
  readonly queueObserver?: QueueObserver
}

/** Throws a `RangeError` for a number, of the engine or of a rule, that nothing can be done with. */
export const checkEngineNumbers = ({ name, derived, workers, gatherMs }: EngineOptions): void => {
  checkNumber(`engine ${name}`, 'workers', workers, 'count')
  checkNumber(`engine ${name}`, 'gatherMs', gatherMs, 'wait')
  for (const rule of derived) {
    checkNumber(`rule ${rule.name}`, 'concurrency', rule.concurrency, 'count')
    checkNumber(`rule ${rule.name}`, 'settleMs', rule.settleMs, 'wait')
  }
}
