import {
  boolType,
  bytesType,
  doubleType,
  durationType,
  dynType,
  intType,
  listType,
  mapType,
  nullType,
  optionalType,
  stringType,
  timestampType,
  typeType,
  uintType,
} from './cel-type.ts'
import type { CelType } from './cel-type.ts'

/** What went wrong while an expression was evaluated; the message is what the real server says. */
export class CelError extends Error {
  override readonly name = 'CelError'
}

export const noSuchOverload = (what = ''): CelError =>
  new CelError(what === '' ? 'no such overload' : `no such overload: ${what}`)
export const noSuchKey = (key: unknown): CelError => new CelError(`no such key: ${printed(key)}`)

/** A value that is an error: whoever asks for it gets it. */
export class Failure {
  readonly error: unknown

  constructor(error: unknown) {
    this.error = error
  }
}

/** The value; throws its error when it is one. */
export const usable = (value: unknown): unknown => {
  if (value instanceof Failure) throw value.error
  return value
}

/** An unsigned integer; signed ones are bigint, doubles are number. */
export class Uint {
  readonly value: bigint

  constructor(value: bigint) {
    this.value = value
  }
}

export class Timestamp {
  /** Since the epoch. */
  readonly nanos: bigint
  /** East of UTC, where it was written: only its text shows it. */
  readonly offsetMinutes: number

  constructor(nanos: bigint, offsetMinutes = 0) {
    this.nanos = nanos
    this.offsetMinutes = offsetMinutes
  }
}

export class Duration {
  readonly nanos: bigint

  constructor(nanos: bigint) {
    this.nanos = nanos
  }
}

export class Optional {
  readonly #value: unknown

  constructor(value: unknown) {
    this.#value = value
  }

  /** Undefined when there is none. */
  get value(): unknown {
    return usable(this.#value)
  }

  get hasValue(): boolean {
    return this.#value !== undefined
  }
}

export const none = new Optional(undefined)

/** A value of a library's own type: an address, a quantity, a URL. */
export abstract class LibraryValue {
  abstract readonly type: CelType
  abstract equals(other: unknown): boolean
}

/** A type as a value, `type(1)`. */
export class TypeValue {
  readonly type: CelType

  constructor(type: CelType) {
    this.type = type
  }
}

/** Integers are one key, signed or not; doubles are their own. */
const storedKey = (key: unknown): unknown => (key instanceof Uint ? key.value : key)

/** A map with keys of CEL's. */
export class CelMap {
  readonly #entries = new Map<unknown, readonly [unknown, unknown]>()

  constructor(entries: Iterable<readonly [unknown, unknown]> = []) {
    for (const [key, value] of entries) this.#entries.set(storedKey(key), [key, value])
  }

  get size(): number {
    return this.#entries.size
  }

  /** Throws when the value is an error, as `get` does. */
  has(key: unknown): boolean {
    const found = this.#find(key)
    usable(found?.[1])
    return found !== undefined
  }

  get(key: unknown): unknown {
    return usable(this.#find(key)?.[1])
  }

  /** A double is looked for as an integer too, where it is one. */
  #find(key: unknown): readonly [unknown, unknown] | undefined {
    const found = this.#entries.get(storedKey(key))
    if (found !== undefined || typeof key !== 'number' || !Number.isInteger(key)) return found
    return this.#entries.get(BigInt(key))
  }

  entries(): readonly (readonly [unknown, unknown])[] {
    return [...this.#entries.values()]
  }

  /** Only for a map that nobody else has seen. */
  add(key: unknown, value: unknown): this {
    this.#entries.set(storedKey(key), [key, value])
    return this
  }
}

/** The type of a value as it is when it runs. */
export const typeOf = (value: unknown): CelType => {
  switch (typeof value) {
    case 'boolean':
      return boolType
    case 'bigint':
      return intType
    case 'number':
      return doubleType
    case 'string':
      return stringType
    case 'object':
    case 'undefined':
    case 'function':
    case 'symbol':
  }
  if (value === null) return nullType
  if (Array.isArray(value)) return listType(dynType)
  if (value instanceof CelMap) return mapType(dynType, dynType)
  if (value instanceof LibraryValue) return value.type
  if (value instanceof Uint) return uintType
  if (value instanceof Uint8Array) return bytesType
  if (value instanceof Timestamp) return timestampType
  if (value instanceof Duration) return durationType
  if (value instanceof Optional) return optionalType(dynType)
  if (value instanceof TypeValue) return typeType(dynType)
  return dynType
}

/** How messages name the type of a value. */
export const typeNameOf = (value: unknown): string => typeOf(value).name

/** A value in a message, as Go prints it. */
export const printed = (value: unknown): string => {
  if (value instanceof Uint) return String(value.value)
  if (value instanceof TypeValue) return value.type.name
  if (Array.isArray(value)) return `[${value.map(printed).join(', ')}]`
  return String(value)
}

/** A JSON value for CEL: whole numbers are int, objects are maps of strings. */
export const valueOfJson = (value: unknown): unknown => {
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : value
  if (Array.isArray(value)) return value.map(valueOfJson)
  if (typeof value !== 'object' || value === null) return value
  return new CelMap(
    Object.entries(value)
      .filter(([, field]) => field !== undefined)
      .map(([name, field]) => [name, valueOfJson(field)]),
  )
}
