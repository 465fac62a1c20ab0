import type { Clock } from '../clock/clock.ts'
import { tell } from '../tell.ts'

/** What is read in a check is a request too: asked for again at once, it would go round and round. */
const laterMs = 50

/** Tells that something may have changed: for `onChange`. */
export class ChangeSignal {
  readonly #clock: Clock
  readonly #listeners = new Set<() => void>()
  #isPlanned = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  subscribe(listener: () => void): () => void {
    // each call its own, also of one function given twice
    const called = (): void => tell(listener)
    this.#listeners.add(called)
    return () => void this.#listeners.delete(called)
  }

  /** After a change. */
  now(): void {
    for (const listener of [...this.#listeners]) listener()
  }

  /** After what changed no object, but the journal: once for all of a short while. */
  later(): void {
    if (this.#isPlanned || this.#listeners.size === 0) return
    this.#isPlanned = true
    this.#clock.after(laterMs, () => {
      this.#isPlanned = false
      this.now()
    })
  }
}
