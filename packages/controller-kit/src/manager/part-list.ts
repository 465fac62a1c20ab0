import type { Runnable } from '../runnable.ts'

/** What a manager runs: each part by a name of its own, all of them known before it runs, once. */
export class PartList {
  readonly #manager: string
  readonly #parts: Runnable[] = []
  #begun = false

  /** By the manager's name, for messages. */
  constructor(manager: string) {
    this.#manager = manager
  }

  /** In the order they were added. */
  get all(): readonly Runnable[] {
    return this.#parts
  }

  add(parts: readonly Runnable[]): void {
    for (const part of parts) {
      this.expect('a part', part.name)
      this.#parts.push(part)
    }
  }

  /**
   * Throws when nothing of this name can be added: a `TypeError` on a name that is missing or taken, an `Error` once the
   * manager runs, for it would never be started. To be asked before something of that name is made.
   */
  expect(what: string, name: string): void {
    const whose = `manager ${this.#manager}`
    if (typeof name !== 'string' || name === '')
      throw new TypeError(`${whose}: expected a name for ${what}, got ${name === '' ? "''" : typeof name}`)
    if (this.#begun)
      throw new Error(`${whose}: cannot add ${what} "${name}" after run was called: add it before`)
    if (this.#parts.some((other) => other.name === name))
      throw new TypeError(
        `${whose}: cannot add ${what} "${name}": there is a part of that name; expected controllers, engines and other parts of different names`,
      )
  }

  /** Nothing more is added. Throws an `Error` the second time. */
  begin(): void {
    if (this.#begun)
      throw new Error(`manager ${this.#manager}: run was called twice; to run again, create another manager`)
    this.#begun = true
  }
}
