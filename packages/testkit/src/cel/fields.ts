import { CelError, LibraryValue } from './cel-value.ts'
import { structType } from './cel-type.ts'
import type { CelType } from './cel-type.ts'

/** An object whose fields are computed when they are asked for, once. */
export class Fields extends LibraryValue {
  override readonly type: CelType
  readonly #compute: ReadonlyMap<string, () => unknown>
  readonly #known = new Map<string, unknown>()
  /** It may have cost all that it may: a loop would compute it again and again. */
  readonly #failed = new Map<string, CelError>()

  constructor(typeName: string, compute: ReadonlyMap<string, () => unknown>) {
    super()
    this.type = structType(typeName)
    this.#compute = compute
  }

  has(field: string): boolean {
    return this.#compute.has(field)
  }

  get(field: string): unknown {
    const failure = this.#failed.get(field)
    if (failure !== undefined) throw failure
    if (!this.#known.has(field)) {
      const value = this.#computed(field)
      if (value === undefined) return undefined
      this.#known.set(field, value)
    }
    return this.#known.get(field)
  }

  #computed(field: string): unknown {
    try {
      return this.#compute.get(field)?.()
    } catch (error) {
      if (error instanceof CelError) this.#failed.set(field, error)
      throw error
    }
  }

  override equals(other: unknown): boolean {
    return this === other
  }
}
