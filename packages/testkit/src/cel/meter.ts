import { CelError, CelMap } from './cel-value.ts'

/** An expression that costs more than it may. Nothing absorbs it, not even `||`. */
export class CostExceeded extends CelError {
  constructor() {
    super('operation cancelled: actual cost limit exceeded')
  }
}

/** What one expression may cost on the real server, in its units: about one for each name, field, call and operator. */
export const costLimit = 1_000_000

/** Of each character or item that a function or an operator looks at. */
const perPart = 0.1

/** What looking at values costs, by their sizes. */
export const sizeCost = (values: readonly unknown[]): number =>
  values.reduce<number>((cost, value) => cost + sizeOf(value) * perPart, 0)

/** What it costs to hold items against each other. */
export const pairCost = (values: readonly unknown[]): number => {
  const size = values.reduce<number>((sum, value) => sum + sizeOf(value), 0)
  return (size / 2) ** 2
}

const sizeOf = (value: unknown): number => {
  if (typeof value === 'string' || Array.isArray(value) || value instanceof Uint8Array) return value.length
  return value instanceof CelMap ? value.size : 0
}

/** Counts what an expression costs while it runs, so that none keeps the process for long. */
export class Meter {
  #spent = 0

  get spent(): number {
    return this.#spent
  }

  /** Throws CostExceeded. */
  spend(cost: number): void {
    this.#spent += cost
    if (this.#spent > costLimit) throw new CostExceeded()
  }
}
