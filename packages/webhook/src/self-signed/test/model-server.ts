import type { ConfigurationView, SecretView, Written } from '../observation.ts'

/** One of the three objects as a server stores it. */
interface Stored<V> {
  readonly version: number
  readonly view: V
}

export interface Objects {
  readonly secret: SecretView
  readonly mutating: ConfigurationView
  readonly validating: ConfigurationView
}

/** Three objects with versions: a write holds only over the version it was made for. */
export class ModelServer {
  readonly #stored: { [K in Written]: Stored<Objects[K]> } = {
    secret: { version: 1, view: { is: 'missing' } },
    mutating: { version: 1, view: { is: 'missing' } },
    validating: { version: 1, view: { is: 'missing' } },
  }
  readonly #changed: (what: Written) => void
  /** Writes of replicas that took effect. */
  writes = 0

  constructor(changed: (what: Written) => void) {
    this.#changed = changed
  }

  read<K extends Written>(what: K): Stored<Objects[K]> {
    return this.#stored[what]
  }

  /** By a replica; false: somebody was faster. */
  write<K extends Written>(what: K, over: number, view: Objects[K]): boolean {
    if (this.#stored[what].version !== over) return false
    this.writes += 1
    this.force(what, view)
    return true
  }

  /** By somebody who asks nobody. */
  force<K extends Written>(what: K, view: Objects[K]): void {
    const stored: Stored<Objects[K]> = { version: this.#stored[what].version + 1, view }
    Object.assign(this.#stored, { [what]: stored })
    this.#changed(what)
  }
}
