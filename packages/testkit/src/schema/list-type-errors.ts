import { duplicate, invalid } from '../field-error.ts'
import type { FieldError } from '../field-error.ts'
import { isJsonObject } from '../kube-object.ts'
import { identityText } from './identity-text.ts'
import type { StructuralSchema } from './structural-schema.ts'

const repeated = (schema: StructuralSchema, list: readonly unknown[], path: string): FieldError[] => {
  const type = schema['x-kubernetes-list-type']
  if (type !== 'set' && type !== 'map') return []
  const keys = schema['x-kubernetes-list-map-keys'] ?? []
  const identity = (item: unknown): unknown =>
    type === 'map' && isJsonObject(item)
      ? Object.fromEntries(keys.map((key) => [key, item[key] ?? schema.items?.properties?.[key]?.default]))
      : item
  const times = new Map<string, number>()
  const other = type === 'map' ? list.findIndex((item) => !isJsonObject(item)) : -1
  if (other !== -1)
    return [invalid(`${path}[${other}]`, list[other], 'must be an object for an array of list-type map')]
  return list.flatMap((item, at) => {
    const value = identity(item)
    const text = identityText(value)
    const before = times.get(text) ?? 0
    times.set(text, before + 1)
    // once for each value, however often it comes
    return before === 1 ? [duplicate(`${path}[${at}]`, value)] : []
  })
}

/** What comes twice in lists that are sets or maps. */
export const listTypeErrors = (schema: StructuralSchema, value: unknown, path = ''): FieldError[] => {
  if (Array.isArray(value)) {
    const { items } = schema
    const own = repeated(schema, value, path)
    if (items === undefined) return own
    return [...own, ...value.flatMap((item, at) => listTypeErrors(items, item, `${path}[${at}]`))]
  }
  if (!isJsonObject(value)) return []
  const { properties = {}, additionalProperties } = schema
  return Object.entries(value).flatMap(([name, field]) => {
    const known = Object.hasOwn(properties, name) ? properties[name] : undefined
    if (known !== undefined) return listTypeErrors(known, field, path === '' ? name : `${path}.${name}`)
    return isJsonObject(additionalProperties)
      ? listTypeErrors(additionalProperties, field, `${path}[${name}]`)
      : []
  })
}
