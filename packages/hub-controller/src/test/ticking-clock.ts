import { ManualClock } from '@odfmo/controller-kit'

/** A clock that goes as the machine's does, and can be moved ahead. */
export interface TickingClock extends ManualClock {
  /** From then on it stands, but for who moves it. */
  stop(): void
}

const tickMs = 5

/**
 * Goes by the turns of the event loop: while the machine stands still, or is busy with something else, it does so too.
 * By the machine's own clock a lease runs out then, whoever renews it in time.
 */
export const tickingClock = (): TickingClock => {
  const clock = new ManualClock(Date.now())
  const timer = setInterval(() => clock.advance(tickMs), tickMs)
  return Object.assign(clock, { stop: () => clearInterval(timer) })
}
