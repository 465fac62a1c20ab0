import {
  CelError,
  CelMap,
  Duration,
  Failure,
  LibraryValue,
  noSuchKey,
  noSuchOverload,
  Optional,
  none,
  Timestamp,
  TypeValue,
  typeNameOf,
  Uint,
  usable,
} from './cel-value.ts'
import { KeyedList } from './keyed-list.ts'
import { maxInt, maxUint, minInt } from './literal.ts'

export const checkedInt = (value: bigint): bigint => {
  if (value > maxInt || value < minInt) throw new CelError('integer overflow')
  return value
}

export const checkedUint = (value: bigint): Uint => {
  if (value > maxUint || value < 0n) throw new CelError('unsigned integer overflow')
  return new Uint(value)
}

export const checkedDuration = (nanos: bigint): Duration => {
  if (nanos > maxInt || nanos < minInt) throw new CelError('duration overflow')
  return new Duration(nanos)
}

const secondsPerNano = 1_000_000_000n
/** Years 1 to 9999. */
const [minTime, maxTime] = [-62_135_596_800n, 253_402_300_799n]

export const checkedTimestamp = (nanos: bigint, offsetMinutes = 0): Timestamp => {
  if (nanos < minTime * secondsPerNano || nanos >= (maxTime + 1n) * secondsPerNano)
    throw new CelError('timestamp overflow')
  return new Timestamp(nanos, offsetMinutes)
}

const isNumber = (value: unknown): value is bigint | number | Uint =>
  typeof value === 'bigint' || typeof value === 'number' || value instanceof Uint

const ordering = <T extends number | bigint>(one: T, other: T): number =>
  one < other ? -1 : Number(one > other)

const compareNumbers = (left: bigint | number | Uint, right: bigint | number | Uint): number => {
  const [one, other] = [left instanceof Uint ? left.value : left, right instanceof Uint ? right.value : right]
  // beside a double an integer is one, however large
  if (typeof one === 'number' || typeof other === 'number') return ordering(Number(one), Number(other))
  return ordering(one, other)
}

const compareBytes = (left: Uint8Array, right: Uint8Array): number => Buffer.compare(left, right)

/** By code points, as UTF-8 is ordered. */
const compareText = (left: string, right: string): number => {
  if (left === right) return 0
  return Buffer.compare(Buffer.from(left), Buffer.from(right))
}

/** -1, 0 or 1. Throws when the two have no order. */
export const compare = (left: unknown, right: unknown): number => {
  usable(left)
  usable(right)
  if (isNumber(left) && isNumber(right)) {
    if (Number.isNaN(left) || Number.isNaN(right)) throw new CelError('NaN values cannot be ordered')
    return compareNumbers(left, right)
  }
  if (typeof left === 'string' && typeof right === 'string') return compareText(left, right)
  if (typeof left === 'boolean' && typeof right === 'boolean') return Number(left) - Number(right)
  if (left instanceof Timestamp && right instanceof Timestamp) return compareNumbers(left.nanos, right.nanos)
  if (left instanceof Duration && right instanceof Duration) return compareNumbers(left.nanos, right.nanos)
  if (left instanceof Uint8Array && right instanceof Uint8Array) return compareBytes(left, right)
  throw noSuchOverload()
}

/** Heterogeneous: values of types that have nothing to do with each other are not equal. */
export const equal = (left: unknown, right: unknown): boolean => {
  usable(left)
  usable(right)
  if (isNumber(left)) return isNumber(right) && !Number.isNaN(left) && compareNumbers(left, right) === 0
  if (typeof left !== 'object' || left === null || typeof right !== 'object' || right === null)
    return left === right
  if (left instanceof KeyedList) return left.hasSame(right, equal)
  if (Array.isArray(left))
    return (
      Array.isArray(right) &&
      left.length === right.length &&
      left.every((item, at) => equal(item, (right as unknown[])[at]))
    )
  if (left instanceof CelMap)
    return (
      right instanceof CelMap &&
      left.size === right.size &&
      left.entries().every(([key, value]) => right.has(key) && equal(value, right.get(key)))
    )
  if (left instanceof Timestamp) return right instanceof Timestamp && left.nanos === right.nanos
  if (left instanceof Duration) return right instanceof Duration && left.nanos === right.nanos
  if (left instanceof Uint8Array) return right instanceof Uint8Array && compareBytes(left, right) === 0
  if (left instanceof Optional)
    return right instanceof Optional && left.hasValue === right.hasValue && equal(left.value, right.value)
  if (left instanceof TypeValue) return right instanceof TypeValue && left.type.name === right.type.name
  if (left instanceof LibraryValue) return left.equals(right)
  return left === right
}

