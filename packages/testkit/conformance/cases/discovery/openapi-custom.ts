import type { CallOptions, CaseApi } from '../../case-api.ts'
import type { Cases } from '../../conformance-case.ts'
import { definitions, groupOf } from './kinds.ts'

type Json = Readonly<Record<string, unknown>>

/** With everything that a schema of a definition may say. */
const rich = {
  type: 'object',
  description: 'A thing.',
  required: ['spec'],
  properties: {
    spec: {
      type: 'object',
      description: 'What is wanted.',
      properties: {
        size: { type: 'integer', format: 'int32', minimum: 1, maximum: 9, description: 'How big.' },
        ratio: { type: 'number', multipleOf: 2, minimum: 0, exclusiveMinimum: true },
        name: { type: 'string', pattern: '^a', minLength: 1, maxLength: 5 },
        when: { type: 'string', format: 'date-time' },
        either: { 'x-kubernetes-int-or-string': true },
        both: { 'x-kubernetes-int-or-string': true, anyOf: [{ type: 'integer' }, { type: 'string' }] },
        anything: { 'x-kubernetes-preserve-unknown-fields': true },
        free: {
          type: 'object',
          'x-kubernetes-preserve-unknown-fields': true,
          properties: { a: { type: 'string' } },
        },
        empty: { type: 'string', nullable: true, default: 'x', enum: ['x', 'y'] },
        set: { type: 'array', 'x-kubernetes-list-type': 'set', items: { type: 'string' } },
        map: {
          type: 'array',
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['n'],
          maxItems: 3,
          items: { type: 'object', required: ['n'], properties: { n: { type: 'string' } } },
        },
        tags: { type: 'object', additionalProperties: { type: 'string' }, maxProperties: 3 },
        rules: {
          type: 'object',
          'x-kubernetes-map-type': 'atomic',
          'x-kubernetes-validations': [{ rule: 'self.b', message: 'must be' }],
          properties: { b: { type: 'boolean' } },
        },
        object: {
          type: 'object',
          'x-kubernetes-embedded-resource': true,
          'x-kubernetes-preserve-unknown-fields': true,
        },
        not: { type: 'integer', not: { enum: [3] } },
        one: {
          type: 'object',
          properties: { p: { type: 'string' }, q: { type: 'string' } },
          oneOf: [{ required: ['p'] }, { required: ['q'] }],
        },
      },
    },
    status: { type: 'object', properties: { phase: { type: 'string' } } },
  },
}

const define = async (api: CaseApi, schema: object, more: object = {}): Promise<void> => {
  const group = groupOf(api)
  const object = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `gadgets.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { plural: 'gadgets', kind: 'Gadget' },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema }, ...more }],
    },
  }
  ;(await api.post(definitions, object, { show: () => undefined })).is(201)
}

const documentOf = (api: CaseApi): string => `/openapi/v3/apis/${groupOf(api)}/v1`
const nameOf = (api: CaseApi, kind = 'Gadget'): string =>
  `${groupOf(api).split('.').reverse().join('.')}.v1.${kind}`

/** Texts about what every kind has are Kubernetes' documentation. */
const withoutEnvelope = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutEnvelope)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value as Json).map(([key, field]) => [
      key,
      ['apiVersion', 'kind', 'metadata', 'items'].includes(key) && typeof field === 'object' && field !== null
        ? { ...(field as Json), description: undefined }
        : withoutEnvelope(field),
    ]),
  )
}

interface Document {
  readonly components: { readonly schemas: Json }
}

const kinds =
  (api: CaseApi) =>
  ({ components: { schemas } }: Document): unknown => {
    const { description: _description, ...list } = schemas[nameOf(api, 'GadgetList')] as Json
    return withoutEnvelope({ one: schemas[nameOf(api)], list })
  }

const until = (api: CaseApi, show: CallOptions['show']) =>
  api.until(documentOf(api), ({ status }) => status === 200, { show })

export const openapiCustom: Cases = {
  'a custom kind is told with all that its schema says': async (api) => {
    await define(api, rich)
    await until(api, kinds(api))
  },

  'a custom kind without a schema to speak of is told': async (api) => {
    await define(api, { type: 'object', 'x-kubernetes-preserve-unknown-fields': true })
    await until(api, kinds(api))
  },

  'fields that can be selected by are told': async (api) => {
    const schema = {
      type: 'object',
      properties: { spec: { type: 'object', properties: { a: { type: 'string' } } } },
    }
    await define(api, schema, { selectableFields: [{ jsonPath: '.spec.a' }] })
    await until(api, kinds(api))
  },

  'the operations of a custom kind are told': async (api) => {
    const scale = { specReplicasPath: '.spec.size', statusReplicasPath: '.status.size' }
    await define(api, rich, { subresources: { status: {}, scale } })
    const operations = ({ paths }: { readonly paths: Json }): unknown =>
      JSON.parse(
        JSON.stringify(paths, (key, value: unknown) =>
          key === 'description' && typeof value === 'string' && value.length > 'Unauthorized'.length
            ? undefined
            : value,
        ),
      )
    await until(api, operations)
  },

  'the document of a custom group has what it refers to': async (api) => {
    await define(api, rich)
    const names = ({ components }: Document): unknown => Object.keys(components.schemas).sort()
    await until(api, names)
  },

  'the old document leaves out what it cannot say': async (api) => {
    await define(api, rich)
    const own = ({ definitions: all }: { readonly definitions: Json }): unknown =>
      withoutEnvelope(all[nameOf(api)])
    const isThere = ({ body }: { readonly body: { readonly definitions: Json } }): boolean =>
      body.definitions[nameOf(api)] !== undefined
    ;(await api.until('/openapi/v2', isThere, { headers: { accept: 'application/json' }, show: own })).is(200)
  },

  'a document changes with the definition, and goes with it': async (api) => {
    await define(api, { type: 'object', description: 'Before.' })
    const said = ({ components: { schemas } }: Document): unknown =>
      (schemas[nameOf(api)] as Json)['description']
    const first = await until(api, said)
    const etag = String(first.headers['etag'])
    const path = `${definitions}/gadgets.${groupOf(api)}`
    const changed = [
      { op: 'replace', path: '/spec/versions/0/schema/openAPIV3Schema/description', value: 'After.' },
    ]
    ;(await api.patch(path, 'json', changed, { show: () => undefined })).is(200)
    const isNew = ({ body }: { readonly body: Document }): boolean => said(body) === 'After.'
    const second = await api.until(documentOf(api), isNew, { show: said })
    if (String(second.headers['etag']) === etag) throw new Error('the etag has not changed')
    const known = { headers: { 'if-none-match': String(second.headers['etag']) } }
    ;(await api.get(documentOf(api), known)).is(304)
    ;(await api.delete(path, undefined, { show: () => undefined })).is(200)
    await api.until(documentOf(api), ({ status }) => status === 404)
  },
}
