import { isJsonObject } from '../kube-object.ts'
import type { StructuralSchema } from './structural-schema.ts'

/** Words of CEL that cannot be field names in a rule: they are written `__word__` there. */
const reserved = new Set(
  'true false null in as break const continue else for function if import let loop package namespace return var void while'.split(
    ' ',
  ),
)

/** The name by which rules reach a property. */
const escapedName = (name: string): string => {
  if (reserved.has(name)) return `__${name}__`
  return name
    .replaceAll('__', '__underscores__')
    .replaceAll('.', '__dot__')
    .replaceAll('-', '__dash__')
    .replaceAll('/', '__slash__')
}

/** A JSON value as rules see it: integers are int, properties have names that can be written, keys of maps stay. */
export const celValueOf = (schema: StructuralSchema | undefined, value: unknown): unknown => {
  if (typeof value === 'number')
    return schema?.type !== 'number' && Number.isInteger(value) ? BigInt(value) : value
  if (Array.isArray(value)) return value.map((item) => celValueOf(schema?.items, item))
  if (!isJsonObject(value)) return value
  const additional = schema?.additionalProperties
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => {
      const property = schema?.properties?.[name]
      if (property !== undefined) return [escapedName(name), celValueOf(property, field)]
      return [name, celValueOf(isJsonObject(additional) ? additional : undefined, field)]
    }),
  )
}
