import { keyOf, type KubeObject, type ObjectKey } from '@odfmo/api-types/meta'
import type { CacheEvent, CacheReader } from '../cache/cache.ts'
import type { Clock } from '../clock.ts'
import type { WatchedKind } from '../watched-kind.ts'
import { refOf, type ObjectRef } from './account.ts'
import { checkNames } from './checked-names.ts'
import type { Derived, KeySource } from './derived.ts'
import type { Evaluation } from './evaluate.ts'
import { keptReads, nothingRead, type KeptReads } from './kept-reads.ts'
import { newNode, nodeId, type Node, type NodeId } from './node.ts'
import { allParts, maskOf } from './parts.ts'
import type { StateRead } from './reads.ts'
import { sameState, type State } from './state.ts'
import { Subscriptions } from './subscriptions.ts'

export interface NodeTableOptions {
  readonly rules: readonly Derived[]
  readonly cache: CacheReader
  readonly clock: Pick<Clock, 'now' | 'after'>
  /** The node is to be looked at again. */
  readonly wake: (node: Node) => void
  /** The node is in another state. */
  readonly changed?: (node: Node) => void
  /** A key source threw: its object names no keys. */
  readonly sourceFailed: (derived: Derived, source: KeySource, error: unknown) => void
}

/**
 * Every key of every derived object that is known: who names it, what it read, who read its state. A key is here
 * while an object names it, a state of it is asked for, or something of it is left; nothing here survives a restart,
 * and nothing has to.
 */
export class NodeTable {
  readonly #options: NodeTableOptions
  readonly #nodes = new Map<NodeId, Node>()
  readonly #subscriptions = new Subscriptions()
  readonly #sources = new Map<WatchedKind, { readonly derived: Derived; readonly source: KeySource }[]>()

  constructor(options: NodeTableOptions) {
    this.#options = options
    checkNames(options.rules)
    for (const derived of options.rules) {
      for (const source of derived.keys) {
        const known = this.#sources.get(source.of) ?? []
        this.#sources.set(source.of, [...known, { derived, source }])
      }
    }
  }

