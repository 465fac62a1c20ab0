import type { Fault } from './fault-rule.ts'

/** What a staleness is of. */
interface StalenessOptions {
  readonly fault: Extract<Fault, { kind: 'stale' }>
  /** The version now. */
  readonly revision: () => number | Promise<number>
  /** Calls back when the version has grown. */
  readonly onRevision: (listener: () => void) => () => void
}

/** Up to which version reads see what there is, while a rule says that they see the past. */
export class Staleness {
  readonly reads: 'cached' | 'all'
  /** Resolves when `visible` can be asked. */
  readonly ready: Promise<void>
  readonly #versions: number | undefined
  readonly #revision: StalenessOptions['revision']
  readonly #listeners = new Set<() => void>()
  readonly #unsubscribe: () => void
  /** Of what comes before it is known, nothing is let through. */
  #frozenAt = 0
  #isReleased = false

  constructor({ fault, revision, onRevision }: StalenessOptions) {
    this.reads = fault.reads ?? 'cached'
    this.#versions = fault.versions
    this.#revision = revision
    // a cache that lags by versions goes on with each of them
    this.#unsubscribe = fault.versions === undefined ? () => undefined : onRevision(() => this.#tell())
    const now = revision()
    if (typeof now === 'number') this.#frozenAt = now
    const freeze = (at: number): void => {
      this.#frozenAt = at
      this.#tell()
    }
    this.ready = typeof now === 'number' ? Promise.resolve() : now.then(freeze)
    // whoever waits for it hears why; open watches go on
    this.ready.catch(() => freeze(Number.POSITIVE_INFINITY))
  }

  /** The last version that can be seen; infinite when it is over. */
  get visible(): number {
    if (this.#isReleased) return Number.POSITIVE_INFINITY
    const now = this.#versions === undefined ? undefined : this.#revision()
    return typeof now === 'number' ? Math.max(now - (this.#versions ?? 0), 1) : this.#frozenAt
  }

  /** Calls back when more can be seen. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Everything can be seen again. */
  release(): void {
    this.#isReleased = true
    this.#unsubscribe()
    this.#tell()
    this.#listeners.clear()
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener()
  }
}
