import type { Clock } from '../clock/clock.ts'

/** Resolves after `ms` by the clock, or at once when the signal is aborted. Never rejects. */
export const pause = async (clock: Clock, ms: number, signal: AbortSignal): Promise<void> => {
  if (signal.aborted) return
  await new Promise<void>((resolve) => {
    const end = (): void => {
      cancel()
      // The signal lives as long as its loop: it must not collect a listener for each pause.
      signal.removeEventListener('abort', end)
      resolve()
    }
    const cancel = clock.after(ms, end)
    signal.addEventListener('abort', end)
  })
}
