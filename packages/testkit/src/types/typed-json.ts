import { isJsonObject } from '../kube-object.ts'
import type { BuiltInTypes, TypeCode, TypeField } from './built-in-types.ts'
import { decodePlain, goTypeOf, wrongType } from './decode-plain.ts'
import type { Place } from './decode-plain.ts'

export interface Decoded {
  /** Without nulls and without what the type does not know. */
  readonly value: Record<string, unknown>
  /** Paths of the fields that were dropped, `spec.containers[0].img`. */
  readonly unknown: readonly string[]
}

interface Walk {
  readonly unknown: string[]
  /** Fields are met in the order of their names, as in a patched document. */
  readonly isSorted: boolean
  /** It is no JSON that is read, but what a strategic patch made of an object. */
  readonly isConverted: boolean
}

/** What an object with a kind of its own begins with. */
const envelope = new Set(['apiVersion', 'kind'])

const structOf = (name: string): string => name.slice(name.indexOf('.') + 1)

const goTypeOfCode = (code: TypeCode): string => {
  switch (code.kind) {
    case 'plain':
      return goTypeOf(code.letter)
    case 'list':
      return `[]${goTypeOfCode(code.item)}`
    case 'map':
      return `map[string]${goTypeOfCode(code.value)}`
    case 'message':
      return `v1.${structOf(code.name)}`
  }
}

const zeroOf = (letter: string): unknown => {
  switch (letter) {
    case 's':
    case 'B':
      return ''
    case 'b':
      return false
    case 'i':
    case 'l':
    case 'n':
    case 'I':
      return 0
    case 'q':
      return '0'
    case 'D':
      return '0s'
    default:
      return null
  }
}

/** Objects of the built-in kinds between JSON and what the server keeps, as Go's types of them have it. */
export class TypedJson {
  readonly #types: BuiltInTypes
  readonly #byName = new Map<string, ReadonlyMap<string, TypeField>>()

  constructor(types: BuiltInTypes) {
    this.#types = types
  }

  /** Whether there is such a type. */
  has(type: string): boolean {
    return this.#types.fields(type) !== undefined
  }

  /** Reads an object of a type; throws DecodeError where a value is of another type. */
  decode(type: string, object: Record<string, unknown>, isSorted = false): Decoded {
    const walk: Walk = { unknown: [], isSorted, isConverted: false }
    return { value: this.#message(type, object, '', '', walk), unknown: walk.unknown }
  }

  /** The same of what a strategic patch made of an object, which is refused in other words. */
  convert(type: string, object: Record<string, unknown>): Decoded {
    const walk: Walk = { unknown: [], isSorted: false, isConverted: true }
    return { value: this.#message(type, object, '', '', walk), unknown: walk.unknown.sort() }
  }

  /** The object as the server writes it: nothing that is empty, but what is written when it is empty too. */
  encode(type: string, object: Record<string, unknown>): Record<string, unknown> {
    const { apiVersion, kind } = object
    return {
      ...(apiVersion === undefined ? {} : { apiVersion }),
      ...(kind === undefined ? {} : { kind }),
      ...this.#encoded(type, object),
    }
  }

  #fieldsOf(type: string): ReadonlyMap<string, TypeField> {
    const known = this.#byName.get(type)
    if (known !== undefined) return known
    const all = (this.#types.fields(type) ?? []).flatMap((field) =>
      field.name === '' && field.type.kind === 'message'
        ? [...this.#fieldsOf(field.type.name).values()]
        : [field],
    )
    const fields = new Map(all.map((field) => [field.name, field]))
    this.#byName.set(type, fields)
    return fields
  }

  #message(
    type: string,
    object: Record<string, unknown>,
    path: string,
    fieldPath: string,
    walk: Walk,
  ): Record<string, unknown> {
    const fields = this.#fieldsOf(type)
    const isObject = fields.has('metadata')
    const read: Record<string, unknown> = {}
    const entries = Object.entries(object)
    if (walk.isSorted) entries.sort(([left], [right]) => (left < right ? -1 : 1))
    for (const [name, value] of entries) {
      const field = fields.get(name)
      const at = path === '' ? name : `${path}.${name}`
      if (field === undefined) {
        if (isObject && envelope.has(name)) read[name] = value
        else walk.unknown.push(at)
      } else if (value !== null && value !== undefined) {
        const place = {
          struct: structOf(type),
          fields: fieldPath === '' ? name : `${fieldPath}.${name}`,
          isConverted: walk.isConverted,
        }
        read[name] = this.#value(field.type, value, at, place, walk)
      }
    }
    return read
  }

  #value(code: TypeCode, value: unknown, path: string, place: Place, walk: Walk): unknown {
    switch (code.kind) {
      case 'plain':
        return value === null ? zeroOf(code.letter) : decodePlain(code.letter, value, place)
      case 'list':
        if (!Array.isArray(value)) throw wrongType(value, place, goTypeOfCode(code))
        return value.map((item, at) => this.#value(code.item, item, `${path}[${at}]`, place, walk))
      case 'map':
        if (!isJsonObject(value)) throw wrongType(value, place, goTypeOfCode(code))
        return Object.fromEntries(
          Object.entries(value).map(([key, item]) => [
            key,
            this.#value(code.value, item, `${path}.${key}`, place, walk),
          ]),
        )
      case 'message':
        if (value === null) return {}
        if (!isJsonObject(value)) throw wrongType(value, place, goTypeOfCode(code))
        return this.#message(code.name, value, path, place.fields, walk)
    }
  }

  #encoded(type: string, object: Record<string, unknown>): Record<string, unknown> {
    const fields = this.#fieldsOf(type)
    const written: Record<string, unknown> = {}
    if (fields.has('metadata'))
      for (const name of envelope) if (object[name] !== undefined) written[name] = object[name]
    for (const [name, field] of fields) {
      const value = this.#encodedField(field, object[name] ?? undefined)
      if (value !== undefined) written[name] = value
    }
    return written
  }

  #encodedField({ type, isPointer, isAlwaysThere }: TypeField, value: unknown): unknown {
    if (isPointer)
      return value === undefined ? (isAlwaysThere ? null : undefined) : this.#encodedValue(type, value)
    switch (type.kind) {
      case 'plain': {
        const isZero = value === undefined || value === zeroOf(type.letter)
        if (!isZero) return value
        return isAlwaysThere ? zeroOf(type.letter) : undefined
      }
      case 'list':
      case 'map': {
        if (value === undefined) return isAlwaysThere ? null : undefined
        const isEmpty = Array.isArray(value) ? value.length === 0 : Object.keys(value as object).length === 0
        return isEmpty && !isAlwaysThere ? undefined : this.#encodedValue(type, value)
      }
      case 'message': {
        const written = this.#encoded(type.name, isJsonObject(value) ? value : {})
        return isAlwaysThere || Object.keys(written).length > 0 ? written : undefined
      }
    }
  }

  #encodedValue(code: TypeCode, value: unknown): unknown {
    switch (code.kind) {
      case 'plain':
        return value
      case 'list':
        return Array.isArray(value) ? value.map((item) => this.#encodedValue(code.item, item)) : value
      case 'map':
        return isJsonObject(value)
          ? Object.fromEntries(
              Object.entries(value).map(([key, item]) => [key, this.#encodedValue(code.value, item)]),
            )
          : value
      case 'message':
        return isJsonObject(value) ? this.#encoded(code.name, value) : value
    }
  }
}
