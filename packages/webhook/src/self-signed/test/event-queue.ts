/** Events in the order of their times; of the same time, in the order they were asked for. */
export class EventQueue {
  #now = 0
  #next = 0
  readonly #events: { readonly at: number; readonly order: number; readonly run: () => void }[] = []

  /** True time, milliseconds. */
  get now(): number {
    return this.#now
  }

  in(delayMs: number, run: () => void): void {
    this.#events.push({ at: this.#now + delayMs, order: this.#next++, run })
  }

  /** Runs what is due until `at`, and asks `after` each; then it is `at`. */
  runUntil(at: number, after: () => void): void {
    for (;;) {
      let first = -1
      this.#events.forEach((event, index) => {
        const best = this.#events[first]
        const isEarlier =
          best === undefined || event.at < best.at || (event.at === best.at && event.order < best.order)
        if (event.at <= at && isEarlier) first = index
      })
      const [event] = first === -1 ? [] : this.#events.splice(first, 1)
      if (event === undefined) break
      this.#now = Math.max(this.#now, event.at)
      event.run()
      after()
    }
    this.#now = at
  }
}
