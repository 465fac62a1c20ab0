import { forgetOld } from './forget-old.ts'

/** So many are remembered however old they are: few kinds ever lose more. */
const keptDepartures = 10_000

/** When objects were seen to go, by the text of their keys. Times are milliseconds of the wall clock. */
export class Departures {
  readonly #of = new Map<string, number>()
  /** The latest that was forgotten. */
  #forgotten = 0

  went(text: string, now: number): void {
    this.#of.delete(text)
    this.#of.set(text, now)
    this.#forgotten = forgetOld(this.#of, (at) => now - at, keptDepartures) ?? this.#forgotten
  }

  cameBack(text: string): void {
    this.#of.delete(text)
  }

  /**
   * Since when what is not there is known to be missing: `syncedAt`, if it was not seen to go since. What may have been
   * forgotten counts as gone with the last of those, never earlier than it went.
   */
  since(text: string, syncedAt: number | undefined): number | undefined {
    return this.#of.get(text) ?? (syncedAt === undefined ? undefined : Math.max(syncedAt, this.#forgotten))
  }

  /** What comes and goes there from now on is not seen: an old departure would say too much. */
  forgetAll(prefix: string): void {
    for (const text of this.#of.keys()) if (text.startsWith(prefix)) this.#of.delete(text)
  }
}
