import { fieldOf } from '../types/built-in-types.ts'
import type { BuiltInTypes, TypeCode, TypeField } from '../types/built-in-types.ts'
import { freeForm, untypedAtomic, untypedDeduced } from './field-type.ts'
import type { FieldType, ListType, MapType, ScalarType } from './field-type.ts'
import { fieldTypesText, schemaTypesText } from './generated/field-types.ts'

const rowsOf = (text: string): Map<string, string> => {
  const lines = text.trim().split('\n')
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)]))
}

const scalars: Readonly<Record<string, ScalarType>> = {
  s: 'string',
  B: 'string',
  D: 'string',
  b: 'boolean',
  i: 'numeric',
  l: 'numeric',
  n: 'numeric',
  // texts of a format are not checked
  T: 'untyped',
  M: 'untyped',
  q: 'untyped',
}

const plain: Readonly<Record<string, FieldType>> = {
  ...Object.fromEntries(Object.entries(scalars).map(([letter, scalar]) => [letter, { scalar }])),
  I: { scalar: 'untyped' },
  x: untypedDeduced,
  r: untypedAtomic,
}

const noDefault = (): undefined => undefined

/** The map that goes with a type, read from its row of the table. */
interface Row {
  readonly isAtomic: boolean
  readonly fields: ReadonlyMap<string, string>
  readonly defaults: ReadonlyMap<string, string>
}

const noRow: Row = { isAtomic: false, fields: new Map(), defaults: new Map() }

const readRow = (text: string): Row => {
  const parts = text.split(' ')
  const pairs = (mark: string): Map<string, string> =>
    new Map(
      parts
        .filter((part) => part.includes(mark))
        .map((part) => [part.slice(0, part.indexOf(mark)), part.slice(part.indexOf(mark) + 1)]),
    )
  return { isAtomic: parts.includes('*'), fields: pairs('='), defaults: pairs('~') }
}

const listOf = (how: string, items: FieldType): ListType => ({
  isAtomic: how === '',
  keys: how.startsWith('m:') ? how.slice(2).split(',') : [],
  items,
})

const anyMap = (values: FieldType, isAtomic: boolean): MapType => ({
  isAtomic,
  field: noDefault,
  values,
  defaultOf: noDefault,
  isDeduced: false,
})

const typeMeta: Readonly<Record<string, FieldType>> = {
  apiVersion: { scalar: 'string' },
  kind: { scalar: 'string' },
}

/** How values of the built-in types are owned and merged; a type is made when it is first asked for. */
export class BuiltInFieldTypes {
  readonly #types: BuiltInTypes
  readonly #rows = rowsOf(fieldTypesText)
  readonly #own = rowsOf(schemaTypesText)
  readonly #known = new Map<string, FieldType>()

  constructor(types: BuiltInTypes) {
    this.#types = types
  }

  /** Of `apps.Deployment`; undefined when there is no such type. */
  typeOf(name: string): FieldType | undefined {
    const known = this.#known.get(name)
    if (known !== undefined) return known
    const fields = this.#fieldsOf(name)
    if (fields === undefined) return undefined
    const text = this.#rows.get(name)
    const row = text === undefined ? noRow : readRow(text)
    const isObject = fields.has('metadata')
    const made = new Map<string, FieldType>()
    const field = (of: string): FieldType | undefined => {
      const before = made.get(of)
      if (before !== undefined) return before
      const declared = fields.get(of)
      const type =
        declared === undefined
          ? isObject && Object.hasOwn(typeMeta, of)
            ? typeMeta[of]
            : undefined
          : this.#ofCode(declared.type, row.fields.get(of) ?? '')
      if (type !== undefined) made.set(of, type)
      return type
    }
    const type: FieldType =
      fields.size === 0
        ? freeForm
        : {
            map: {
              isAtomic: row.isAtomic,
              field,
              values: undefined,
              defaultOf: (key) => row.defaults.get(key),
              isDeduced: false,
            },
          }
    this.#known.set(name, type)
    return type
  }

  #fieldsOf(name: string): ReadonlyMap<string, TypeField> | undefined {
    const own = this.#own.get(name)
    const fields = own === undefined ? this.#types.fields(name) : own.split(' ').map(fieldOf)
    if (fields === undefined) return undefined
    const all = fields.flatMap((field): TypeField[] =>
      field.name === '' && field.type.kind === 'message'
        ? [...(this.#fieldsOf(field.type.name)?.values() ?? [])]
        : [field],
    )
    return new Map(all.map((field) => [field.name, field]))
  }

  #ofCode(code: TypeCode, how: string): FieldType {
    switch (code.kind) {
      case 'plain':
        return plain[code.letter] ?? untypedDeduced
      case 'list':
        return { list: listOf(how, this.#ofCode(code.item, '')) }
      case 'map':
        return { map: anyMap(this.#ofCode(code.value, ''), how === 'a') }
      case 'message': {
        const type = this.typeOf(code.name) ?? untypedDeduced
        return how === 'a' && type.map !== undefined ? { map: { ...type.map, isAtomic: true } } : type
      }
    }
  }
}
