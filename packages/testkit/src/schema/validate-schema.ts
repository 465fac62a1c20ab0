import { invalid, notSupported, required, tooLong, tooMany, typeInvalid } from '../field-error.ts'
import type { FieldError } from '../field-error.ts'
import { isJsonObject, jsonEqual, recordAt } from '../kube-object.ts'
import { correlation } from './correlation.ts'
import { hasFormat } from './formats.ts'
import { goPattern } from './go-pattern.ts'
import type { StructuralSchema } from './structural-schema.ts'
import { fieldSchema, isUnchanged } from './unchanged.ts'

const typeOf = (value: unknown): string => {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number'
  return typeof value
}

const matchesType = (schema: StructuralSchema, value: unknown): boolean => {
  const actual = typeOf(value)
  if (actual === 'null') return schema.nullable === true || (schema.type ?? '') === ''
  if (schema['x-kubernetes-int-or-string'] === true) return actual === 'integer' || actual === 'string'
  if (schema.type === undefined || schema.type === '') return true
  return schema.type === actual || (schema.type === 'number' && actual === 'integer')
}

const textErrors = (schema: StructuralSchema, value: string, path: string): FieldError[] => {
  const errors: FieldError[] = []
  const length = [...value].length
  if (schema.maxLength !== undefined && length > schema.maxLength)
    errors.push(tooLong(path, schema.maxLength))
  if (schema.minLength !== undefined && length < schema.minLength) {
    errors.push(invalid(path, value, `${path} in body should be at least ${schema.minLength} chars long`))
  }
  if (schema.pattern !== undefined && !goPattern(schema.pattern).test(value)) {
    errors.push(invalid(path, value, `${path} in body should match '${schema.pattern}'`))
  }
  if (schema.format !== undefined && !hasFormat(schema.format, value)) {
    errors.push(
      typeInvalid(path, value, `${path} in body must be of type ${schema.format}: ${JSON.stringify(value)}`),
    )
  }
  return errors
}

const numberErrors = (schema: StructuralSchema, value: number, path: string): FieldError[] => {
  const errors: FieldError[] = []
  const { minimum, maximum, multipleOf } = schema
  if (minimum !== undefined && (schema.exclusiveMinimum === true ? value <= minimum : value < minimum)) {
    const bound = schema.exclusiveMinimum === true ? 'greater than' : 'greater than or equal to'
    errors.push(invalid(path, value, `${path} in body should be ${bound} ${minimum}`))
  }
  if (maximum !== undefined && (schema.exclusiveMaximum === true ? value >= maximum : value > maximum)) {
    const bound = schema.exclusiveMaximum === true ? 'less than' : 'less than or equal to'
    errors.push(invalid(path, value, `${path} in body should be ${bound} ${maximum}`))
  }
  if (multipleOf !== undefined && value % multipleOf !== 0)
    errors.push(invalid(path, value, `${path} in body should be a multiple of ${multipleOf}`))
  return errors
}

/** A value to judge, and where it is. */
interface Place {
  readonly value: unknown
  readonly path: string
  /** What it replaces; undefined when it replaces nothing. */
  readonly old: unknown
}

const listErrors = (
  schema: StructuralSchema,
  value: readonly unknown[],
  { path, old }: Place,
): FieldError[] => {
  const { items, minItems, maxItems } = schema
  const replacedBy = correlation(schema, old)
  const errors =
    items === undefined
      ? []
      : value.flatMap((item, at) =>
          nodeErrors(items, { value: item, old: replacedBy(item), path: `${path}[${at}]` }),
        )
  if (minItems !== undefined && value.length < minItems)
    errors.push(invalid(path, value.length, `${path} in body should have at least ${minItems} items`))
  if (maxItems !== undefined && value.length > maxItems) errors.push(tooMany(path, value.length, maxItems))
  return errors
}

const objectErrors = (
  schema: StructuralSchema,
  value: Record<string, unknown>,
  { path, old }: Place,
): FieldError[] => {
  const { minProperties, maxProperties } = schema
  const errors: FieldError[] = []
  const fieldPath = (name: string): string => (path === '' ? name : `${path}.${name}`)
  const size = Object.keys(value).length
  const oldFields = isJsonObject(old) ? old : {}
  if (minProperties !== undefined && size < minProperties)
    errors.push(invalid(path, size, `${path} in body should have at least ${minProperties} properties`))
  if (maxProperties !== undefined && size > maxProperties) errors.push(tooMany(path, size, maxProperties))
  for (const [name, field] of Object.entries(value)) {
    if (field === undefined) continue
    const of = fieldSchema(schema, name)
    if (of !== undefined)
      errors.push(...nodeErrors(of, { value: field, old: oldFields[name], path: fieldPath(name) }))
  }
  for (const name of schema.required ?? [])
    if (value[name] === undefined) errors.push(required(fieldPath(name)))
  return errors
}

/** How many parts of a value a schema looks at. */
const checksOf = (
  { properties = {}, items, additionalProperties }: StructuralSchema,
  value: unknown,
): number => {
  if (Array.isArray(value))
    return items === undefined ? 1 : value.reduce<number>((sum, item) => sum + checksOf(items, item), 1)
  if (!isJsonObject(value)) return 1
  return Object.entries(value).reduce((sum, [name, field]) => {
    const part = Object.hasOwn(properties, name) ? properties[name] : additionalProperties
    return isJsonObject(part) ? sum + checksOf(part, field) : sum
  }, 1)
}

