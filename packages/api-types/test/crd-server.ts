import { Environment } from '@marcbachmann/cel-js'
import type { JsonSchemaProps } from '../src/kinds/apiextensions.ts'

/*
 * What an API server does with an object and the structural schema of its CRD, as far as the schema of MirrorPeer goes:
 * drop unknown fields and nulls, fill in defaults, check keywords, then evaluate the CEL rules.
 */

type Json = Readonly<Record<string, unknown>>

const environment = new Environment().registerVariable('self', 'dyn').registerVariable('oldSelf', 'dyn')

/** The object as it would be stored. */
export const stored = (schema: JsonSchemaProps, value: unknown): unknown => {
  if (schema.items !== undefined && Array.isArray(value)) {
    const { items } = schema
    return value.map((item) => stored(items, item))
  }
  const { properties } = schema
  if (properties === undefined || !isObject(value)) return value
  const members = Object.entries(properties).flatMap(([name, property]) => {
    const member = Object.hasOwn(value, name) ? (value[name] ?? property.default) : property.default
    return member === undefined ? [] : [[name, stored(property, structuredClone(member))]]
  })
  return Object.fromEntries(members)
}

/** What the server refuses in an object that is stored as this; with `old`, in an update. */
export const refusals = (schema: JsonSchemaProps, value: unknown, old?: unknown): readonly string[] => {
  const byKeywords = keywordRefusals(schema, value, '')
  // Rules are not evaluated on what has another shape than they were compiled for.
  return byKeywords.length > 0 ? byKeywords : ruleRefusals(schema, value, old, '')
}

const keywordRefusals = (schema: JsonSchemaProps, value: unknown, path: string): readonly string[] => {
  const known: readonly (keyof JsonSchemaProps)[] = [
    ...([
      'type',
      'description',
      'default',
      'enum',
      'minLength',
      'pattern',
      'items',
      'minItems',
      'maxItems',
    ] as const),
    ...(['properties', 'required', 'format'] as const),
    ...(['x-kubernetes-validations', 'x-kubernetes-list-type', 'x-kubernetes-list-map-keys'] as const),
  ]
  const unknown = Object.keys(schema).filter((keyword) => !(known as readonly string[]).includes(keyword))
  if (unknown.length > 0) throw new Error(`this test does not know ${unknown.join()} at ${path}`)
  if (typeOf(value) !== schema.type) return [`${path}: no ${schema.type}`]
  const found: string[] = []
  if (schema.enum !== undefined && !schema.enum.includes(value)) found.push(`${path}: enum`)
  if (typeof value === 'string') {
    if ([...value].length < (schema.minLength ?? 0)) found.push(`${path}: minLength`)
    if (schema.pattern !== undefined && !new RegExp(schema.pattern).test(value))
      found.push(`${path}: pattern`)
  }
  if (Array.isArray(value)) {
    if (value.length < (schema.minItems ?? 0)) found.push(`${path}: minItems`)
    if (value.length > (schema.maxItems ?? Infinity)) found.push(`${path}: maxItems`)
  }
  if (isObject(value)) {
    for (const name of schema.required ?? []) if (!(name in value)) found.push(`${path}.${name}: required`)
  }
  return [
    ...found,
    ...children(schema, value, path).flatMap(([child, member, at]) => keywordRefusals(child, member, at)),
  ]
}

const ruleRefusals = (
  schema: JsonSchemaProps,
  value: unknown,
  old: unknown,
  path: string,
): readonly string[] => {
  const own = (schema['x-kubernetes-validations'] ?? []).flatMap(({ rule, message }) => {
    // A transition rule needs an old value to compare with.
    if (rule.includes('oldSelf') && old === undefined) return []
    const holds = environment.evaluate(rule, { self: escaped(value), oldSelf: escaped(old) })
    return holds === true ? [] : [`${path}: ${message}`]
  })
  const within = children(schema, value, path).flatMap(([child, member, at, name]) =>
    // Entries of an atomic list have no old value of their own.
    ruleRefusals(child, member, isObject(old) ? old[name] : undefined, at),
  )
  return [...own, ...within]
}

const children = (
  schema: JsonSchemaProps,
  value: unknown,
  path: string,
): readonly (readonly [JsonSchemaProps, unknown, string, string])[] => {
  if (Array.isArray(value) && schema.items !== undefined) {
    const { items } = schema
    return value.map((item: unknown, i) => [items, item, `${path}[${i}]`, ''] as const)
  }
  if (!isObject(value)) return []
  return Object.entries(schema.properties ?? {})
    .filter(([name]) => name in value)
    .map(([name, property]) => [property, value[name], `${path}.${name}`, name] as const)
}

/** Kubernetes escapes property names that are words of CEL. */
const escaped = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(escaped)
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [escapedName(name), escaped(member)]),
  )
}

const escapedName = (name: string): string => (name === 'namespace' ? '__namespace__' : name)

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const typeOf = (value: unknown): string => {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : typeof value
}
