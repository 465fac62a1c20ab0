import { checkClockMs, refuseOption } from '../check-option.ts'
import type { Clock } from './clock.ts'
import { seededRandom } from './seeded-random.ts'

/** Time that a test moves. */
export interface ManualClock extends Clock {
  /**
   * Moves time forward and runs what falls due on the way, in order of its time, each at its own time. Throws a TypeError
   * for less than 0: time that goes back is a `jump`.
   */
  advance(ms: number): void
  /** Sets wall time forward or back, as when somebody corrects it: nothing falls due by that, `monotonic` goes on. */
  jump(ms: number): void
  /** How many timers wait. */
  readonly pending: number
}

interface Waiting {
  readonly at: number
  readonly order: number
  readonly callback: () => void
}

/** When it begins, and its randomness. */
export interface ManualClockOptions {
  /** Milliseconds since the epoch; 2026-01-01T00:00:00Z when absent. */
  readonly start?: number
  /** Seed of `random()`; 1 when absent. */
  readonly seed?: number
}

/** A clock that stands still until it is advanced. */
export const manualClock = (options: ManualClockOptions = {}): ManualClock => {
  const start = options.start ?? Date.UTC(2026, 0, 1)
  checkClockMs(start)
  let now = start
  let jumped = 0
  let order = 0
  const waiting = new Set<Waiting>()
  const nextDue = (limit: number): Waiting | undefined => {
    let next: Waiting | undefined
    for (const timer of waiting) {
      if (timer.at > limit) continue
      if (next === undefined || timer.at < next.at || (timer.at === next.at && timer.order < next.order))
        next = timer
    }
    return next
  }
  return {
    now: () => now + jumped,
    monotonic: () => now - start,
    random: seededRandom(options.seed ?? 1),
    get pending() {
      return waiting.size
    },
    after(delayMs, callback) {
      const timer: Waiting = { at: now + Math.max(delayMs, 0), order: order++, callback }
      waiting.add(timer)
      return () => waiting.delete(timer)
    },
    jump(ms) {
      checkClockMs(ms)
      jumped += ms
    },
    advance(ms) {
      if (!(ms >= 0 && ms < Number.POSITIVE_INFINITY))
        refuseOption('clock.advance', 'a number of milliseconds from 0', ms)
      const target = now + ms
      for (let due = nextDue(target); due !== undefined; due = nextDue(target)) {
        waiting.delete(due)
        now = Math.max(now, due.at)
        due.callback()
      }
      // what fell due may have advanced the clock itself, further than this
      now = Math.max(now, target)
    },
  }
}
