import { isJsonObject } from '../kube-object.ts'
import type { StructuralSchema } from '../schema/structural-schema.ts'
import { freeForm, untypedAtomic, untypedDeduced } from './field-type.ts'
import type { FieldType, ListType, MapType, ScalarType } from './field-type.ts'

/** What comes from outside the schema. */
interface Context {
  /** metav1.ObjectMeta. */
  readonly metadata: FieldType
  /** A schema above keeps fields it does not know. */
  readonly keepsUnknown: boolean
  readonly isRoot?: boolean
}

const text: FieldType = { scalar: 'string' }

/** Texts of a format other than bytes are not checked. */
const scalarOf = ({ type, format = '' }: StructuralSchema): ScalarType => {
  switch (type) {
    case 'integer':
    case 'number':
      return 'numeric'
    case 'boolean':
      return 'boolean'
    case 'string':
      return format === '' || format === 'byte' ? 'string' : 'untyped'
    default:
      return 'untyped'
  }
}

const listOf = (schema: StructuralSchema, context: Context): ListType => {
  const type = schema['x-kubernetes-list-type']
  return {
    isAtomic: type !== 'set' && type !== 'map',
    keys: type === 'map' ? (schema['x-kubernetes-list-map-keys'] ?? []) : [],
    items: schema.items === undefined ? untypedAtomic : typeOf(schema.items, context),
  }
}

const mapOf = (schema: StructuralSchema, context: Context): MapType => {
  const { properties = {}, additionalProperties } = schema
  const isResource = context.isRoot === true || schema['x-kubernetes-embedded-resource'] === true
  const envelope: Readonly<Record<string, FieldType>> = isResource
    ? { apiVersion: text, kind: text, metadata: context.metadata }
    : {}
  const inner = { ...context, isRoot: false }
  const made = new Map<string, FieldType>()
  const hasFields = isResource || Object.keys(properties).length > 0
  const others = (): FieldType | undefined => {
    if (isJsonObject(additionalProperties)) return typeOf(additionalProperties, inner)
    if (additionalProperties === true) return untypedDeduced
    if (additionalProperties === false) return undefined
    return context.keepsUnknown || !hasFields ? untypedDeduced : undefined
  }
  const values = others()
  return {
    isAtomic: schema['x-kubernetes-map-type'] === 'atomic',
    field(name) {
      if (Object.hasOwn(envelope, name)) return envelope[name]
      const property = Object.hasOwn(properties, name) ? properties[name] : undefined
      if (property === undefined) return undefined
      const known = made.get(name) ?? typeOf(property, inner)
      made.set(name, known)
      return known
    },
    values,
    defaultOf: (name) => (Object.hasOwn(properties, name) ? properties[name]?.default : undefined),
    isDeduced: !hasFields && values === untypedDeduced,
  }
}

const typeOf = (schema: StructuralSchema, outer: Context): FieldType => {
  const keepsUnknown = outer.keepsUnknown || schema['x-kubernetes-preserve-unknown-fields'] === true
  const context = keepsUnknown === outer.keepsUnknown ? outer : { ...outer, keepsUnknown }
  switch (schema.type) {
    case 'object':
      return { map: mapOf(schema, context) }
    case 'array':
      return { list: listOf(schema, context) }
    case undefined:
    case '':
      return { scalar: 'untyped', list: listOf(schema, context), map: mapOf(schema, context) }
    default:
      return { scalar: scalarOf(schema) }
  }
}

/** How values of a custom resource are owned and merged, by its schema. `metadata` is the type of metav1.ObjectMeta. */
export const customFieldType = (schema: StructuralSchema | undefined, metadata: FieldType): FieldType =>
  schema === undefined ? freeForm : typeOf(schema, { metadata, keepsUnknown: false, isRoot: true })
