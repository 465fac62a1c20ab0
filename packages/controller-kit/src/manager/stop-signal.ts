/** What is needed of the process; its own name for `process`. */
export interface StoppableProcess {
  on(event: 'SIGTERM' | 'SIGINT', listener: () => void): unknown
  exit(code: number): void
}

/**
 * A signal that is aborted when the process is asked to stop (SIGTERM, SIGINT), for scripts that need no flags; a
 * second time ends the process at once, with exit code 1. Services have `runService`.
 */
export const stopSignal = (host: StoppableProcess): AbortSignal => {
  const stop = new AbortController()
  for (const name of ['SIGTERM', 'SIGINT'] as const) {
    host.on(name, () => {
      if (stop.signal.aborted) host.exit(1)
      stop.abort()
    })
  }
  return stop.signal
}
