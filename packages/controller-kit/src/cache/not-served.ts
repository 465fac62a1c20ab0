import type { Logger } from '../logging/logger.ts'
import type { WatchedKind } from '../watched-kind.ts'
import type { Informer } from './informer.ts'

/** What it means that a kind is not served, and what to look at when it should be. */
export const notServedText = ({ kind }: WatchedKind): string => {
  const apiVersion = kind.group === '' ? kind.version : `${kind.group}/${kind.version}`
  return (
    `${kind.kind} of ${apiVersion} is not served as "${kind.plural}": counts as empty until its definition comes; ` +
    'if it is there, look at group, version and plural (kubectl api-resources)'
  )
}

/** Says once that a kind is not served, and once that it came: no failure, but nobody may be left guessing. */
export class NotServedLog {
  readonly #logger: Logger
  readonly #told = new Set<WatchedKind>()

  constructor(logger: Logger) {
    this.#logger = logger
  }

  /** The state of a kind changed. */
  look(informer: Pick<Informer, 'of' | 'isServed' | 'sync'>): void {
    const { of, isServed } = informer
    if (isServed !== this.#told.has(of)) return
    if (!isServed) {
      this.#told.add(of)
      this.#logger.info({ kind: of.name }, notServedText(of))
    } else if (informer.sync(undefined).is === 'synced') {
      this.#told.delete(of)
      this.#logger.info({ kind: of.name }, `${of.kind.kind} is served now`)
    }
  }
}
