import type { Clock } from '../../src/clock.ts'

interface Event {
  readonly at: number
  readonly order: number
  readonly run: () => void
}

/** True time, which nobody in the model can see, and the random numbers of one seed. */
export class LeaderWorld {
  /** Milliseconds. */
  now = 0
  #order = 0
  #state: number
  readonly #events = new Set<Event>()

  constructor(seed: number) {
    this.#state = (seed * 2_654_435_761) >>> 0
  }

  /** Mulberry32, uniform in [0, 1). */
  random(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }

  /** Uniform in [low, high). */
  between(low: number, high: number): number {
    return low + (high - low) * this.random()
  }

  chance(of: number): boolean {
    return this.random() < of
  }

  /** Runs something later; the answer cancels it. */
  after(ms: number, run: () => void): () => void {
    const event = { at: this.now + Math.max(0, ms), order: this.#order++, run }
    this.#events.add(event)
    return () => this.#events.delete(event)
  }

  /** Moves to the next thing that happens, and lets it happen; false when there is none before `end`. */
  step(end: number): boolean {
    let next: Event | undefined
    for (const event of this.#events) {
      if (event.at > end) continue
      if (next === undefined || event.at < next.at || (event.at === next.at && event.order < next.order))
        next = event
    }
    if (next === undefined) {
      this.now = end
      return false
    }
    this.#events.delete(next)
    this.now = next.at
    next.run()
    return true
  }
}

/** The clock of one machine: it runs at its own rate, shows its own time, and can be set. */
export class MachineClock implements Clock {
  readonly #world: LeaderWorld
  /** Seconds of this clock in a true second. */
  readonly rate: number
  readonly #startedAt: number
  #wallMs: number

  constructor(world: LeaderWorld, rate: number, startedAt: number, wallMs: number) {
    this.#world = world
    this.rate = rate
    this.#startedAt = startedAt
    this.#wallMs = wallMs
  }

  monotonic(): number {
    return this.#startedAt + this.#world.now * this.rate
  }

  now(): number {
    return Math.floor(this.#wallMs + this.#world.now * this.rate)
  }

  jump(ms: number): void {
    this.#wallMs += ms
  }

  after(delayMs: number, callback: () => void): () => void {
    return this.#world.after(Math.max(0, delayMs) / this.rate, callback)
  }

  random(): number {
    return this.#world.random()
  }
}

/** What happens in a process: held up while it is paused, never after it crashed. */
export class ModelProcess implements Clock {
  readonly clock: MachineClock
  readonly #world: LeaderWorld
  crashed = false
  #pausedUntil = 0
  #held: (() => void)[] = []

  constructor(world: LeaderWorld, clock: MachineClock) {
    this.#world = world
    this.clock = clock
  }

  monotonic(): number {
    return this.clock.monotonic()
  }

  now(): number {
    return this.clock.now()
  }

  random(): number {
    return this.clock.random()
  }

  /** True time at which it goes on, or went on last. */
  get pausedUntil(): number {
    return this.#pausedUntil
  }

  /** Stopped, swapped out or throttled for so long; its clock goes on. */
  pause(ms: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, this.#world.now + ms)
    this.#world.after(ms, () => {
      if (this.#world.now >= this.#pausedUntil) this.resume()
    })
  }

  resume(): void {
    this.#pausedUntil = Math.min(this.#pausedUntil, this.#world.now)
    const held = this.#held
    this.#held = []
    for (const run of held) this.#world.after(0, () => this.deliver(run))
  }

  /** Runs in this process, now or as soon as it is not paused any more. */
  deliver(run: () => void): void {
    if (this.crashed) return
    if (this.#pausedUntil > this.#world.now) this.#held.push(run)
    else run()
  }

  after(delayMs: number, callback: () => void): () => void {
    let cancelled = false
    const cancel = this.clock.after(delayMs, () =>
      this.deliver(() => {
        if (!cancelled) callback()
      }),
    )
    return () => {
      cancelled = true
      cancel()
    }
  }
}
