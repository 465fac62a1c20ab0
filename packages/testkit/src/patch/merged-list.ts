import { isJsonObject, jsonEqual } from '../kube-object.ts'
import { identityText } from '../schema/identity-text.ts'
import type { StructuralSchema } from '../schema/structural-schema.ts'
import { goText, goTypeOfValue } from '../go-text.ts'
import { StrategicPatchError } from './strategic-error.ts'

type Fields = Record<string, unknown>
type MergeMap = (target: Fields, patch: Fields, schema: StructuralSchema | undefined) => Fields

/** How the items of a list are told apart: by a field of theirs, or, without one, by themselves. */
export type MergeKey = string | undefined

const missingKey = (item: unknown, key: string): StrategicPatchError =>
  new StrategicPatchError(`map: ${goText(item)} does not contain declared merge key: ${key}`)

const identityOf = (item: unknown, key: MergeKey): unknown => {
  if (key === undefined) return item
  if (!isJsonObject(item)) throw new StrategicPatchError(`value for key ${key} is not a map`)
  if (!(key in item)) throw missingKey(item, key)
  return item[key]
}

/** Where items of a list stand: of several of one identity the first. */
class Positions {
  readonly #key: MergeKey
  readonly #byIdentity = new Map<string, number>()
  /** Why an item has no identity; those after it are not reached. */
  #problem: StrategicPatchError | undefined

  constructor(list: readonly unknown[], key: MergeKey) {
    this.#key = key
    try {
      for (const [at, item] of list.entries()) this.add(item, at)
    } catch (error) {
      if (!(error instanceof StrategicPatchError)) throw error
      this.#problem = error
    }
  }

  add(item: unknown, at: number): void {
    const identity = identityText(identityOf(item, this.#key))
    if (!this.#byIdentity.has(identity)) this.#byIdentity.set(identity, at)
  }

  /** -1 when there is no such item; throws for one without identity, if it stands before. */
  of(item: unknown): number {
    const at = this.#byIdentity.get(identityText(identityOf(item, this.#key)))
    if (at !== undefined) return at
    if (this.#problem !== undefined) throw this.#problem
    return -1
  }
}

/** Throws unless all items of the lists are of one type, and that is no list. */
const checkTypes = (...lists: readonly (readonly unknown[])[]): void => {
  const types = new Set(lists.flat().map(goTypeOfValue))
  if (types.has('[]interface {}')) throw new StrategicPatchError('lists of lists are not supported', 422)
  if (types.size > 1) throw new StrategicPatchError(`list element types are not identical: ${goText(lists)}`)
}

/**
 * The wanted items in the wanted order and the others in the order they had; of two that were there before, the one
 * that stood first goes first, else the wanted one.
 */
export const inOrder = (
  items: readonly unknown[],
  { wanted, before, key }: { wanted: readonly unknown[]; before: readonly unknown[]; key: MergeKey },
): unknown[] => {
  const [inWanted, inBefore] = [new Positions(wanted, key), new Positions(before, key)]
  const placed = items.map((item) => ({ item, wantedAt: inWanted.of(item), beforeAt: inBefore.of(item) }))
  const first = placed
    .filter(({ wantedAt }) => wantedAt >= 0)
    .sort((left, right) => left.wantedAt - right.wantedAt)
  const others = placed
    .filter(({ wantedAt }) => wantedAt < 0)
    .sort((left, right) => left.beforeAt - right.beforeAt)
  const result: unknown[] = []
  let otherAt = 0
  for (const { item, beforeAt } of first) {
    for (let other = others[otherAt]; other !== undefined; other = others[otherAt]) {
      if (beforeAt < 0 || other.beforeAt < 0 || other.beforeAt >= beforeAt) break
      result.push(other.item)
      otherAt++
    }
    result.push(item)
  }
  return [...result, ...others.slice(otherAt).map(({ item }) => item)]
}

/** Takes the items with directives out of a patch, and does as they say. */
const obeyed = (
  target: readonly unknown[],
  patch: readonly Fields[],
  key: string,
): { readonly list: unknown[]; readonly rest: readonly Fields[] } => {
  const gone = new Set<string>()
  let isReplaced = false
  for (const item of patch) {
    if (!('$patch' in item)) continue
    switch (item['$patch']) {
      case 'delete':
        if (!(key in item)) throw missingKey(item, key)
        gone.add(identityText(item[key]))
        break
      case 'replace':
        isReplaced = true
        break
      case 'merge':
        throw new StrategicPatchError('merging lists cannot yet be specified in the patch')
      default:
        throw new StrategicPatchError(`unknown patch type: ${goText(item['$patch'])} in map: ${goText(item)}`)
    }
  }
  const rest = patch.filter((item) => !('$patch' in item))
  if (isReplaced) return { list: [...rest], rest: [] }
  const isGone = (item: unknown): boolean => isJsonObject(item) && gone.has(identityText(item[key]))
  return { list: target.filter((item) => !isGone(item)), rest }
}

const mergedByKey = (
  target: readonly unknown[],
  patch: readonly Fields[],
  { key, schema, mergeMap }: { key: string; schema: StructuralSchema | undefined; mergeMap: MergeMap },
): unknown[] => {
  const { list, rest } = obeyed(target, patch, key)
  const before = [...list]
  const positions = new Positions(list, key)
  for (const item of rest) {
    const at = positions.of(item)
    if (at < 0) positions.add(item, list.push(item) - 1)
    else list[at] = mergeMap(list[at] as Fields, item, schema)
  }
  return inOrder(list, { wanted: rest, before, key })
}

/** Merges a list into another, by the key of their items or as sets. */
export const mergedList = (
  target: readonly unknown[],
  patch: readonly unknown[],
  by: { key: MergeKey; schema: StructuralSchema | undefined; mergeMap: MergeMap },
): unknown[] => {
  const { key } = by
  checkTypes(target, patch)
  if ([...target, ...patch].some(isJsonObject)) {
    if (key === undefined) throw new StrategicPatchError('cannot merge lists without merge key for struct')
    return mergedByKey(target, patch as readonly Fields[], { ...by, key })
  }
  const both = [...target, ...patch]
  const positions = new Positions(both, undefined)
  const distinct = both.filter((item, at) => positions.of(item) === at)
  return inOrder(distinct, { wanted: patch, before: target, key: undefined })
}

/** Throws when a list is not in the order that stands beside it. */
export const checkOrder = (patch: readonly unknown[], order: readonly unknown[], key: MergeKey): void => {
  if (order.length === 0) return
  const items = patch.filter((item) => !(isJsonObject(item) && '$patch' in item))
  let at = 0
  for (const wanted of order) {
    const item = items[at]
    if (item !== undefined && jsonEqual(identityOf(item, key), identityOf(wanted, key))) at++
  }
  if (at < items.length)
    throw new StrategicPatchError(
      `The order in patch list:\n${goText(patch)}\n doesn't match $setElementOrder list:\n${goText(order)}\n`,
    )
}
