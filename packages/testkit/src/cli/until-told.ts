import { systemClock } from '../clock/clock.ts'

const endingSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
const parentLookMs = 300

/** How a process was told to end; undefined: whoever started it has ended. */
export type EndingSignal = (typeof endingSignals)[number] | undefined

/**
 * Resolves at a signal to end, or when this process is no longer the child of `parent` (undefined: that does not
 * matter). To be called before anything is started: a signal in between must not leave files behind. A second signal
 * ends at once.
 */
export const untilTold = (parent: number | undefined): Promise<EndingSignal> =>
  new Promise((resolve) => {
    for (const signal of endingSignals) process.once(signal, () => resolve(signal))
    if (parent === undefined) return
    // the system gives an orphan another parent
    const look = (): void => {
      if (process.ppid === parent) systemClock.after(parentLookMs, look)
      else resolve(undefined)
    }
    look()
  })
