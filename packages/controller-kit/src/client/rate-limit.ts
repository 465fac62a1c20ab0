import { sleep, type Clock } from '../clock.ts'

/** A token bucket: so many requests a second for long, `burst` of them at once. */
export interface RateLimit {
  /** Requests a second, for long. */
  readonly perSecond: number
  /** Requests at once, after a pause. */
  readonly burst: number
}

/** Tokens may be negative: that many callers already wait. `at` is monotonic milliseconds. */
export interface Bucket {
  readonly tokens: number
  readonly at: number
}

export const fullBucket = (limit: RateLimit, now: number): Bucket => ({ tokens: limit.burst, at: now })

/** Takes one token, in advance if need be; the caller goes after `waitMs`. */
export const takeToken = (
  limit: RateLimit,
  bucket: Bucket,
  now: number,
): { bucket: Bucket; waitMs: number } => {
  const gained = (Math.max(0, now - bucket.at) * limit.perSecond) / 1000
  const tokens = Math.min(limit.burst, bucket.tokens + gained) - 1
  return {
    bucket: { tokens, at: Math.max(now, bucket.at) },
    waitMs: tokens >= 0 ? 0 : (-tokens * 1000) / limit.perSecond,
  }
}

/** A token bucket: callers go in the order they came. */
export class RateLimiter {
  readonly #limit: RateLimit
  readonly #clock: Clock
  #bucket: Bucket

  constructor(limit: RateLimit, clock: Clock) {
    if (!(limit.perSecond > 0) || !(limit.burst >= 1)) {
      throw new RangeError(
        `rate limit: expected perSecond > 0 and burst >= 1, got ${limit.perSecond} and ${limit.burst}`,
      )
    }
    this.#limit = limit
    this.#clock = clock
    this.#bucket = fullBucket(limit, clock.monotonic())
  }

  /** Resolves when the caller may go; rejects with the signal's reason. */
  async pass(signal?: AbortSignal): Promise<void> {
    const { bucket, waitMs } = takeToken(this.#limit, this.#bucket, this.#clock.monotonic())
    this.#bucket = bucket
    if (waitMs === 0) return
    try {
      await sleep(this.#clock, waitMs, signal)
    } catch (error) {
      // Who leaves the queue gives the token back.
      this.#bucket = { ...this.#bucket, tokens: this.#bucket.tokens + 1 }
      throw error
    }
  }
}
