import type { Clock } from './clock.ts'

/** A loop's alarm: it waits for a time, unless it is woken before; a call while nobody waits is remembered. */
export class Wake {
  readonly #clock: Clock
  #pending = false
  #resolve: (() => void) | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  wake(): void {
    if (this.#resolve === undefined) this.#pending = true
    else this.#resolve()
  }

  /** Resolves when woken, after `ms`, or when the signal is aborted; one waiter at a time. */
  async wait(ms: number, signal?: AbortSignal): Promise<void> {
    if (!this.#pending && signal?.aborted !== true) {
      await new Promise<void>((resolve) => {
        const settle = (): void => {
          cancel()
          signal?.removeEventListener('abort', settle)
          resolve()
        }
        const cancel = this.#clock.after(ms, settle)
        this.#resolve = settle
        signal?.addEventListener('abort', settle, { once: true })
      })
      this.#resolve = undefined
    }
    this.#pending = false
  }
}
