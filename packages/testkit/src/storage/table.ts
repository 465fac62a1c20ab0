import type { Change, ChangeListener } from './store.ts'
import { keyOf } from './stored-object.ts'
import type { StoredObject } from './stored-object.ts'

/** The objects of one resource by `namespace/name`, and who wants to hear of their changes. */
export class Table {
  readonly id: string
  readonly #entries = new Map<string, StoredObject>()
  readonly #listeners = new Set<ChangeListener>()
  #sorted: readonly string[] | undefined
  #startRevision = 0

  constructor(id: string) {
    this.id = id
  }

  get entries(): ReadonlyMap<string, StoredObject> {
    return this.#entries
  }

  /** Watches from before it are answered as those of a past that is gone. */
  get startRevision(): number {
    return this.#startRevision
  }

  /** What watches may see begins now: the resource is served anew. */
  restart(revision: number): void {
    this.#startRevision = revision
  }

  get size(): number {
    return this.#entries.size
  }

  get(key: string): StoredObject | undefined {
    return this.#entries.get(key)
  }

  /** All keys in the order of lists. */
  sortedKeys(): readonly string[] {
    this.#sorted ??= [...this.#entries.keys()].sort()
    return this.#sorted
  }

  subscribe(listener: ChangeListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  set(object: StoredObject): StoredObject | undefined {
    const key = keyOf(object.namespace, object.name)
    const previous = this.#entries.get(key)
    this.#entries.set(key, object)
    if (previous === undefined) this.#sorted = undefined
    return previous
  }

  delete(key: string): StoredObject | undefined {
    const previous = this.#entries.get(key)
    if (previous === undefined) return undefined
    this.#entries.delete(key)
    this.#sorted = undefined
    return previous
  }

  publish(change: Change): void {
    for (const listener of this.#listeners) listener(change)
  }
}
