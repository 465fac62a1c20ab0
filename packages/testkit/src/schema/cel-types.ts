import {
  boolType,
  bytesType,
  doubleType,
  durationType,
  dynType,
  intType,
  listType,
  mapType,
  stringType,
  structType,
  timestampType,
} from '../cel/cel-type.ts'
import type { CelType } from '../cel/cel-type.ts'
import { isJsonObject } from '../kube-object.ts'
import { escapedName } from './cel-value.ts'
import type { StructuralSchema } from './structural-schema.ts'

type Structs = Map<string, ReadonlyMap<string, CelType>>

const text: StructuralSchema = { type: 'string' }

/** What rules of a whole resource may always speak of. */
const envelope: Readonly<Record<string, StructuralSchema>> = {
  apiVersion: text,
  kind: text,
  metadata: { type: 'object', properties: { name: text, generateName: text } },
}

/** A schema as rules see it: of a whole resource they know its kind and its name. */
export const seenSchema = (schema: StructuralSchema, isWhole: boolean): StructuralSchema =>
  isWhole ? { ...schema, type: 'object', properties: { ...schema.properties, ...envelope } } : schema

const textType = (format: string | undefined): CelType => {
  switch (format) {
    case 'byte':
      return bytesType
    case 'duration':
      return durationType
    case 'date':
    case 'date-time':
      return timestampType
    default:
      return stringType
  }
}

/** The type of the values of a schema; undefined where rules see nothing. The types of its objects are added to `structs`. */
const typeAt = (given: StructuralSchema, name: string, structs: Structs): CelType | undefined => {
  if (given['x-kubernetes-int-or-string'] === true) return dynType
  const schema = seenSchema(given, given['x-kubernetes-embedded-resource'] === true)
  switch (schema.type) {
    case 'array': {
      const of = schema.items === undefined ? undefined : typeAt(schema.items, `${name}.@idx`, structs)
      return of === undefined ? undefined : listType(of)
    }
    case 'object':
      return objectType(schema, name, structs)
    case 'string':
      return textType(schema.format)
    case 'boolean':
      return boolType
    case 'number':
      return doubleType
    case 'integer':
      return intType
    default:
      return undefined
  }
}

const objectType = (schema: StructuralSchema, name: string, structs: Structs): CelType | undefined => {
  const { additionalProperties, properties = {} } = schema
  if (isJsonObject(additionalProperties)) {
    const of = typeAt(additionalProperties, `${name}.@elem`, structs)
    return of === undefined ? undefined : mapType(stringType, of)
  }
  const fields = new Map<string, CelType>()
  for (const [property, of] of Object.entries(properties)) {
    const field = escapedName(property)
    const type = typeAt(of, `${name}.${field}`, structs)
    if (type !== undefined) fields.set(field, type)
  }
  structs.set(name, fields)
  return structType(name)
}

/** What rules at a schema may call `self`. */
export const selfTypeOf = (
  schema: StructuralSchema,
  isWhole: boolean,
): { readonly type: CelType; readonly structs: Structs } => {
  const structs: Structs = new Map()
  return { type: typeAt(seenSchema(schema, isWhole), 'selfType', structs) ?? dynType, structs }
}