const add = (left: unknown, right: unknown): unknown => {
  if (typeof left === 'bigint' && typeof right === 'bigint') return checkedInt(left + right)
  if (typeof left === 'number' && typeof right === 'number') return left + right
  if (typeof left === 'string' && typeof right === 'string') return left + right
  if (left instanceof Uint && right instanceof Uint) return checkedUint(left.value + right.value)
  if (left instanceof KeyedList && Array.isArray(right)) return left.joined(right, equal)
  if (Array.isArray(left) && Array.isArray(right)) return [...(left as unknown[]), ...(right as unknown[])]
  if (left instanceof Uint8Array && right instanceof Uint8Array)
    return new Uint8Array(Buffer.concat([left, right]))
  if (left instanceof Duration && right instanceof Duration)
    return new Duration(checkedInt(left.nanos + right.nanos))
  if (left instanceof Duration && right instanceof Timestamp)
    return checkedTimestamp(left.nanos + right.nanos, right.offsetMinutes)
  if (left instanceof Timestamp && right instanceof Duration)
    return checkedTimestamp(left.nanos + right.nanos, left.offsetMinutes)
  throw noSuchOverload(isAdder(left) ? '' : '_+_')
}

/** Types that are asked for functions of their own before there is said to be none. */
const isReceiver = (value: unknown): boolean =>
  typeof value === 'string' || value instanceof Duration || value instanceof Timestamp

const isAdder = (value: unknown): boolean =>
  isNumber(value) || isReceiver(value) || Array.isArray(value) || value instanceof Uint8Array

const subtract = (left: unknown, right: unknown): unknown => {
  if (typeof left === 'bigint' && typeof right === 'bigint') return checkedInt(left - right)
  if (typeof left === 'number' && typeof right === 'number') return left - right
  if (left instanceof Uint && right instanceof Uint) return checkedUint(left.value - right.value)
  if (left instanceof Duration && right instanceof Duration)
    return new Duration(checkedInt(left.nanos - right.nanos))
  if (left instanceof Timestamp && right instanceof Duration)
    return checkedTimestamp(left.nanos - right.nanos, left.offsetMinutes)
  if (left instanceof Timestamp && right instanceof Timestamp)
    return new Duration(checkedInt(left.nanos - right.nanos))
  throw noSuchOverload(isNumber(left) || isReceiver(left) ? '' : '_-_')
}

const multiply = (left: unknown, right: unknown): unknown => {
  if (typeof left === 'bigint' && typeof right === 'bigint') return checkedInt(left * right)
  if (typeof left === 'number' && typeof right === 'number') return left * right
  if (left instanceof Uint && right instanceof Uint) return checkedUint(left.value * right.value)
  throw noSuchOverload(isNumber(left) || isReceiver(left) ? '' : '_*_')
}

const divide = (left: unknown, right: unknown): unknown => {
  if (typeof left === 'number' && typeof right === 'number') return left / right
  if (typeof left === 'bigint' && typeof right === 'bigint') {
    if (right === 0n) throw new CelError('division by zero')
    return checkedInt(left / right)
  }
  if (left instanceof Uint && right instanceof Uint) {
    if (right.value === 0n) throw new CelError('division by zero')
    return new Uint(left.value / right.value)
  }
  throw noSuchOverload(isNumber(left) || isReceiver(left) ? '' : '_/_')
}

