import { keyText } from '@odfmo/api-types/meta'
import type { CacheEvent } from '../cache/cache.ts'
import type { Index, WatchedKind } from '../watched-kind.ts'
import type { KeptReads } from './kept-reads.ts'
import type { Node } from './node.ts'
import { changedParts, type PartMask } from './parts.ts'

interface Reader {
  readonly node: Node
  readonly mask: PartMask
}

/** Most objects have one reader, and a map of one takes five times as much. */
type Readers = Reader | Map<Node, PartMask>

type Read = Pick<KeptReads, 'objects' | 'buckets' | 'lists'>

/**
 * Who read what: the reads of every node, turned round, so that an event finds those it concerns.
 * This is what takes the place of a list of watches kept by hand.
 */
export class Subscriptions {
  readonly #objects = new Map<WatchedKind, Map<string, Readers>>()
  readonly #buckets = new Map<WatchedKind, Map<Index, Map<string, Readers>>>()
  readonly #lists = new Map<WatchedKind, Readers>()

  /** From now on the node is concerned by what it read last, no longer by what it read before that. */
  change(node: Node, before: Read, after: Read): void {
    if (before.objects !== after.objects) {
      for (const { of, key } of before.objects) leave(this.#objects.get(of), keyText(key), node)
      for (const { of, key, mask } of after.objects) {
        enter(under<WatchedKind, Map<string, Readers>>(this.#objects, of), keyText(key), node, mask)
      }
    }
    if (before.buckets !== after.buckets) {
      for (const { index, value } of before.buckets) {
        leave(this.#buckets.get(index.of)?.get(index), value, node)
      }
      for (const { index, value, mask } of after.buckets) {
        const byIndex = under<WatchedKind, Map<Index, Map<string, Readers>>>(this.#buckets, index.of)
        enter(under<Index, Map<string, Readers>>(byIndex, index), value, node, mask)
      }
    }
    if (before.lists !== after.lists) {
      for (const { of } of before.lists) leave(this.#lists, of, node)
      for (const { of, mask } of after.lists) enter(this.#lists, of, node, mask)
    }
  }

  /** The nodes that read something this event changed. */
  concernedBy(event: CacheEvent): ReadonlySet<Node> {
    const nodes = new Set<Node>()
    const changed = changedParts(event.old, event.object)
    const cameOrWent = event.old === undefined || event.object === undefined
    const wake = (readers: Readers | undefined, always: boolean): void => {
      if (readers === undefined) return
      const look = (mask: PartMask, node: Node): void => {
        if (always || (mask & changed) !== 0) nodes.add(node)
      }
      if (readers instanceof Map) readers.forEach(look)
      else look(readers.mask, readers.node)
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

const under = <K, V extends Map<unknown, unknown>>(map: Map<K, V>, key: K): V => {
  const here = map.get(key)
  if (here !== undefined) return here
  const made = new Map() as V
  map.set(key, made)
  return made
}

/** The same bucket may be read of one namespace and of another, with other parts: then all of them count. */
const enter = <K>(map: Map<K, Readers>, key: K, node: Node, mask: PartMask): void => {
  const here = map.get(key)
  if (here instanceof Map) here.set(node, mask | (here.get(node) ?? 0))
  else if (here === undefined) map.set(key, { node, mask })
  else if (here.node === node) map.set(key, { node, mask: mask | here.mask })
  else
    map.set(
      key,
      new Map([
        [here.node, here.mask],
        [node, mask],
      ]),
    )
}

const leave = <K>(map: Map<K, Readers> | undefined, key: K, node: Node): void => {
  const here = map?.get(key)
  if (here instanceof Map) {
    here.delete(node)
    if (here.size === 0) map?.delete(key)
  } else if (here?.node === node) map?.delete(key)
}
