/** How long to wait before try number `attempt` (0 = the first retry). Pure: `random` is in [0, 1). */
export interface BackOff {
  readonly baseMs: number
  readonly maxMs: number
  /** 0.25: the wait lies within ±25 % of the exponential one, so that many failing at once spread out. */
  readonly jitter: number
}

export const backOffMs = ({ baseMs, maxMs, jitter }: BackOff, attempt: number, random: number): number => {
  // 2^31 is over any maximum used here; the bound keeps the power finite after weeks of failures.
  const exponential = baseMs * 2 ** Math.min(Math.max(attempt, 0), 31)
  return Math.min(maxMs, Math.round(exponential * (1 + jitter * (2 * random - 1))))
}

/** Keys of a queue, as client-go's ItemExponentialFailureRateLimiter: 5 ms catches a conflict, 1000 s bounds the noise. */
export const keyBackOff: BackOff = { baseMs: 5, maxMs: 1_000_000, jitter: 0.25 }

/** Requests of watchers, as client-go's reflector: 800 ms to 30 s. */
export const watchBackOff: BackOff = { baseMs: 800, maxMs: 30_000, jitter: 0.25 }
