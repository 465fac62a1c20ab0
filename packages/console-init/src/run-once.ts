import type { Manager } from '@odfmo/controller-kit'
import type { App } from './app.ts'

/** What is run, and how the console is meanwhile. */
interface Run extends Pick<App, 'status' | 'onChange'> {
  readonly manager: Pick<Manager, 'run' | 'clock'>
}

/** The console was not right in time, or before the process was asked to stop; the message names what was waited for. */
class ConsoleNotReadyError extends Error {
  override readonly name = 'ConsoleNotReadyError'
  readonly code = 'ODFMO_CONSOLE_NOT_READY'
}

/**
 * Runs until both objects are right. Rejects with a `ConsoleNotReadyError` when that takes too long, and also when it is asked to
 * stop before: a Job whose pod was evicted has not done its work.
 */
export const runOnce = async (
  { manager, status, onChange }: Run,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<void> => {
  const ended = new AbortController()
  let outcome: 'right' | { readonly why: string } | undefined
  const end = (how: typeof outcome): void => {
    outcome ??= how
    ended.abort()
  }
  const why = (): string => {
    const now = status()
    return now.is === 'right' ? 'its last write' : now.why
  }
  onChange(() => {
    if (status().is === 'right') end('right')
  })
  const cancel = manager.clock.after(timeoutMs, () =>
    end({ why: `after ${timeoutMs / 1000} s the console is not set up yet: ${why()}` }),
  )
  const onStop = (): void => end({ why: `asked to stop before the console was set up: ${why()}` })
  if (signal.aborted) onStop()
  signal.addEventListener('abort', onStop, { once: true })
  try {
    await manager.run(ended.signal)
  } finally {
    cancel()
    signal.removeEventListener('abort', onStop)
  }
  if (typeof outcome === 'object') throw new ConsoleNotReadyError(outcome.why)
}
