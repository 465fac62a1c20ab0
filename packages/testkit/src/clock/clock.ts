/**
 * Time and randomness as the testkit uses them; times are milliseconds. The shape is the one services of this repository
 * take too, so one manual clock can drive a whole test.
 */
export interface Clock {
  /** Wall clock, milliseconds since the epoch. */
  now(): number
  /** Never goes back: for durations. */
  monotonic(): number
  /** Runs `callback` after `delayMs`; the answer cancels it. Does not keep the process alive. */
  after(delayMs: number, callback: () => void): () => void
  /** Uniform in [0, 1). */
  random(): number
}

/** setTimeout fires at once for longer delays (24.8 days). */
const longestDelayMs = 2_147_483_647

/** The real clock: the only place of this package that touches timers, the date and Math.random. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, Math.min(Math.max(delayMs, 0), longestDelayMs))
    timer.unref()
    return () => clearTimeout(timer)
  },
  random: () => Math.random(),
}

/** Runs `callback` after the current turn, whatever any clock says: work that follows an answer, not a moment. */
export const soon = (callback: () => void): void => {
  setImmediate(callback)
}
