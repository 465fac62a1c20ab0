import { CelError, Duration, typeNameOf, Uint } from '../cel-value.ts'
import { global, member } from '../functions.ts'
import type { Library } from '../functions.ts'
import { CostExceeded, costLimit } from '../meter.ts'
import { compare, equal, operators } from '../operators.ts'

type List = readonly unknown[]

const comparable = ['int', 'uint', 'double', 'bool', 'duration', 'timestamp', 'string', 'bytes']
const zeros: Readonly<Record<string, unknown>> = {
  int: 0n,
  uint: new Uint(0n),
  double: 0,
  duration: new Duration(0n),
}

const isSorted = (list: List): boolean =>
  list.every((item, at) => at === 0 || compare(list[at - 1], item) <= 0)

const extreme =
  (name: string, sign: number) =>
  (list: List): unknown => {
    if (list.length === 0) throw new CelError(`${name} called on empty list`)
    return list.reduce((best, item) => (compare(item, best) * sign > 0 ? item : best))
  }

const sum =
  (zero: unknown) =>
  (list: List): unknown =>
    list.reduce((total, item) => operators['_+_']?.(total, item), zero)

const slice = (list: List, start: bigint, end: bigint): List => {
  const refuse = (why: string): CelError => new CelError(`cannot slice(${start}, ${end}), ${why}`)
  if (start < 0n || end < 0n) throw refuse('negative indexes not supported')
  if (start > end) throw refuse('start index must be less than or equal to end index')
  if (BigInt(list.length) < end) throw refuse(`list is length ${list.length}`)
  return list.slice(Number(start), Number(end))
}

const flatten = (list: List, depth: bigint): List => {
  if (depth < 0n) throw new CelError('level must be non-negative')
  return list.flatMap((item) => (Array.isArray(item) && depth > 0n ? flatten(item, depth - 1n) : [item]))
}

const sortByKeys = (list: List, keys: List): List => {
  const [first] = keys
  if (keys.some((key) => typeNameOf(key) !== typeNameOf(first)))
    throw new CelError('list elements must have the same type')
  return keys
    .map((key, at) => ({ key, item: list[at] }))
    .toSorted((left, right) => compare(left.key, right.key))
    .map(({ item }) => item)
}

const distinct = (list: List): List =>
  list.filter((item, at) => !list.slice(0, at).some((other) => equal(item, other)))

const range = (count: bigint): List => {
  // each item costs one
  if (count >= costLimit) throw new CostExceeded()
  return Array.from({ length: Math.max(Number(count), 0) }, (_, at) => BigInt(at))
}

/** The functions on lists of Kubernetes, and the lists extension, version 3. */
export const listLibrary = (): Library => [
  ...comparable.flatMap((type) => [
    member(`list<${type}>.isSorted(): bool`, isSorted),
    member(`list<${type}>.max(): ${type}`, extreme('max', 1)),
    member(`list<${type}>.min(): ${type}`, extreme('min', -1)),
    member(`list<${type}>.sort(): list<${type}>`, (list: List) => sortByKeys(list, list)),
    member(`list<T>.@sortByAssociatedKeys(list<${type}>): list<T>`, sortByKeys),
  ]),
  {
    ...member('list<dyn>.sort(): list<dyn>', () => {
      throw new CelError('list elements must be comparable')
    }),
    isHidden: true,
  },
  ...Object.entries(zeros).map(([type, zero]) => member(`list<${type}>.sum(): ${type}`, sum(zero))),
  member('list<A>.indexOf(A): int', (list: List, item: unknown) =>
    BigInt(list.findIndex((each) => equal(each, item))),
  ),
  member('list<A>.lastIndexOf(A): int', (list: List, item: unknown) =>
    BigInt(list.findLastIndex((each) => equal(each, item))),
  ),
  member('list<T>.slice(int, int): list<T>', slice),
  member('list<list<T>>.flatten(): list<T>', (list: List) => flatten(list, 1n)),
  member('list<dyn>.flatten(int): list<dyn>', flatten),
  global('lists.range(int): list<int>', range),
  member('list<T>.reverse(): list<T>', (list: List) => list.toReversed()),
  member('list<T>.distinct(): list<T>', distinct),
]
