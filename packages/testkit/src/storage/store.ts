import type { KubeObject } from '../kube-object.ts'
import { keyOf, StoredObject } from './stored-object.ts'
import { Table } from './table.ts'

export type ChangeType = 'ADDED' | 'MODIFIED' | 'DELETED'

/** One committed write. Of a deletion, `current` is the last state with the deletion's revision. */
export interface Change {
  readonly revision: number
  readonly type: ChangeType
  readonly table: string
  readonly current: StoredObject
  readonly previous: StoredObject | undefined
}

export type ChangeListener = (change: Change) => void

export interface StoreOptions {
  /** How many changes are kept for watches and reads in the past. */
  readonly historyLimit: number
}

/** The wanted past is no longer kept. */
export class CompactedError extends Error {
  override readonly name = 'CompactedError'
}

/**
 * All objects of one cluster, under one revision that grows with every write (it is the resourceVersion). Every call is
 * synchronous: whoever reads and then writes without awaiting in between has a transaction.
 */
export class Store {
  readonly #tables = new Map<string, Table>()
  readonly #history: Change[] = []
  readonly #historyLimit: number
  readonly #listeners = new Set<ChangeListener>()
  #written: { readonly object: KubeObject; readonly stored: StoredObject } | undefined
  #revision = 1
  #compacted = 0

  constructor(options: StoreOptions) {
    this.#historyLimit = options.historyLimit
  }

  get revision(): number {
    return this.#revision
  }

  /** Changes up to this revision are forgotten. */
  get compactedRevision(): number {
    return this.#compacted
  }

  get tables(): ReadonlyMap<string, Table> {
    return this.#tables
  }

  /** The objects of one resource; `id` is `group/plural`. */
  table(id: string): Table {
    let table = this.#tables.get(id)
    if (table === undefined) {
      table = new Table(id)
      this.#tables.set(id, table)
    }
    return table
  }

  get(table: string, namespace: string, name: string): StoredObject | undefined {
    return this.#tables.get(table)?.get(keyOf(namespace, name))
  }

  /** Hears of every change of every table, after those who asked for that table alone. */
  subscribe(listener: ChangeListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Writes an object, new or not; `isAsShown` as StoredObject has it. */
  put(tableId: string, object: KubeObject, isAsShown = true): StoredObject {
    const table = this.table(tableId)
    const current = new StoredObject(object, ++this.#revision, isAsShown)
    this.#written = { object, stored: current }
    const previous = table.set(current)
    this.#commit(table, {
      revision: current.revision,
      type: previous === undefined ? 'ADDED' : 'MODIFIED',
      table: tableId,
      current,
      previous,
    })
    return current
  }

  /** The text of what was put last, when this is it: whoever answers it need not write it out again. */
  textOf(object: KubeObject): string | undefined {
    return this.#written?.object === object ? this.#written.stored.json : undefined
  }

  /** Takes an object away; answers its last state with the deletion's revision. */
  remove(tableId: string, namespace: string, name: string): StoredObject | undefined {
    const table = this.table(tableId)
    const previous = table.delete(keyOf(namespace, name))
    if (previous === undefined) return undefined
    const current = new StoredObject(previous.read(), ++this.#revision)
    this.#commit(table, { revision: current.revision, type: 'DELETED', table: tableId, current, previous })
    return current
  }

  /** Changes of a table after `revision`, oldest first; throws CompactedError when some are forgotten. */
  changesAfter(tableId: string, revision: number): Change[] {
    if (revision < this.#compacted) throw new CompactedError(`revision ${revision} has been compacted`)
    return this.#history.slice(this.#indexAfter(revision)).filter(({ table }) => table === tableId)
  }

  /** The objects of a table as they were at `revision`, by key; throws CompactedError when that is forgotten. */
  stateAt(tableId: string, revision: number): ReadonlyMap<string, StoredObject> {
    if (revision >= this.#revision) return this.table(tableId).entries
    const state = new Map(this.table(tableId).entries)
    for (const { current, previous } of this.changesAfter(tableId, revision).toReversed()) {
      const key = keyOf(current.namespace, current.name)
      if (previous === undefined) state.delete(key)
      else state.set(key, previous)
    }
    return state
  }

  /** Forgets all changes until now, as a compaction of etcd does. */
  compact(): void {
    this.#history.length = 0
    this.#compacted = this.#revision
  }

  #commit(table: Table, change: Change): void {
    this.#history.push(change)
    if (this.#history.length > this.#historyLimit * 1.25) {
      const forgotten = this.#history.splice(0, this.#history.length - this.#historyLimit)
      this.#compacted = forgotten.at(-1)?.revision ?? this.#compacted
    }
    table.publish(change)
    for (const listener of this.#listeners) listener(change)
  }

  #indexAfter(revision: number): number {
    let low = 0
    let high = this.#history.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#history[middle]?.revision ?? 0) <= revision) low = middle + 1
      else high = middle
    }
    return low
  }
}
