import { CelError, none, noSuchOverload, Optional, printed } from '../cel-value.ts'
import type { CelMap } from '../cel-value.ts'
import { global, member } from '../functions.ts'
import type { Library } from '../functions.ts'
import { equal } from '../operators.ts'
import { isZero } from '../zero.ts'

type List = readonly unknown[]

const contains = (list: List, part: List): boolean =>
  part.every((item) => list.some((other) => equal(item, other)))

const inserted = (map: CelMap, key: unknown, value: unknown): CelMap => {
  if (map.has(key)) throw new CelError(`insert failed: key ${printed(key)} already exists`)
  // it is the one that a comprehension is making
  return map.add(key, value)
}

const insertedAll = (map: CelMap, added: CelMap): CelMap =>
  added.entries().reduce((whole, [key, value]) => inserted(whole, key, value), map)

/** The sets extension, and what two-variable macros are made of. */
export const collectionLibrary = (): Library => [
  global('sets.contains(list<T>, list<T>): bool', contains),
  global(
    'sets.equivalent(list<T>, list<T>): bool',
    (left: List, right: List) => contains(left, right) && contains(right, left),
  ),
  global('sets.intersects(list<T>, list<T>): bool', (left: List, right: List) =>
    left.some((item) => right.some((other) => equal(item, other))),
  ),
  global('@mapInsert(map<K, V>, K, V): map<K, V>', inserted),
  global('@mapInsert(map<K, V>, map<K, V>): map<K, V>', insertedAll),
]

const valueIn = ({ value }: Optional): unknown => {
  if (value === undefined) throw new CelError('optional.none() dereference')
  return value
}

const unwrap = (list: readonly Optional[]): unknown[] =>
  list.flatMap(({ value }) => (value === undefined ? [] : [value]))

const first = (list: List, at: number): Optional => {
  const found = list.at(at)
  return found === undefined ? none : new Optional(found)
}

const planned = (): never => {
  throw noSuchOverload()
}

/** Optional values. */
export const optionalLibrary = (): Library => [
  global('optional.of(V): optional<V>', (value: unknown) => new Optional(value)),
  global('optional.ofNonZeroValue(V): optional<V>', (value: unknown) =>
    isZero(value) ? none : new Optional(value),
  ),
  global('optional.none(): optional<V>', () => none),
  member('optional<V>.value(): V', valueIn),
  member('optional<V>.hasValue(): bool', (optional: Optional) => optional.hasValue),
  // planned by themselves: the other side is not evaluated when it is not needed
  member('optional<V>.or(optional<V>): optional<V>', planned),
  member('optional<V>.orValue(V): V', planned),
  member('list<V>.first(): optional<V>', (list: List) => first(list, 0)),
  member('list<V>.last(): optional<V>', (list: List) => first(list, -1)),
  global('optional.unwrap(list<optional<V>>): list<V>', unwrap),
  member('list<optional<V>>.unwrapOpt(): list<V>', unwrap),
]
