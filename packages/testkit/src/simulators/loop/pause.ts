import type { Clock } from '../../clock/clock.ts'

/** Resolves after `ms` by the clock, or at once when the signal is aborted. Never rejects. */
export const pause = async (clock: Clock, ms: number, signal: AbortSignal): Promise<void> => {
  if (signal.aborted) return
  await new Promise<void>((resolve) => {
    const cancel = clock.after(ms, resolve)
    signal.addEventListener('abort', () => (cancel(), resolve()), { once: true })
  })
}
