import { CelError, CelMap, Duration, Failure, valueOfJson } from '../cel/cel-value.ts'
import { parseDuration, parseTimestamp } from '../cel/go-time.ts'
import { KeyedList } from '../cel/keyed-list.ts'
import { goTypeOfValue } from '../go-text.ts'
import { isJsonObject } from '../kube-object.ts'
import type { StructuralSchema } from './structural-schema.ts'

/** Words of CEL that cannot be field names in a rule: they are written `__word__` there. */
const reserved = new Set(
  'true false null in as break const continue else for function if import let loop package namespace return var void while'.split(
    ' ',
  ),
)

/** The name by which rules reach a property. */
export const escapedName = (name: string): string => {
  if (reserved.has(name)) return `__${name}__`
  return name
    .replaceAll('__', '__underscores__')
    .replaceAll('.', '__dot__')
    .replaceAll('-', '__dash__')
    .replaceAll('/', '__slash__')
}

const ofText = (format: string | undefined, text: string): unknown => {
  switch (format) {
    case 'byte':
      return new Uint8Array(Buffer.from(text, 'base64'))
    case 'duration': {
      const nanos = parseDuration(text)
      return nanos === undefined ? text : new Duration(nanos)
    }
    case 'date':
      return parseTimestamp(`${text}T00:00:00Z`) ?? text
    case 'date-time':
      return parseTimestamp(text) ?? text
    default:
      return text
  }
}

/** The key of an item of a list that is a map. */
const keyOf = (schema: StructuralSchema) => {
  const names = (schema['x-kubernetes-list-map-keys'] ?? []).map(escapedName)
  return (item: unknown): unknown =>
    item instanceof CelMap ? names.map((name) => item.get(name) ?? null) : item
}

const ofList = (schema: StructuralSchema, list: readonly unknown[]): unknown => {
  const items = list.map((item) => celValueOf(schema.items, item))
  if (schema['x-kubernetes-list-type'] === 'set') return KeyedList.keyedBy(items, (item) => item)
  if (schema['x-kubernetes-list-type'] === 'map') return KeyedList.keyedBy(items, keyOf(schema))
  return items
}

const ofObject = (schema: StructuralSchema, object: Readonly<Record<string, unknown>>): CelMap => {
  const { properties = {}, additionalProperties } = schema
  return new CelMap(
    Object.entries(object).flatMap(([name, field]): [string, unknown][] => {
      if (isJsonObject(additionalProperties)) return [[name, celValueOf(additionalProperties, field)]]
      const property = Object.hasOwn(properties, name) ? properties[name] : undefined
      // what is null is not there
      if (property === undefined || field === null) return []
      return [[escapedName(name), celValueOf(property, field)]]
    }),
  )
}

const noValue = (why: string): Failure => new Failure(new CelError(`invalid data, ${why}`))

const intOrString = (value: unknown): unknown =>
  typeof value === 'string' || Number.isInteger(value)
    ? valueOfJson(value)
    : noValue('expected XIntOrString value to be either a string or integer')

/**
 * A JSON value as rules see it, by its schema: texts with formats are times and bytes, properties have names that can be
 * written, what the schema does not know is not there. What is not of the schema's type, since it was stored under
 * another schema, is an error.
 */
export const celValueOf = (schema: StructuralSchema | undefined, value: unknown): unknown => {
  if (schema === undefined) return valueOfJson(value)
  if (value === null || value === undefined)
    return schema.nullable === true ? null : noValue('got null for schema with nullable=false')
  if (schema['x-kubernetes-int-or-string'] === true) return intOrString(value)
  const other = (wanted: string): Failure => noValue(`expected ${wanted}, got ${goTypeOfValue(value)}`)
  switch (schema.type) {
    case 'object':
      return isJsonObject(value)
        ? ofObject(schema, value)
        : noValue('expected a map for the provided schema with type=object')
    case 'array':
      return Array.isArray(value)
        ? ofList(schema, value)
        : noValue('expected an array for the provided schema with type=array')
    case 'string':
      return typeof value === 'string' ? ofText(schema.format, value) : other('string')
    case 'number':
      return typeof value === 'number' ? value : other('float')
    case 'integer':
      return Number.isInteger(value) ? valueOfJson(value) : other('int')
    case 'boolean':
      return typeof value === 'boolean' ? value : other('bool')
    default:
      return valueOfJson(value)
  }
}
