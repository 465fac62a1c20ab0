import type { Clock } from '../clock.ts'

/** It took longer than the caller allowed. */
class TimeoutError extends Error {
  override readonly name = 'TimeoutError'
  readonly code = 'ODFMO_TIMEOUT'
}

/** A signal that is aborted when `signal` is, or after `ms` with a `TimeoutError`; `cancel` must be called. */
export const deadline = (
  clock: Clock,
  ms: number,
  signal: AbortSignal | undefined,
): { readonly signal: AbortSignal; readonly cancel: () => void } => {
  const controller = new AbortController()
  const onAbort = (): void => controller.abort(signal?.reason)
  if (signal?.aborted === true) onAbort()
  signal?.addEventListener('abort', onAbort, { once: true })
  const stop = clock.after(ms, () =>
    controller.abort(new TimeoutError(`no answer within ${Math.round(ms) / 1000} s`)),
  )
  return {
    signal: controller.signal,
    cancel: () => {
      stop()
      signal?.removeEventListener('abort', onAbort)
    },
  }
}
