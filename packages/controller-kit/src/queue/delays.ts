import type { Clock } from '../clock.ts'

/** Keys that become due later; of two times for one key the earlier stands. */
export class Delays {
  readonly #clock: Clock
  readonly #due: (key: string) => void
  readonly #pending = new Map<string, { readonly at: number; readonly cancel: () => void }>()

  constructor(clock: Clock, due: (key: string) => void) {
    this.#clock = clock
    this.#due = due
  }

  get size(): number {
    return this.#pending.size
  }

  add(key: string, delayMs: number): void {
    const at = this.#clock.monotonic() + delayMs
    const pending = this.#pending.get(key)
    if (pending !== undefined && pending.at <= at) return
    pending?.cancel()
    this.#arm(key, at)
  }

  cancel(key: string): void {
    this.#pending.get(key)?.cancel()
    this.#pending.delete(key)
  }

  clear(): void {
    for (const { cancel } of this.#pending.values()) cancel()
    this.#pending.clear()
  }

  #arm(key: string, at: number): void {
    const cancel = this.#clock.after(at - this.#clock.monotonic(), () => {
      // A clock may wake early (its longest timer is 24 days, and timers round down): then once more.
      if (this.#clock.monotonic() < at) {
        this.#arm(key, at)
        return
      }
      this.#pending.delete(key)
      this.#due(key)
    })
    this.#pending.set(key, { at, cancel })
  }
}