/** What the branches of a schema have against a value; the real server names no field and no value here. */
const branchErrors = (schema: StructuralSchema, place: Place): FieldError[] => {
  const { anyOf = [], oneOf = [], allOf = [], not } = schema
  // branches know of nothing before
  const of = (part: StructuralSchema): FieldError[] => valueErrors(part, { ...place, old: undefined })
  const said = (what: string): FieldError => invalid('<nil>', '', `${JSON.stringify(place.path)} ${what}`)
  // of several that refuse, the one that had most to say of the value is told; of equals the first
  const telling = (parts: readonly StructuralSchema[], found: readonly FieldError[][]): FieldError[] => {
    const sizes = parts.map((part) => checksOf(part, place.value))
    return found[sizes.indexOf(Math.max(...sizes))] ?? []
  }
  const errors: FieldError[] = []
  const any = anyOf.map(of)
  if (any.length > 0 && any.every(({ length }) => length > 0))
    errors.push(said('must validate at least one schema (anyOf)'), ...telling(anyOf, any))
  const one = oneOf.map(of)
  const valid = one.filter(({ length }) => length === 0).length
  if (one.length > 0 && valid === 0)
    errors.push(
      said('must validate one and only one schema (oneOf). Found none valid'),
      ...telling(oneOf, one),
    )
  else if (valid > 1)
    errors.push(said(`must validate one and only one schema (oneOf). Found ${valid} valid alternatives`))
  const all = allOf.map(of)
  errors.push(...all.flat())
  if (all.some(({ length }) => length > 0)) {
    const none = all.every(({ length }) => length > 0) ? '. None validated' : ''
    errors.push(said(`must validate all the schemas (allOf)${none}`))
  }
  if (not !== undefined && of(not).length === 0) errors.push(said('must not validate the schema (not)'))
  return errors
}

const nodeErrors = (schema: StructuralSchema, place: Place): FieldError[] => {
  const { value, old } = place
  // what was there before stays, though the schema may have come later
  if (old !== undefined && isUnchanged(schema, value, old)) return []
  return valueErrors(schema, place)
}

const valueErrors = (schema: StructuralSchema, place: Place): FieldError[] => {
  const { value, path } = place
  const errors: FieldError[] = []
  if (!matchesType(schema, value)) {
    const expected = schema['x-kubernetes-int-or-string'] === true ? 'integer,string' : schema.type
    const found = typeOf(value)
    errors.push(
      typeInvalid(path, found, `${path} in body must be of type ${expected}: ${JSON.stringify(found)}`),
    )
  }
  if (value !== null) {
    errors.push(...branchErrors(schema, place))
    if (typeof value === 'string') errors.push(...textErrors(schema, value, path))
    else if (typeof value === 'number') errors.push(...numberErrors(schema, value, path))
    else if (Array.isArray(value)) errors.push(...listErrors(schema, value, place))
  }
  const isListed = schema.enum === undefined || schema.enum.some((allowed) => jsonEqual(allowed, value))
  if (!isListed && !(value === null && schema.nullable === true))
    errors.push(notSupported(path, value, (schema.enum ?? []).map(enumText)))
  if (isJsonObject(value)) errors.push(...objectErrors(schema, value, place))
  return errors
}

const enumText = (allowed: unknown): string =>
  typeof allowed === 'string' ? allowed : JSON.stringify(allowed)

/** The same of a part of an object, whose fields are named from it on. */
export const validateValue = (schema: StructuralSchema, value: unknown, old?: unknown): FieldError[] =>
  nodeErrors(schema, { value, old, path: '' })

/**
 * What the schema has against a whole object: types, bounds, patterns, enums, required fields. Parts that are as they were
 * in `old` are not judged again; the object as a whole is, at every update. Metadata is judged elsewhere, and so are lists
 * that are sets or maps.
 */
export const validateSchema = (schema: StructuralSchema, object: unknown, old?: unknown): FieldError[] => {
  if (!isJsonObject(object)) return validateValue(schema, object)
  const { required: names = [], ...rest } = schema
  const judged = { ...rest, required: names.filter((name) => !envelope.includes(name)) }
  const before = isJsonObject(old) ? judgedPart(schema, old) : undefined
  // as no schema knows all metadata, no object as a whole is as it was
  return valueErrors(judged, { value: judgedPart(schema, object), old: before, path: '' })
}

const envelope: readonly string[] = ['apiVersion', 'kind', 'metadata']

/** Without the envelope, but for the name where the schema restricts it. */
const judgedPart = (
  { properties }: StructuralSchema,
  object: Record<string, unknown>,
): Record<string, unknown> => {
  const content = Object.fromEntries(Object.entries(object).filter(([field]) => !envelope.includes(field)))
  if (properties?.['metadata']?.properties === undefined) return content
  const { name, generateName } = recordAt(object, 'metadata')
  return { metadata: { name, generateName }, ...content }
}
