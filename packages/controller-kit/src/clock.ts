/** Time and randomness, passed in so that a test can own them. Times are milliseconds. */
export interface Clock {
  /** Wall clock, milliseconds since the epoch. */
  now(): number
  /** Never goes back, milliseconds since some start: for deadlines and durations. */
  monotonic(): number
  /** Runs `callback` after `delayMs`; the answer cancels it. Does not keep the process alive. */
  after(delayMs: number, callback: () => void): () => void
  /** Uniform in [0, 1): jitter. */
  random(): number
}

/** The real clock: the only place that touches timers, the date and Math.random. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(delayMs, callback) {
    // setTimeout fires at once for delays over 2^31-1 ms (24.8 days): wake earlier, the caller looks again.
    const timer = setTimeout(callback, Math.min(Math.max(delayMs, 0), 2_147_483_647))
    timer.unref()
    return () => clearTimeout(timer)
  },
  random: () => Math.random(),
}

/** Keeps the process alive until the answer is called: what waits for a server that is away holds nothing open. */
export const holdProcess = (): (() => void) => {
  const timer = setInterval(() => undefined, 2_147_483_647)
  return () => clearInterval(timer)
}

/** Lets timers and sockets have a turn: promises alone never do, as long as one of them leads to the next. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Resolves after `delayMs`, rejects with the signal's reason when that is aborted first. */
export const sleep = (clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    if (signal?.aborted === true) {
      reject(signal.reason)
      return
    }
    const onAbort = (): void => {
      cancel()
      reject(signal?.reason)
    }
    const cancel = clock.after(delayMs, () => {
      signal?.removeEventListener('abort', onAbort)
      resolve()
    })
    signal?.addEventListener('abort', onAbort, { once: true })
  })
