import type { Clock } from './clock.ts'

interface Timer {
  readonly at: number
  readonly callback: () => void
}

/**
 * A clock that stands until it is told to move, for tests. Callbacks run in order of their time, inside
 * `advance`; the wall clock can jump on its own.
 */
export class ManualClock implements Clock {
  #monotonicMs = 0
  #wallMs: number
  #state: number
  readonly #timers = new Set<Timer>()

  constructor(wallMs = Date.UTC(2026, 0, 1), seed = 1) {
    this.#wallMs = wallMs
    this.#state = seed >>> 0
  }

  now(): number {
    return this.#wallMs + this.#monotonicMs
  }

  monotonic(): number {
    return this.#monotonicMs
  }

  /** Mulberry32: the same seed gives the same numbers. */
  random(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }

  after(delayMs: number, callback: () => void): () => void {
    const timer = { at: this.#monotonicMs + Math.max(delayMs, 0), callback }
    this.#timers.add(timer)
    return () => this.#timers.delete(timer)
  }

  /** The wall clock is set forward or back, timers stay as they are. */
  jump(ms: number): void {
    this.#wallMs += ms
  }

  /** How long until the next timer, in milliseconds. */
  nextTimer(): number | undefined {
    let next: number | undefined
    for (const { at } of this.#timers) next = next === undefined ? at : Math.min(next, at)
    return next === undefined ? undefined : next - this.#monotonicMs
  }

  /** Time passes; what becomes due meanwhile runs at its own time. */
  advance(ms: number): void {
    const end = this.#monotonicMs + ms
    for (;;) {
      let due: Timer | undefined
      for (const timer of this.#timers)
        if (timer.at <= end && (due === undefined || timer.at < due.at)) due = timer
      if (due === undefined) break
      this.#timers.delete(due)
      this.#monotonicMs = Math.max(this.#monotonicMs, due.at)
      due.callback()
    }
    this.#monotonicMs = end
  }
}