  get all(): readonly Node[] {
    return [...this.#nodes.values()]
  }

  byId(id: NodeId): Node | undefined {
    return this.#nodes.get(id)
  }

  /** The node of a key, made and woken when it is asked for the first time. */
  of(derived: Derived, key: ObjectKey): Node {
    const id = nodeId(derived, key)
    const here = this.#nodes.get(id)
    if (here !== undefined) return here
    const node = newNode(derived, key)
    this.#nodes.set(id, node)
    this.#options.wake(node)
    return node
  }

  /** Who names each key, by a look at the whole cache: for `why`, not for every event. */
  namers(): ReadonlyMap<NodeId, readonly ObjectRef[]> {
    const namers = new Map<NodeId, ObjectRef[]>()
    for (const [of, sources] of this.#sources) {
      for (const object of this.#options.cache.list(of)) {
        const ids = new Set(
          sources.flatMap(({ derived, source }) => [...this.#keysOf(derived, source, object).keys()]),
        )
        for (const id of ids) {
          const known = namers.get(id)
          if (known === undefined) namers.set(id, [refOf(of, keyOf(object))])
          else known.push(refOf(of, keyOf(object)))
        }
      }
    }
    return namers
  }

  /** What the objects in the cache name, and what exists by itself. */
  begin(): void {
    for (const of of this.#sources.keys()) {
      for (const object of this.#options.cache.list(of)) this.countSources({ of, key: { name: '' }, object })
    }
    for (const derived of this.#options.rules) {
      for (const key of derived.always ?? []) this.of(derived, key).sources += 1
    }
  }

  /** The nodes that read something this event changed. */
  concernedBy(event: CacheEvent): ReadonlySet<Node> {
    return this.#subscriptions.concernedBy(event)
  }

  /** The nodes that read this kind at all: a look at all of them, for what happens to a kind as a whole. */
  readersOf(of: WatchedKind): readonly Node[] {
    return this.all.filter(({ reads }) => reads.kinds.includes(of))
  }

  /** Takes over what an evaluation read: from now on that wakes the node. */
  subscribe(node: Node, result: Evaluation<KubeObject>): void {
    const { clock, wake } = this.#options
    const { reads } = result
    reads.waits = result.is === 'answered' && result.wanted.is === 'waiting'
    reads.waitsForPending = reads.waits && this.#mayChange([...reads.states.values()], new Set([node]))
    // The object itself was read too, by the comparison that follows.
    const { kind, subresource } = node.derived
    reads.object(kind, node.key, subresource === undefined ? maskOf(['spec', 'meta']) : allParts)
    reads.kind(kind)
    this.#read(node, keptReads(reads, node.reads))
    if (reads.dueAt !== undefined) {
      node.cancelTimer = clock.after(Math.max(0, reads.dueAt - clock.now()), () => wake(node))
    }
  }

  /**
   * Whether a pending state that was read may still become another. Rules that wait for nothing but each other, in a
   * circle, would all be pending for ever: at the end of the chain must be one that is pending for itself.
   */
  #mayChange(states: readonly StateRead[], seen: Set<Node>): boolean {
    return states.some(({ derived, key, wasPending }) => {
      const part = this.#nodes.get(nodeId(derived, key))
      if (part === undefined || seen.has(part)) return false
      switch (part.state.is) {
        case 'pending':
          seen.add(part)
          // Not evaluated yet, a kind it reads has not synced, or what it answered is being done.
          return !part.reads.waits || this.#mayChange(part.reads.states, seen)
        case 'waiting':
          // It is no news to who waits: two could else make each other pending and waiting in turn for ever.
          return false
        case 'present':
        case 'writing':
        case 'absent':
        case 'going':
        case 'left':
        case 'failed':
          // What it was pending for is there: who read that has been woken.
          return wasPending
      }
    })
  }

  /** From now on this wakes the node, and nothing else; a time it waits for is not among it. */
  #read(node: Node, reads: KeptReads): void {
    const before = node.reads
    node.cancelTimer?.()
    node.cancelTimer = undefined
    node.reads = reads
    this.#subscriptions.change(node, before, reads)
    if (before.states === reads.states) return
    const asked = new Set(reads.states.map(({ derived, key }) => nodeId(derived, key)))
    for (const { derived, key } of before.states) {
      const id = nodeId(derived, key)
      const part = this.#nodes.get(id)
      if (part === undefined || asked.has(id)) continue
      part.stateReaders?.delete(node)
      if (part.stateReaders?.size === 0) part.stateReaders = undefined
      if (part.sources === 0 && part.stateReaders === undefined) this.#options.wake(part)
    }
    for (const id of asked) {
      const part = this.#nodes.get(id)
      if (part !== undefined) (part.stateReaders ??= new Set<Node>()).add(node)
    }
  }

  /** Wakes who read the state, if it is another. */
  setState(node: Node, state: State): void {
    if (sameState(node.state, state)) return
    node.state = state
    this.#options.changed?.(node)
    for (const reader of node.stateReaders ?? []) this.#options.wake(reader)
  }

  /** Forgets a key that nobody names, nobody asks for and of which nothing is left. */
  collect(node: Node): void {
    // Forgotten while it was worked on; another node may bear its name by now.
    if (this.#nodes.get(node.id) !== node) return
    if (node.sources > 0 || node.stateReaders !== undefined) return
    if (node.state.is !== 'absent' && node.state.is !== 'left') return
    if (this.#options.cache.get(node.derived.kind, node.key) !== undefined && node.state.is === 'absent')
      return
    this.#drop(node)
  }

  /** Nothing is known of the keys this object named any more, so nothing is to be done about them. */
  forget(event: CacheEvent): void {
    for (const { derived, source } of this.#sources.get(event.of) ?? []) {
      for (const id of this.#keysOf(derived, source, event.old).keys()) {
        const node = this.#nodes.get(id)
        if (node === undefined) continue
        node.sources -= 1
        if (node.sources <= 0 && node.stateReaders === undefined) this.#drop(node)
      }
    }
  }

  /** Counts who names which key; a key that is named, or named no longer, is woken. */
  countSources({ of, old, object }: CacheEvent): void {
    for (const { derived, source } of this.#sources.get(of) ?? []) {
      const before = this.#keysOf(derived, source, old)
      const after = this.#keysOf(derived, source, object)
      for (const [id, key] of after) if (!before.has(id)) this.#count(derived, key, 1)
      for (const [id, key] of before) if (!after.has(id)) this.#count(derived, key, -1)
    }
  }

  #count(derived: Derived, key: ObjectKey, change: number): void {
    const node = this.of(derived, key)
    node.sources += change
    this.#options.wake(node)
  }

  #keysOf(derived: Derived, source: KeySource, object: CacheEvent['object']): ReadonlyMap<NodeId, ObjectKey> {
    if (object === undefined) return new Map()
    try {
      return new Map(source.keys(object).map((key) => [nodeId(derived, key), key]))
    } catch (error) {
      this.#options.sourceFailed(derived, source, error)
      return new Map()
    }
  }

  #drop(node: Node): void {
    this.#nodes.delete(node.id)
    this.#read(node, nothingRead)
  }

  /** No timer is left running. */
  end(): void {
    for (const node of this.#nodes.values()) node.cancelTimer?.()
  }
}
