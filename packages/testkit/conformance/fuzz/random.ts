import { seededRandom } from '../../src/clock/seeded-random.ts'

/** Choices that a seed decides. */
export class Random {
  readonly #next: () => number

  constructor(seed: number) {
    this.#next = seededRandom(seed)
  }

  /** True in so many of 100. */
  in100(percent: number): boolean {
    return this.#next() * 100 < percent
  }

  /** A whole number below. */
  below(limit: number): number {
    return Math.floor(this.#next() * limit)
  }

  of<T>(choices: readonly [T, ...T[]]): T {
    return choices[this.below(choices.length)] ?? choices[0]
  }
}
