import type { Resource } from '../resources/resource.ts'
import type { StructuralSchema } from '../schema/structural-schema.ts'
import { metaNames, openApiNameOf, referenceTo } from './open-api-name.ts'
import type { Json } from './open-api-name.ts'

const text = { type: 'string' }
const intOrString = { anyOf: [{ type: 'integer' }, { type: 'string' }] }

const envelope = (meta: string): Json => ({
  apiVersion: text,
  kind: text,
  metadata: { allOf: [referenceTo(meta)] },
})

const isSchema = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const mapFields = (fields: unknown, change: (schema: Json) => Json): Json =>
  Object.fromEntries(
    Object.entries(isSchema(fields) ? fields : {}).map(([name, field]) => [
      name,
      isSchema(field) ? change(field) : field,
    ]),
  )

/** A schema with each of its parts changed, the innermost first. */
const changed = (schema: Json, change: (schema: Json) => Json): Json => {
  const { properties, items, additionalProperties } = schema
  const inner = (part: Json): Json => changed(part, change)
  return change({
    ...schema,
    ...(properties === undefined ? {} : { properties: mapFields(properties, inner) }),
    ...(isSchema(items) ? { items: inner(items) } : {}),
    ...(isSchema(additionalProperties) ? { additionalProperties: inner(additionalProperties) } : {}),
  })
}

/** What goes without saying in a definition is said to clients. */
const spelledOut = (schema: Json): Json => ({
  ...schema,
  ...(schema['x-kubernetes-int-or-string'] === true && schema['anyOf'] === undefined ? intOrString : {}),
  ...(schema['x-kubernetes-embedded-resource'] === true
    ? {
        required: [
          ...new Set([...((schema['required'] as string[] | undefined) ?? []), 'kind', 'apiVersion']),
        ],
        properties: {
          ...(schema['properties'] as Json | undefined),
          ...envelope(metaNames.objectMeta),
        },
      }
    : {}),
})

/** What OpenAPI 2 cannot say, and what clients of it would take for more than it is, is left out. */
const simplified = (schema: Json): Json => {
  const { allOf } = schema
  const unsaid = ['not', 'anyOf', 'oneOf', 'allOf', 'default', 'nullable']
  const isOpen = schema['x-kubernetes-preserve-unknown-fields'] === true || schema['nullable'] === true
  const shape = isOpen ? ['type', 'format', 'properties', 'items', 'additionalProperties', 'required'] : []
  const kept = Object.entries(schema).filter(([key]) => !unsaid.includes(key) && !shape.includes(key))
  const isMeta = Array.isArray(allOf) && schema['type'] === undefined
  return { ...Object.fromEntries(kept), ...(isMeta ? (allOf[0] as Json) : {}) }
}

const kindOf = ({ group, version }: Resource, kind: string): Json[] => [{ group, kind, version }]

const selectable = ({ strategy }: Resource): Json => {
  const paths = Object.keys(strategy.selectableFields ?? {})
  return paths.length === 0
    ? {}
    : { 'x-kubernetes-selectable-fields': paths.map((fieldPath) => ({ fieldPath })) }
}

const listOf = (resource: Resource): Json => ({
  type: 'object',
  required: ['items'],
  properties: {
    ...envelope(metaNames.listMeta),
    items: { type: 'array', items: referenceTo(openApiNameOf(resource)) },
  },
  'x-kubernetes-group-version-kind': kindOf(resource, resource.listKind),
  ...selectable(resource),
})

const withEnvelope = (schema: StructuralSchema | undefined): Json => ({
  ...(schema as Json | undefined),
  type: 'object',
  properties: { ...schema?.properties, ...envelope(metaNames.objectMeta) },
})

/** The schemas of a custom kind and of its lists, by name. */
export const customSchemas = (resource: Resource): [string, Json][] => {
  const { schema, kind, listKind } = resource
  const own = changed((schema as Json | undefined) ?? {}, spelledOut)
  return [
    [
      openApiNameOf(resource),
      {
        ...withEnvelope(own),
        'x-kubernetes-group-version-kind': kindOf(resource, kind),
        ...selectable(resource),
      },
    ],
    [openApiNameOf(resource, listKind), listOf(resource)],
  ]
}

/** The same for OpenAPI 2. */
export const simpleCustomSchemas = (resource: Resource): [string, Json][] => {
  const { schema, kind, listKind } = resource
  const isOpen = schema?.['x-kubernetes-preserve-unknown-fields'] === true
  const own = isOpen
    ? { type: 'object' }
    : withEnvelope(changed((schema as Json | undefined) ?? {}, simplified))
  return [
    [
      openApiNameOf(resource),
      { ...own, 'x-kubernetes-group-version-kind': kindOf(resource, kind), ...selectable(resource) },
    ],
    [openApiNameOf(resource, listKind), listOf(resource)],
  ]
}
