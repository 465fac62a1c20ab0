import { checkClockMs } from '../check-option.ts'
import type { Clock } from './clock.ts'

/** A clock whose wall time jumps when it is told to; durations are those of the one it goes by. */
export interface SkewedClock extends Clock {
  jump(ms: number): void
}

export const skewedClock = (base: Clock): SkewedClock => {
  let offsetMs = 0
  return {
    now: () => base.now() + offsetMs,
    monotonic: () => base.monotonic(),
    after: (delayMs, callback) => base.after(delayMs, callback),
    random: () => base.random(),
    jump(ms) {
      checkClockMs(ms)
      offsetMs += ms
    },
  }
}
