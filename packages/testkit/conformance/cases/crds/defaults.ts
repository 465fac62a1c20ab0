import type { CaseApi } from '../../case-api.ts'
import type { Cases } from '../../conformance-case.ts'
import { anyOrder, define, definition, definitions, groupOf, widget } from './definition.ts'

const text = { type: 'string' }

/** Posts a definition whose `spec` has these properties, and shows why it is refused. */
const refused = async (api: CaseApi, properties: object, more: object = {}): Promise<void> => {
  const schema = { type: 'object', properties, ...more }
  const made = await api.post(definitions, definition(api, { schema }), { show: anyOrder })
  made.is(422, { reason: 'Invalid' })
}

/** The same of the schema of the whole object. */
const refusedRoot = async (api: CaseApi, root: object): Promise<void> => {
  const versions = [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: root } }]
  const made = await api.post(definitions, definition(api, { versions }), { show: anyOrder })
  made.is(422, { reason: 'Invalid' })
}

export const defaults: Cases = {
  'a default has the type of its field': async (api) => {
    await refused(api, { a: { type: 'integer', default: 'one' } })
    await refused(api, { a: { type: 'string', default: 1 } })
    await refused(api, { a: { type: 'object', properties: { b: text }, default: 'x' } })
    await refused(api, { a: { type: 'array', items: text, default: { a: 'b' } } })
  },

  'a default keeps to the bounds of its field': async (api) => {
    await refused(api, { a: { type: 'integer', minimum: 3, default: 1 } })
    await refused(api, { a: { type: 'string', enum: ['x', 'y'], default: 'z' } })
    await refused(api, { a: { type: 'string', pattern: '^[a-z]+$', default: 'A' } })
    await refused(api, { a: { type: 'string', maxLength: 2, default: 'abc' } })
    await refused(api, { a: { type: 'array', items: text, maxItems: 1, default: ['a', 'b'] } })
  },

  'a default has no field that is not known': async (api) => {
    await refused(api, { a: { type: 'object', properties: { b: text }, default: { b: 'x', c: 'y' } } })
    await refused(api, {
      a: {
        type: 'array',
        items: { type: 'object', properties: { b: text } },
        default: [{ b: 'x' }, { other: 'y' }],
      },
    })
  },

  'a default has what is required below it': async (api) => {
    await refused(api, {
      a: { type: 'object', properties: { b: text, c: text }, required: ['c'], default: { b: 'x' } },
    })
  },

  'defaults are judged one by one, in items and below': async (api) => {
    await refused(api, {
      list: {
        type: 'array',
        items: { type: 'object', properties: { b: { type: 'integer', default: 'x' } } },
      },
      deep: {
        type: 'object',
        properties: { c: { type: 'object', properties: { d: { type: 'boolean', default: 'yes' } } } },
      },
    })
  },

  'a default of null is one only where null may be': async (api) => {
    await refused(api, {
      a: { type: 'string', default: null, minLength: 1 },
      b: { type: 'integer', default: 'x' },
    })
    const path = await define(api, {
      schema: {
        type: 'object',
        properties: {
          a: { type: 'string', nullable: true, default: 'x' },
          b: { type: 'string', default: 'y' },
        },
      },
    })
    const made = await api.post(path, widget(api, 'a', { a: null, b: null }))
    made.is(201, { spec: { a: null, b: 'y' } })
  },

  'a default obeys the rules of its field': async (api) => {
    await refused(api, {
      a: {
        type: 'integer',
        default: 1,
        'x-kubernetes-validations': [{ rule: 'self > 2', message: 'a is too small' }],
      },
    })
    await refused(api, {
      a: {
        type: 'object',
        properties: { b: { type: 'integer' } },
        default: { b: 7 },
        'x-kubernetes-validations': [{ rule: 'self.b < 5', message: 'b is too large' }],
      },
    })
  },

  'there are no defaults in the metadata of an object, and none of its kind': async (api) => {
    await refusedRoot(api, {
      type: 'object',
      properties: {
        metadata: { type: 'object', properties: { name: { type: 'string', default: 'x' } } },
      },
    })
    await refusedRoot(api, {
      type: 'object',
      properties: {
        kind: { type: 'string', default: 'Widget' },
        apiVersion: { type: 'string', default: 'v1' },
      },
    })
  },

  'a default of an embedded resource is one': async (api) => {
    const embedded = { type: 'object', 'x-kubernetes-embedded-resource': true }
    await refused(api, {
      a: {
        ...embedded,
        'x-kubernetes-preserve-unknown-fields': true,
        default: { apiVersion: 'v1', metadata: { name: 'a' } },
      },
    })
    await refused(api, {
      a: {
        ...embedded,
        properties: { spec: { type: 'object' } },
        default: { apiVersion: 'v1', kind: 'X Y', metadata: { labels: { '-a': 'b' } } },
      },
    })
  },

  'metadata is restricted to the name': async (api) => {
    const metadata = (properties: object, more: object = {}) => ({
      type: 'object',
      properties: { metadata: { type: 'object', properties, ...more } },
    })
    await refusedRoot(api, metadata({ labels: { type: 'object', additionalProperties: text } }))
    await refusedRoot(api, metadata({ name: { type: 'string', maxLength: 5 } }, { required: ['name'] }))
    await refusedRoot(api, { type: 'object', properties: { metadata: { type: 'string' } } })
    await refusedRoot(api, {
      type: 'object',
      properties: { apiVersion: { type: 'integer' }, kind: { type: 'object' } },
    })
  },

  'a name may be restricted by the schema': async (api) => {
    const versions = [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              metadata: {
                type: 'object',
                properties: { name: { type: 'string', maxLength: 4, pattern: '^w' } },
              },
            },
          },
        },
      },
    ]
    const path = await define(api, { versions })
    const long = await api.post(path, widget(api, 'widget', undefined), { show: anyOrder })
    long.is(422)
    const other = await api.post(path, widget(api, 'a', undefined))
    other.is(422)
    const fits = await api.post(path, widget(api, 'w1', undefined))
    fits.is(201)
  },

  'extensions contradict each other': async (api) => {
    await refused(api, {
      a: { 'x-kubernetes-int-or-string': true, 'x-kubernetes-preserve-unknown-fields': true },
    })
    await refused(api, { a: { type: 'object', 'x-kubernetes-preserve-unknown-fields': false } })
    await refused(api, { a: { type: 'string', 'x-kubernetes-map-type': 'atomic' } })
    await refused(api, {
      a: {
        type: 'object',
        'x-kubernetes-embedded-resource': true,
        'x-kubernetes-preserve-unknown-fields': true,
        additionalProperties: text,
      },
    })
    await refusedRoot(api, { type: 'object', additionalProperties: text })
    await refusedRoot(api, { type: 'object', nullable: true })
  },

  'keys of a list that is a map are plain values, never null, and named once': async (api) => {
    const list = (keys: readonly string[], items: object) => ({
      a: {
        type: 'array',
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': keys,
        items: { type: 'object', ...items },
      },
    })
    await refused(api, list(['k'], { properties: { k: { type: 'object' } }, required: ['k'] }))
    await refused(api, list(['k', 'k'], { properties: { k: text }, required: ['k'] }))
    await refused(
      api,
      list(['k'], { properties: { k: { type: 'string', nullable: true } }, required: ['k'] }),
    )
    await refused(api, list(['k'], { nullable: true, properties: { k: text }, required: ['k'] }))
    await refused(api, {
      a: {
        type: 'array',
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['k'],
        items: { type: 'string' },
      },
    })
    await refused(api, {
      a: {
        type: 'array',
        'x-kubernetes-list-type': 'set',
        items: { type: 'array', 'x-kubernetes-list-type': 'set', items: text },
      },
    })
  },

  'branches of a schema have no extensions': async (api) => {
    await refused(api, {
      a: {
        type: 'object',
        properties: { b: text },
        allOf: [
          { 'x-kubernetes-validations': [{ rule: 'true' }] },
          { properties: { b: { type: 'string' } } },
        ],
      },
    })
    await refused(api, {
      a: {
        type: 'object',
        properties: { b: text },
        anyOf: [{ properties: { c: { minLength: 1 } } }],
        not: { 'x-kubernetes-preserve-unknown-fields': true, nullable: true },
      },
    })
  },

  'a group of Kubernetes needs an approval': async (api) => {
    const protectedGroup = (annotations?: object) => ({
      ...definition(api, { spec: { group: `${groupOf(api)}.k8s.io` } }),
      metadata: {
        name: `widgets.${groupOf(api)}.k8s.io`,
        ...(annotations === undefined ? {} : { annotations }),
      },
    })
    const key = 'api-approved.kubernetes.io'
    const none = await api.post(definitions, protectedGroup())
    none.is(422)
    const wrong = await api.post(definitions, protectedGroup({ [key]: 'yes' }))
    wrong.is(422)
    const made = await api.post(definitions, protectedGroup({ [key]: 'unapproved, for a test' }), {
      show: ({ kind }) => ({ kind }),
    })
    made.is(201)
    await api.until(
      `${definitions}/widgets.${groupOf(api)}.k8s.io`,
      ({ body }) =>
        body.status?.conditions?.length === 3 &&
        body.status.conditions.some(
          ({ type, status }: Record<string, string>) => type === 'Established' && status === 'True',
        ),
      {
        show: ({ status }) =>
          status.conditions
            .map(({ type, status: is, reason, message }: Record<string, string>) => ({
              type,
              status: is,
              reason,
              message,
            }))
            .toSorted((left: { type: string }, right: { type: string }) => (left.type < right.type ? -1 : 1)),
      },
    )
  },
}
