import type { CacheReader } from '../cache/cache.ts'
import type { Clock } from '../clock.ts'
import type { Logger } from '../logging/logger.ts'
import type { Writes } from '../writing/writes.ts'

/** What a reconcile is given beside its key. */
export interface ReconcileContext {
  readonly cache: CacheReader
  /** With the controller's name and the key. */
  readonly logger: Logger
  /** Aborted at the deadline and on stop. */
  readonly signal: AbortSignal
  readonly clock: Clock
  /** Whether a write may begin now: this process leads and the reconcile has time left. For `WriteOptions.mayStart`. */
  readonly mayStart: () => boolean
  /** All writes of a reconcile: compared first, smallest patch, conflicts looked at again. Needs `clients`. */
  readonly write: Writes
}

/** What a reconcile answers: settled, or to be looked at again at a time. */
export type ReconcileResult = { readonly done: true } | { readonly requeueAfterMs: number }

/** Settled: nothing more to do until an event brings the key. */
export const done: ReconcileResult = { done: true }
/**
 * Settled for now; the key comes again after `ms` milliseconds, or earlier by an event. For deadlines, not for polling. 0 or
 * less (a deadline that is over): once more, after what else waits. NaN or Infinity: the reconcile has failed.
 */
export const requeueAfter = (ms: number): ReconcileResult => ({ requeueAfterMs: ms })

/** Trying again cannot help: the key rests until an event brings it. */
export class TerminalError extends Error {
  override readonly name = 'TerminalError'
  readonly code = 'ODFMO_TERMINAL'
}
