import type { Cases } from '../../conformance-case.ts'
import { define, definition, definitions, groupOf, served, versionOf, widget } from './definition.ts'

interface Condition {
  readonly type: string
  readonly status: string
}

const isEstablished = ({ body }: { body: { status?: { conditions?: readonly Condition[] } } }): boolean =>
  body.status?.conditions?.some(({ type, status }) => type === 'Established' && status === 'True') ?? false

export const definitionCases: Cases = {
  'a definition is answered before its names are accepted, and is established then': async (api) => {
    const wanted = definition(api, {
      names: { singular: undefined, listKind: undefined, shortNames: ['wd'] },
    })
    const made = await api.post(definitions, wanted)
    made.is(201, {
      metadata: { generation: 1 },
      spec: { names: { singular: 'widget', listKind: 'WidgetList' }, conversion: { strategy: 'None' } },
      status: { storedVersions: ['v1'] },
    })
    const path = `${definitions}/${wanted.metadata.name}`
    const established = await api.until(path, isEstablished)
    established.is(200, { status: { acceptedNames: { kind: 'Widget', shortNames: ['wd'] } } })
    await served(api)
  },

  'a definition is named after its plural and group': async (api) => {
    const wanted = definition(api)
    const misnamed = await api.post(definitions, { ...wanted, metadata: { name: 'gadgets.example.com' } })
    misnamed.is(422, { reason: 'Invalid' })
    const upper = await api.post(definitions, definition(api, { plural: 'Widgets' }))
    upper.is(422)
    const kind = await api.post(
      definitions,
      definition(api, { names: { kind: 'a widget', listKind: 'Widget' } }),
    )
    kind.is(422)
    const same = await api.post(definitions, definition(api, { names: { listKind: 'Widget' } }))
    same.is(422)
  },

  'a definition needs a group, names, a scope and a version': async (api) => {
    const wanted = definition(api)
    const nothing = await api.post(definitions, { ...wanted, spec: {} })
    nothing.is(422, { reason: 'Invalid' })
    const scope = await api.post(definitions, definition(api, { spec: { scope: 'Galaxy' } }))
    scope.is(422)
    const noVersions = await api.post(definitions, definition(api, { versions: [] }))
    noVersions.is(422)
  },

  'exactly one version is stored, and versions have different names': async (api) => {
    const none = await api.post(
      definitions,
      definition(api, { versions: [versionOf('v1', {}, { storage: false })] }),
    )
    none.is(422, { reason: 'Invalid' })
    const two = await api.post(
      definitions,
      definition(api, {
        versions: [versionOf('v1', { type: 'object' }), versionOf('v2', { type: 'object' })],
      }),
    )
    two.is(422)
    const same = await api.post(
      definitions,
      definition(api, {
        versions: [
          versionOf('v1', { type: 'object' }),
          versionOf('v1', { type: 'object' }, { storage: false }),
        ],
      }),
    )
    same.is(422)
    const name = await api.post(
      definitions,
      definition(api, { versions: [versionOf('V1', { type: 'object' })] }),
    )
    name.is(422)
  },

  'a version needs a schema': async (api) => {
    const none = await api.post(
      definitions,
      definition(api, { versions: [{ name: 'v1', served: true, storage: true }] }),
    )
    none.is(422, { reason: 'Invalid' })
    const empty = await api.post(definitions, definition(api, { version: { schema: {} } }))
    empty.is(422)
    const noType = await api.post(
      definitions,
      definition(api, { version: { schema: { openAPIV3Schema: {} } } }),
    )
    noType.is(422)
    const text = await api.post(
      definitions,
      definition(api, { version: { schema: { openAPIV3Schema: { type: 'string' } } } }),
    )
    text.is(422)
  },

  'a schema is structural: types everywhere, and no more in its branches': async (api) => {
    const post = (schema: object) => api.post(definitions, definition(api, { schema }))
    const noType = await post({ type: 'object', properties: { a: {}, b: { items: {}, type: 'array' } } })
    noType.is(422, { reason: 'Invalid' })
    const odd = await post({ type: 'object', properties: { a: { type: 'text' } } })
    odd.is(422)
    const branch = await post({
      type: 'object',
      anyOf: [{ properties: { a: { type: 'string', description: 'x' }, b: { minimum: 1 } } }],
      properties: { a: { type: 'string' } },
    })
    branch.is(422)
    const both = await post({
      type: 'object',
      properties: { a: { type: 'string' } },
      additionalProperties: { type: 'string' },
    })
    both.is(422)
    const noItems = await post({ type: 'object', properties: { a: { type: 'array' } } })
    noItems.is(422)
  },

  'what a schema may not use is refused': async (api) => {
    const post = (schema: object) => api.post(definitions, definition(api, { schema }))
    const unique = await post({
      type: 'object',
      properties: { a: { type: 'array', uniqueItems: true, items: { type: 'string' } } },
    })
    unique.is(422, { reason: 'Invalid' })
    const reference = await post({ type: 'object', properties: { a: { $ref: '#/x', type: 'string' } } })
    reference.is(422)
    const defaulted = await post({
      type: 'object',
      properties: { a: { type: 'integer', default: 'x' }, b: { type: 'string', pattern: '(' } },
    })
    defaulted.is(422)
  },

  'x-kubernetes extensions have their rules': async (api) => {
    const post = (a: object) =>
      api.post(definitions, definition(api, { schema: { type: 'object', properties: { a } } }))
    const onText = await post({ type: 'string', 'x-kubernetes-list-type': 'set' })
    onText.is(422, { reason: 'Invalid' })
    const noKeys = await post({
      type: 'array',
      'x-kubernetes-list-type': 'map',
      items: { type: 'object', properties: { name: { type: 'string' } } },
    })
    noKeys.is(422)
    const optionalKey = await post({
      type: 'array',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['name'],
      items: { type: 'object', properties: { name: { type: 'string' } } },
    })
    optionalKey.is(422)
    const wrongListType = await post({
      type: 'array',
      'x-kubernetes-list-type': 'bag',
      items: { type: 'string' },
    })
    wrongListType.is(422)
    const embedded = await post({ type: 'string', 'x-kubernetes-embedded-resource': true })
    embedded.is(422)
    const setOfObjects = await post({
      type: 'array',
      'x-kubernetes-list-type': 'set',
      items: { type: 'object', properties: { a: { type: 'string' } } },
    })
    setOfObjects.is(422)
  },

  'scope, group and names stay; a changed schema is a new generation': async (api) => {
    await define(api)
    const path = `${definitions}/widgets.${groupOf(api)}`
    const established = await api.until(path, isEstablished)
    const scope = await api.patch(path, 'merge', { spec: { scope: 'Cluster' } })
    scope.is(422, { reason: 'Invalid' })
    const kind = await api.patch(path, 'merge', {
      spec: { names: { kind: 'Gadget', listKind: 'GadgetList' } },
    })
    kind.is(422)
    const short = await api.patch(path, 'merge', { spec: { names: { shortNames: ['wd'] } } })
    short.is(200, { metadata: { generation: 2 } })
    await api.until(path, ({ body }) => body.status.acceptedNames.shortNames !== undefined)
    const group = await api.patch(path, 'merge', { spec: { group: 'other.example.com' } })
    group.is(422)
    const noVersion = await api.put(path, {
      ...definition(api),
      metadata: { name: `widgets.${groupOf(api)}` },
    })
    noVersion.is(422)
    const labelled = await api.patch(path, 'merge', { metadata: { labels: { a: 'b' } } })
    labelled.is(200, { metadata: { generation: 2 } })
    established.is(200, { metadata: { generation: 1 } })
  },

  'a version that objects may be stored in cannot be taken away': async (api) => {
    await define(api, {
      versions: [versionOf('v1'), versionOf('v2', undefined, { storage: false })],
    })
    const path = `${definitions}/widgets.${groupOf(api)}`
    const moved = await api.patch(path, 'merge', {
      spec: { versions: [versionOf('v1', undefined, { storage: false }), versionOf('v2')] },
    })
    moved.is(200, { status: { storedVersions: ['v1', 'v2'] } })
    const gone = await api.patch(path, 'merge', { spec: { versions: [versionOf('v2')] } })
    gone.is(422, { reason: 'Invalid' })
    const both = await api.patch(`${path}/status`, 'merge', { status: { storedVersions: ['v2', 'v3'] } })
    both.is(200)
    const migrated = await api.patch(`${path}/status`, 'merge', { status: { storedVersions: ['v2'] } })
    migrated.is(200, { status: { storedVersions: ['v2'] } })
    const dropped = await api.patch(path, 'merge', { spec: { versions: [versionOf('v2')] } })
    dropped.is(200)
  },

  'a definition whose names are taken is not established': async (api) => {
    await define(api, { names: { shortNames: ['wd'] } })
    const second = definition(api, { plural: 'gadgets', names: { shortNames: ['wd'] } })
    await api.post(definitions, second, { show: ({ kind }) => ({ kind }) })
    const path = `${definitions}/${second.metadata.name}`
    const refused = await api.until(path, ({ body }) => (body.status?.conditions?.length ?? 0) > 0)
    refused.is(200, {
      status: { conditions: [{ type: 'NamesAccepted', status: 'False' }, { status: 'False' }] },
    })
    const objects = await api.get(api.in(`${groupOf(api)}/v1/gadgets`))
    objects.is(404)
    await api.patch(path, 'merge', {
      spec: { names: { singular: 'gadget', kind: 'Gadget', listKind: 'GadgetList', shortNames: ['gd'] } },
    })
    const accepted = await api.until(path, isEstablished)
    accepted.is(200, { status: { acceptedNames: { kind: 'Gadget' } } })
  },

  'deleting a definition deletes its objects and waits for their finalizers': async (api) => {
    const path = await define(api)
    const hold = 'example.com/hold'
    await api.post(path, widget(api, 'a', { x: 1 }, { metadata: { name: 'a', finalizers: [hold] } }))
    await api.post(path, widget(api, 'b', { x: 1 }))
    const at = `${definitions}/widgets.${groupOf(api)}`
    await api.until(at, isEstablished, { show: () => 'established' })
    const marked = await api.delete(at)
    marked.is(200, {
      kind: 'CustomResourceDefinition',
      metadata: { finalizers: ['customresourcecleanup.apiextensions.k8s.io'] },
    })
    await api.until(`${path}/b`, ({ status }) => status === 404)
    const held = await api.get(`${path}/a`)
    held.is(200, { metadata: { deletionTimestamp: /Z$/ } })
    const late = await api.post(path, widget(api, 'c', {}))
    late.is(403, { reason: 'Forbidden' })
    await api.patch(`${path}/a`, 'merge', { metadata: { finalizers: null } })
    await api.until(at, ({ status }) => status === 404)
    const gone = await api.until(path, ({ status }) => status === 404)
    gone.is(404)
  },
}
