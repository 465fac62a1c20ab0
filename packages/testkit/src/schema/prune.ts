import { isJsonObject, setField } from '../kube-object.ts'
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
  const keepsUnknown = schema['x-kubernetes-preserve-unknown-fields'] === true
  for (const [name, field] of Object.entries(value)) {
    const at = path === '' ? name : `${path}.${name}`
    const known =
      schema.properties !== undefined && Object.hasOwn(schema.properties, name)
        ? schema.properties[name]
        : undefined
    if (isResource && envelope.has(name)) setField(kept, name, field)
    else if (known !== undefined)
      setField(
        kept,
        name,
        pruneNode(known, field, at, unknown, known['x-kubernetes-embedded-resource'] === true),
      )
    else if (isJsonObject(additional)) setField(kept, name, pruneNode(additional, field, at, unknown, false))
    else if (keepsUnknown) setField(kept, name, field)
    // anything may be there, but of no known shape
    else if (additional === true) setField(kept, name, pruneNode({}, field, at, unknown, false))
    else unknown.push(at)
  }
  return kept
}

/** Drops what the schema does not know, as the API server does before it stores a custom resource, or a part of one. */
export const prune = (schema: StructuralSchema, value: unknown, isResource = true): Pruned => {
  const unknown: string[] = []
  const kept = pruneNode(schema, value, '', unknown, isResource)
  return { value: kept, unknown: unknown.toSorted() }
}
