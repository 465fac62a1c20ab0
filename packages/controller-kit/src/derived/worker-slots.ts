/** How many may work at the same time; whoever only waits lends its place to others. */
export class WorkerSlots {
  #free: number
  readonly #waiting: (() => void)[] = []
  #onFree: (() => void) | undefined

  constructor(count: number) {
    this.#free = count
  }

  /** Resolves when a place is free and taken; in the order of asking. */
  take(): Promise<void> {
    if (this.#free > 0) {
      this.#free -= 1
      return Promise.resolve()
    }
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  give(): void {
    const next = this.#waiting.shift()
    if (next !== undefined) {
      next()
      return
    }
    this.#free += 1
    this.#onFree?.()
    this.#onFree = undefined
  }

  /** Resolves when a place is free, without taking it: for the one who brings work, while there is none yet. */
  free(): Promise<void> {
    if (this.#free > 0) return Promise.resolve()
    return new Promise((resolve) => (this.#onFree = resolve))
  }

  /** For who has a place: gives it away while it waits, and has one again when this resolves or rejects. Bound. */
  readonly lend = async <T>(waiting: () => Promise<T>): Promise<T> => {
    this.give()
    try {
      return await waiting()
    } finally {
      await this.take()
    }
  }
}
