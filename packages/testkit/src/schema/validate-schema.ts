import { duplicate, invalid, notSupported, required, tooLong, tooMany, typeInvalid } from '../field-error.ts'
import type { FieldError } from '../field-error.ts'
import { isJsonObject, jsonEqual } from '../kube-object.ts'
import { hasFormat } from './formats.ts'
import type { StructuralSchema } from './structural-schema.ts'

const typeOf = (value: unknown): string => {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number'
  return typeof value
}

const matchesType = (schema: StructuralSchema, value: unknown): boolean => {
  const actual = typeOf(value)
  if (actual === 'null') return schema.nullable === true
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
  if (schema.pattern !== undefined && !new RegExp(schema.pattern, 'u').test(value)) {
    errors.push(invalid(path, value, `${path} in body should match '${schema.pattern}'`))
  }
  if (schema.format !== undefined && !hasFormat(schema.format, value)) {
    errors.push(
      invalid(path, value, `${path} in body must be of type ${schema.format}: ${JSON.stringify(value)}`),
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

const listErrors = (schema: StructuralSchema, value: readonly unknown[], path: string): FieldError[] => {
  const errors: FieldError[] = []
  if (schema.maxItems !== undefined && value.length > schema.maxItems)
    errors.push(tooMany(path, value.length, schema.maxItems))
  if (schema.minItems !== undefined && value.length < schema.minItems) {
    errors.push(invalid(path, value.length, `${path} in body should have at least ${schema.minItems} items`))
  }
  const keys = schema['x-kubernetes-list-map-keys']
  const identity = (item: unknown): unknown =>
    keys !== undefined && isJsonObject(item)
      ? Object.fromEntries(keys.map((key) => [key, item[key] ?? schema.items?.properties?.[key]?.default]))
      : item
  const isSet =
    schema['x-kubernetes-list-type'] === 'set' ||
    schema['x-kubernetes-list-type'] === 'map' ||
    schema.uniqueItems === true
  for (const [at, item] of value.entries()) {
    const same = isSet && value.slice(0, at).some((earlier) => jsonEqual(identity(earlier), identity(item)))
    if (same) errors.push(duplicate(`${path}[${at}]`, identity(item)))
    if (schema.items !== undefined) errors.push(...validateNode(schema.items, item, `${path}[${at}]`))
  }
  return errors
}

const objectErrors = (
  schema: StructuralSchema,
  value: Record<string, unknown>,
  path: string,
): FieldError[] => {
  const errors: FieldError[] = []
  const fieldPath = (name: string): string => (path === '' ? name : `${path}.${name}`)
  const size = Object.keys(value).length
  if (schema.maxProperties !== undefined && size > schema.maxProperties)
    errors.push(tooMany(path, size, schema.maxProperties))
  if (schema.minProperties !== undefined && size < schema.minProperties) {
    errors.push(
      invalid(path, size, `${path} in body should have at least ${schema.minProperties} properties`),
    )
  }
  for (const name of schema.required ?? [])
    if (value[name] === undefined) errors.push(required(fieldPath(name)))
  for (const [name, field] of Object.entries(value)) {
    if (field === undefined) continue
    const known =
      schema.properties !== undefined && Object.hasOwn(schema.properties, name)
        ? schema.properties[name]
        : undefined
    if (known !== undefined) errors.push(...validateNode(known, field, fieldPath(name)))
    else if (isJsonObject(schema.additionalProperties))
      errors.push(...validateNode(schema.additionalProperties, field, fieldPath(name)))
  }
  return errors
}

const combinationErrors = (schema: StructuralSchema, value: unknown, path: string): FieldError[] => {
  const holds = (part: StructuralSchema): boolean => validateNode(part, value, path).length === 0
  const errors: FieldError[] = (schema.allOf ?? []).flatMap((part) => validateNode(part, value, path))
  const subject = path === '' ? '<nil>' : path
  if (schema.anyOf !== undefined && !schema.anyOf.some(holds)) {
    errors.push(invalid(subject, value, `${JSON.stringify(path)} must validate at least one schema (anyOf)`))
  }
  if (schema.oneOf !== undefined && schema.oneOf.filter(holds).length !== 1) {
    const found =
      schema.oneOf.filter(holds).length === 0
        ? 'Found none valid'
        : `Found ${schema.oneOf.filter(holds).length} valid alternatives`
    errors.push(
      invalid(
        subject,
        value,
        `${JSON.stringify(path)} must validate one and only one schema (oneOf). ${found}`,
      ),
    )
  }
  if (schema.not !== undefined && holds(schema.not))
    errors.push(invalid(subject, value, `${JSON.stringify(path)} must not validate the schema (not)`))
  return errors
}

const validateNode = (schema: StructuralSchema, value: unknown, path: string): FieldError[] => {
  if (!matchesType(schema, value)) {
    const expected = schema['x-kubernetes-int-or-string'] === true ? 'integer,string' : schema.type
    return [
      typeInvalid(
        path,
        typeOf(value),
        `${path} in body must be of type ${expected}: ${JSON.stringify(typeOf(value))}`,
      ),
    ]
  }
  if (value === null) return []
  const errors = combinationErrors(schema, value, path)
  if (schema.enum !== undefined && !schema.enum.some((allowed) => jsonEqual(allowed, value)))
    errors.push(notSupported(path, value, schema.enum))
  if (typeof value === 'string') errors.push(...textErrors(schema, value, path))
  else if (typeof value === 'number') errors.push(...numberErrors(schema, value, path))
  else if (Array.isArray(value)) errors.push(...listErrors(schema, value, path))
  else if (isJsonObject(value)) errors.push(...objectErrors(schema, value, path))
  return errors
}

/** What the schema has against a whole object: types, bounds, patterns, enums, required fields, list types. Metadata is judged elsewhere. */
export const validateSchema = (schema: StructuralSchema, object: unknown): FieldError[] => {
  if (!isJsonObject(object)) return validateNode(schema, object, '')
  const { apiVersion: _version, kind: _kind, metadata: _metadata, ...content } = object
  const { required: names, ...rest } = schema
  return validateNode(
    { ...rest, required: (names ?? []).filter((name) => !['apiVersion', 'kind', 'metadata'].includes(name)) },
    content,
    '',
  )
}