const modulo = (left: unknown, right: unknown): unknown => {
  if (typeof left === 'bigint' && typeof right === 'bigint') {
    if (right === 0n) throw new CelError('modulus by zero')
    return left % right
  }
  if (left instanceof Uint && right instanceof Uint) {
    if (right.value === 0n) throw new CelError('modulus by zero')
    return new Uint(left.value % right.value)
  }
  throw noSuchOverload(typeof left === 'bigint' || left instanceof Uint || isReceiver(left) ? '' : '_%_')
}

const negate = (value: unknown): unknown => {
  if (typeof value === 'bigint') return checkedInt(-value)
  if (typeof value === 'number') return -value
  throw noSuchOverload(isReceiver(value) || typeof value === 'boolean' ? '' : '-_')
}

const not = (value: unknown): unknown => {
  if (typeof value === 'boolean') return !value
  throw noSuchOverload()
}

const indexIn = (list: readonly unknown[], index: unknown): unknown => {
  const at = index instanceof Uint ? index.value : index
  const isWhole = typeof at === 'bigint' || (typeof at === 'number' && Number.isInteger(at))
  if (!isWhole) {
    if (typeof at === 'number') throw new CelError(`unsupported index value ${String(at)} in list`)
    throw new CelError(`unsupported index type '${typeNameOf(at)}' in list`)
  }
  const found = list[Number(at)]
  if (found === undefined) throw new CelError(`index out of bounds: ${String(at)}`)
  return usable(found)
}

/** `a[b]`. */
const index = (value: unknown, key: unknown): unknown => {
  if (value instanceof Optional) return value.hasValue ? optionalIndex(value, key) : none
  if (Array.isArray(value)) return indexIn(value, key)
  const found = value instanceof CelMap ? value.get(key) : undefined
  if (found === undefined) throw noSuchKey(key)
  return found
}

/** `a[?b]`. */
const optionalIndex = (value: unknown, key: unknown): Optional => {
  const of = value instanceof Optional ? value.value : value
  if (of === undefined) return none
  if (Array.isArray(of)) {
    const at = Number(key instanceof Uint ? key.value : key)
    const found: unknown = Number.isInteger(at) ? of[at] : undefined
    return found === undefined ? none : new Optional(usable(found))
  }
  const found = of instanceof CelMap ? of.get(key) : undefined
  return found === undefined ? none : new Optional(found)
}

/** An item that is an error counts when no other is the value. */
const isInList = (value: unknown, list: readonly unknown[]): boolean => {
  if (list.some((item) => !(item instanceof Failure) && equal(item, value))) return true
  list.forEach(usable)
  return false
}

const isIn = (value: unknown, of: unknown): boolean => {
  if (Array.isArray(of)) return isInList(value, of)
  if (of instanceof CelMap) return of.has(value)
  throw noSuchOverload()
}

const isComparable = (value: unknown): boolean =>
  isNumber(value) || isReceiver(value) || typeof value === 'boolean' || value instanceof Uint8Array

const ordered =
  (name: string, holds: (order: number) => boolean) =>
  (left: unknown, right: unknown): boolean => {
    if (!isComparable(left)) throw noSuchOverload(name)
    return holds(compare(left, right))
  }

/** What operators do, by the names they have as functions; those that need not evaluate all are not among them. */
export const operators: Readonly<Record<string, (...args: readonly unknown[]) => unknown>> = {
  '_==_': (left, right) => equal(left, right),
  '_!=_': (left, right) => !equal(left, right),
  '_<_': ordered('_<_', (order) => order < 0),
  '_<=_': ordered('_<=_', (order) => order <= 0),
  '_>_': ordered('_>_', (order) => order > 0),
  '_>=_': ordered('_>=_', (order) => order >= 0),
  '_+_': add,
  '_-_': subtract,
  '_*_': multiply,
  '_/_': divide,
  '_%_': modulo,
  '-_': negate,
  '!_': not,
  '@in': isIn,
  '_[_]': index,
  '_[?_]': optionalIndex,
}
