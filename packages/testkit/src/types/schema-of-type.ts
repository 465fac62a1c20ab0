import type { StructuralSchema } from '../schema/structural-schema.ts'
import type { BuiltInTypes, TypeCode, TypeField } from './built-in-types.ts'

const anything: StructuralSchema = { 'x-kubernetes-preserve-unknown-fields': true }

const plainSchemas: Readonly<Record<string, StructuralSchema>> = {
  s: { type: 'string' },
  b: { type: 'boolean' },
  i: { type: 'integer' },
  l: { type: 'integer' },
  n: { type: 'number' },
  B: { type: 'string', format: 'byte' },
  q: anything,
  I: { 'x-kubernetes-int-or-string': true },
  T: { type: 'string', format: 'date-time' },
  M: { type: 'string', format: 'date-time' },
  D: { type: 'string' },
  x: anything,
  r: anything,
}

const mergeExtension = ({ mergeKey }: TypeField): StructuralSchema => {
  if (mergeKey === undefined) return {}
  if (mergeKey === '') return { 'x-kubernetes-patch-strategy': 'merge' }
  return { 'x-kubernetes-patch-strategy': 'merge', 'x-kubernetes-patch-merge-key': mergeKey }
}

/** Structural schemas of the built-in types: what fields there are and of which type, and how their lists are merged. */
export class TypeSchemas {
  readonly #types: BuiltInTypes
  readonly #known = new Map<string, StructuralSchema>()

  constructor(types: BuiltInTypes) {
    this.#types = types
  }

  /** Undefined when there is no such type. */
  schemaOf(name: string): StructuralSchema | undefined {
    const known = this.#known.get(name)
    if (known !== undefined) return known
    const properties = this.#properties(name)
    if (properties === undefined) return undefined
    const schema = { type: 'object', properties }
    this.#known.set(name, schema)
    return schema
  }

  #properties(name: string): Record<string, StructuralSchema> | undefined {
    const fields = this.#types.fields(name)
    if (fields === undefined) return undefined
    const properties: Record<string, StructuralSchema> = {}
    for (const field of fields) {
      if (field.name === '' && field.type.kind === 'message')
        Object.assign(properties, this.#properties(field.type.name))
      else properties[field.name] = { ...this.#schema(field.type), ...mergeExtension(field) }
    }
    return properties
  }

  #schema(type: TypeCode): StructuralSchema {
    switch (type.kind) {
      case 'plain':
        return plainSchemas[type.letter] ?? anything
      case 'list':
        return { type: 'array', items: this.#schema(type.item) }
      case 'map':
        return { type: 'object', additionalProperties: this.#schema(type.value) }
      case 'message':
        return this.schemaOf(type.name) ?? anything
    }
  }
}
