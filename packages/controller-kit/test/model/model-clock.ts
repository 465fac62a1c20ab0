import type { Clock } from '../../src/clock.ts'

interface Timer {
  readonly at: number
  readonly run: () => void
}

/** A clock that moves when told, and the random numbers of one seed. */
export class ModelClock implements Clock {
  #now = 1_000_000
  #state: number
  readonly #timers = new Set<Timer>()

  constructor(seed: number) {
    this.#state = seed
  }

  now(): number {
    return this.#now
  }

  monotonic(): number {
    return this.#now
  }

  after(delayMs: number, run: () => void): () => void {
    const timer = { at: this.#now + Math.max(0, delayMs), run }
    this.#timers.add(timer)
    return () => this.#timers.delete(timer)
  }

  /** mulberry32: small, fast, and the same on every machine. */
  random(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let t = this.#state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }

  below(limit: number): number {
    return Math.floor(this.random() * limit)
  }

  pick<T>(items: readonly T[]): T | undefined {
    return items[this.below(items.length)]
  }

  /** Moves on and runs what came due, in order. */
  advance(ms: number): void {
    this.#now += ms
    for (;;) {
      let next: Timer | undefined
      for (const timer of this.#timers) {
        if (timer.at <= this.#now && (next === undefined || timer.at < next.at)) next = timer
      }
      if (next === undefined) return
      this.#timers.delete(next)
      next.run()
    }
  }
}
