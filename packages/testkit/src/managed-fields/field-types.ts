import type { Resource } from '../resources/resource.ts'
import type { StructuralSchema } from '../schema/structural-schema.ts'
import type { BuiltInTypes } from '../types/built-in-types.ts'
import { BuiltInFieldTypes } from './built-in-field-types.ts'
import { customFieldType } from './custom-field-types.ts'
import { freeForm } from './field-type.ts'
import type { FieldType } from './field-type.ts'

/** How objects of all kinds are owned and merged. */
export class FieldTypes {
  readonly #builtIn: BuiltInFieldTypes
  readonly #custom = new WeakMap<StructuralSchema, FieldType>()

  constructor(types: BuiltInTypes) {
    this.#builtIn = new BuiltInFieldTypes(types)
  }

  get scale(): FieldType {
    return this.#builtIn.typeOf('scale.Scale') ?? freeForm
  }

  of({ typed, schema }: Resource): FieldType {
    if (typed !== undefined) return this.#builtIn.typeOf(typed.name) ?? freeForm
    if (schema === undefined) return freeForm
    const known = this.#custom.get(schema)
    if (known !== undefined) return known
    const made = customFieldType(schema, this.#builtIn.typeOf('meta.ObjectMeta') ?? freeForm)
    this.#custom.set(schema, made)
    return made
  }
}
