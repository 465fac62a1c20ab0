import type { NodeId } from './node.ts'

/**
 * At most so many keys of one derived object in work. Those over the limit stand aside, so that no worker waits with
 * them, and are called in the order they came.
 */
export class ConcurrencyLimit {
  readonly #limit: number
  #inWork = 0
  readonly #aside = new Set<NodeId>()
  /** Called: a place is kept for each. */
  readonly #called = new Set<NodeId>()

  constructor(limit: number) {
    this.#limit = limit
  }

  /** How many stand aside. */
  get aside(): number {
    return this.#aside.size
  }

  /** Whether the key may be worked on now; else it stands aside until `leave` calls it. */
  enter(id: NodeId): boolean {
    if (this.#called.delete(id)) return true
    if (this.#inWork < this.#limit) {
      this.#inWork += 1
      return true
    }
    this.#aside.add(id)
    return false
  }

  /** One is through; the answer is called and to be queued. */
  leave(): NodeId | undefined {
    const [next] = this.#aside
    if (next === undefined) this.#inWork -= 1
    else {
      this.#aside.delete(next)
      this.#called.add(next)
    }
    return next
  }
}
