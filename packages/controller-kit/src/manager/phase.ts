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

  /** Asks all to end and waits for them, but no longer than `drainMs`; whether they have ended. */
  async end(drainMs: number, clock: Clock, logger: Logger): Promise<boolean> {
    this.#abort.abort()
    const ended = await within(Promise.all(this.#runs), drainMs, clock)
    if (!ended) logger.warn({ what: this.#name, drainMs }, 'did not end in time, going on without it')
    return ended
  }
}

/** Whether something has come to its end within a time. */
export const within = async (what: Promise<unknown>, ms: number, clock: Clock): Promise<boolean> => {
  const enough = new AbortController()
  const late = sleep(clock, ms, enough.signal).then(
    () => false,
    () => false,
  )
  const ended = await Promise.race([what.then(() => true), late])
  enough.abort()
  return ended
}
