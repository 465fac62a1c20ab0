import { compareResourceVersions } from './resource-version.ts'

/** How far the history of a server was known at some time. */
export interface HistoryMark {
  /** The newest resourceVersion that was told; '' for none. */
  readonly newest: string
  /** How many histories there were before it. */
  readonly era: number
}

/**
 * Tells when a server has another history than the one known: its store was restored from a backup and its versions went
 * back. A scope is a part that is listed by itself: a namespace, or '' for all.
 */
export class ServerHistory {
  #newest = ''
  #era = 0
  /** Those of which nothing was listed since the history was found to be another. */
  readonly #stale = new Set<string>()

  mark(): HistoryMark {
    return { newest: this.#newest, era: this.#era }
  }

  saw(version: string): void {
    if (compareResourceVersions(version, this.#newest) > 0) this.#newest = version
  }

  /**
   * Whether a list of `scope` as of `version`, asked for at `since`, is of another history than what is known of that
   * scope: it is older than what was known before it was asked for. `scopes`: those of which something is known.
   */
  isAnother(scope: string, version: string, since: HistoryMark, scopes: () => Iterable<string>): boolean {
    const isStale = this.#stale.delete(scope)
    if (since.era !== this.#era || compareResourceVersions(version, since.newest) >= 0) return isStale
    this.#era += 1
    this.#newest = version
    for (const other of scopes()) if (other !== scope) this.#stale.add(other)
    return true
  }

  /** Nothing is known of the scope any more. */
  forget(scope: string): void {
    this.#stale.delete(scope)
  }
}
