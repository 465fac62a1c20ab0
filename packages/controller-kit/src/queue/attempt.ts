import type { Clock } from '../clock.ts'

/** To end after the signal; what listens to it needs no more than a few turns of the event loop. */
const graceMs = 1000

/** A reconcile had no time left. */
class DeadlineError extends Error {
  override readonly name = 'DeadlineError'
  readonly code = 'ODFMO_DEADLINE'
}

export interface Attempt {
  readonly clock: Clock
  readonly deadlineMs: number
  /** Aborts the attempt before its deadline. */
  readonly stop: AbortSignal
  /** Must not reject; its signal is aborted at the deadline and by `stop`. */
  run(signal: AbortSignal): Promise<void>
  /** The deadline is over. */
  timedOut(): void
  /** It has not ended though its deadline is over: nobody waits for it any more. */
  left(): void
  ended(wasLeft: boolean): void
}

/** Resolves when an attempt has ended, or is so long over its deadline that whoever waits has better things to do. */
export const attempt = ({ clock, deadlineMs, stop, ...what }: Attempt): Promise<void> =>
  new Promise((resolve) => {
    const abort = new AbortController()
    const onStop = (): void => abort.abort(stop.reason)
    let wasLeft = false
    const timers = [
      clock.after(deadlineMs, () => {
        abort.abort(new DeadlineError(`did not end within ${deadlineMs / 1000} s`))
        what.timedOut()
      }),
      clock.after(deadlineMs + graceMs, () => {
        wasLeft = true
        what.left()
        resolve()
      }),
    ]
    if (stop.aborted) onStop()
    stop.addEventListener('abort', onStop, { once: true })
    void what.run(abort.signal).finally(() => {
      stop.removeEventListener('abort', onStop)
      for (const cancel of timers) cancel()
      what.ended(wasLeft)
      resolve()
    })
  })
