import { keyText } from '@odfmo/api-types/meta'
import type { CacheEvent } from '../cache/cache.ts'
import type { Index, WatchedKind } from '../watched-kind.ts'
import type { Node } from './node.ts'
import { changedParts, type PartMask } from './parts.ts'
import type { Reads } from './reads.ts'

type Readers = Map<Node, PartMask>

/**
 * Who read what: the reads of every node, turned round, so that an event finds those it concerns.
 * This is what takes the place of a list of watches kept by hand.
 */
export class Subscriptions {
  readonly #objects = new Map<WatchedKind, Map<string, Readers>>()
  readonly #buckets = new Map<WatchedKind, Map<Index, Map<string, Readers>>>()
  readonly #lists = new Map<WatchedKind, Readers>()

  add(node: Node, reads: Reads): void {
    for (const { of, key, mask } of reads.objects.values()) {
      under(
        under<WatchedKind, Map<string, Readers>>(this.#objects, of, newMap),
        keyText(key),
        newReaders,
      ).set(node, mask)
    }
    for (const { index, value, mask } of reads.buckets.values()) {
      const byIndex = under<WatchedKind, Map<Index, Map<string, Readers>>>(this.#buckets, index.of, newMap)
      const readers = under(under<Index, Map<string, Readers>>(byIndex, index, newMap), value, newReaders)
      // The same bucket may be read of one namespace and of another, with other parts.
      readers.set(node, mask | (readers.get(node) ?? 0))
    }
    for (const { of, mask } of reads.lists.values()) under(this.#lists, of, newReaders).set(node, mask)
  }

  remove(node: Node, reads: Reads): void {
    for (const { of, key } of reads.objects.values()) {
      const byKey = this.#objects.get(of)
      if (byKey !== undefined) unread(byKey, keyText(key), node)
    }
    for (const { index, value } of reads.buckets.values()) {
      const byValue = this.#buckets.get(index.of)?.get(index)
      if (byValue !== undefined) unread(byValue, value, node)
    }
    for (const of of reads.lists.keys()) unread(this.#lists, of, node)
  }

  /** The nodes that read something this event changed. */
  concernedBy(event: CacheEvent): ReadonlySet<Node> {
    const nodes = new Set<Node>()
    const changed = changedParts(event.old, event.object)
    const cameOrWent = event.old === undefined || event.object === undefined
    const wake = (readers: Readers | undefined, always: boolean): void => {
      if (readers === undefined) return
      for (const [node, mask] of readers) if (always || (mask & changed) !== 0) nodes.add(node)
    }
    wake(this.#objects.get(event.of)?.get(keyText(event.key)), cameOrWent)
    wake(this.#lists.get(event.of), cameOrWent)
    for (const [index, byValue] of this.#buckets.get(event.of) ?? []) {
      const before = event.old === undefined ? [] : index.values(event.old)
      const after = event.object === undefined ? [] : index.values(event.object)
      for (const value of before) wake(byValue.get(value), !after.includes(value))
      for (const value of after) if (!before.includes(value)) wake(byValue.get(value), true)
    }
    return nodes
  }
}

const newReaders = (): Readers => new Map()
const newMap = <K, V>(): Map<K, V> => new Map<K, V>()

const under = <K, V>(map: Map<K, V>, key: K, make: () => V): V => {
  const here = map.get(key)
  if (here !== undefined) return here
  const made = make()
  map.set(key, made)
  return made
}

const unread = <K>(map: Map<K, Readers>, key: K, node: Node): void => {
  const readers = map.get(key)
  readers?.delete(node)
  if (readers?.size === 0) map.delete(key)
}
