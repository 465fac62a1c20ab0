import * as z from 'zod'
import type { JsonSchemaProps } from '../kinds/apiextensions.ts'

type Json = Readonly<Record<string, unknown>>

/** Keywords that a structural schema takes as zod writes them. */
const plainKeywords: ReadonlySet<string> = new Set([
  'type',
  'description',
  'default',
  'enum',
  'pattern',
  'format',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'minimum',
  'maximum',
  'required',
  'nullable',
])

/**
 * The structural schema that an API server takes, from a zod schema. What a structural schema cannot say is an error here,
 * not a surprise on a cluster.
 * @throws Error that names the keyword and where it is.
 */
export const structuralSchema = (schema: z.ZodType): JsonSchemaProps =>
  structural(z.toJSONSchema(schema, { target: 'openapi-3.0', io: 'input' }) as Json, 'schema')

const structural = (node: Json, where: string): JsonSchemaProps => {
  if (typeof node['type'] !== 'string') throw new Error(`${where}: a structural schema needs a type`)
  const entries = Object.entries(node).flatMap(([keyword, value]) => convert(node, keyword, value, where))
  return Object.fromEntries(node['type'] === 'integer' ? [...entries, ['format', 'int64']] : entries)
}

type Entry = readonly [string, unknown]

const convert = (node: Json, keyword: string, value: unknown, where: string): readonly Entry[] => {
  if (keyword === 'properties') {
    const properties = Object.entries(value as Json).map(([name, property]) => [
      name,
      structural(property as Json, `${where}.${name}`),
    ])
    return [['properties', Object.fromEntries(properties)]]
  }
  if (keyword === 'items') return [['items', structural(value as Json, `${where}[]`)]]
  // The API server checks date-time by itself.
  if (keyword === 'pattern' && node['format'] === 'date-time') return []
  // Bounds of JavaScript's integers; int64 says it better.
  if ((keyword === 'minimum' || keyword === 'maximum') && Math.abs(Number(value)) === Number.MAX_SAFE_INTEGER)
    return []
  if (keyword === '$schema' || (keyword === 'additionalProperties' && value === false)) return []
  if (plainKeywords.has(keyword) || keyword.startsWith('x-kubernetes-'))
    return [[keyword, structuredClone(value)]]
  throw new Error(`${where}: a structural schema cannot say ${keyword}`)
}
