import { isJsonObject } from '../kube-object.ts'
import type { StructuralSchema } from './structural-schema.ts'

export interface Pruned {
  readonly value: unknown
  /** Paths of the fields that were dropped. */
  readonly unknown: readonly string[]
}

/** Fields of any object with its own kind: never pruned at the root or in embedded resources. */
const envelope = new Set(['apiVersion', 'kind', 'metadata'])

const pruneNode = (
  schema: StructuralSchema,
  value: unknown,
  path: string,
  unknown: string[],
  isResource: boolean,
): unknown => {
  if (Array.isArray(value)) {
    const { items } = schema
    return items === undefined
      ? value
      : value.map((item, at) =>
          pruneNode(items, item, `${path}[${at}]`, unknown, items['x-kubernetes-embedded-resource'] === true),
        )
  }
  if (!isJsonObject(value)) return value
  const kept: Record<string, unknown> = {}
  const additional = schema.additionalProperties
  const keepsUnknown = schema['x-kubernetes-preserve-unknown-fields'] === true || additional === true
  for (const [name, field] of Object.entries(value)) {
    const at = path === '' ? name : `${path}.${name}`
    const known =
      schema.properties !== undefined && Object.hasOwn(schema.properties, name)
        ? schema.properties[name]
        : undefined
    if (isResource && envelope.has(name)) kept[name] = field
    else if (known !== undefined)
      kept[name] = pruneNode(known, field, at, unknown, known['x-kubernetes-embedded-resource'] === true)
    else if (isJsonObject(additional)) kept[name] = pruneNode(additional, field, at, unknown, false)
    else if (keepsUnknown) kept[name] = field
    else unknown.push(at)
  }
  return kept
}

/** Drops what the schema does not know, as the API server does before it stores a custom resource. */
export const prune = (schema: StructuralSchema, value: unknown): Pruned => {
  const unknown: string[] = []
  return { value: pruneNode(schema, value, '', unknown, true), unknown }
}
