import { setMaxListeners } from 'node:events'
import { sleep, type Clock } from '../clock.ts'
import type { Logger } from '../logging/logger.ts'

/** Things that run together and are ended together. */
export class Phase {
  readonly #name: string
  readonly #onFailure: (error: unknown) => void
  readonly #abort = new AbortController()
  readonly #runs: Promise<void>[] = []

  /** `onFailure` hears of what rejects, or ends by itself, before `end`. */
  constructor(name: string, onFailure: (error: unknown) => void) {
    this.#name = name
    this.#onFailure = onFailure
    // Every watch and worker listens; that many are meant.
    setMaxListeners(0, this.#abort.signal)
  }

  launch(what: string, start: (signal: AbortSignal) => Promise<void>): void {
    const { signal } = this.#abort
    const failed = (error: unknown): void => {
      if (!signal.aborted) this.#onFailure(error)
    }
    this.#runs.push(start(signal).then(() => failed(new Error(`${what} ended by itself`)), failed))
  }

  /** Asks all to end and waits for them, but no longer than `drainMs`. */
  async end(drainMs: number, clock: Clock, logger: Logger): Promise<void> {
    this.#abort.abort()
    const enough = new AbortController()
    const late = sleep(clock, drainMs, enough.signal).then(
      () => logger.warn({ what: this.#name, drainMs }, 'did not end in time, going on without it'),
      () => undefined,
    )
    await Promise.race([Promise.all(this.#runs), late])
    enough.abort()
  }
}
