import type { Cases } from '../../conformance-case.ts'
import { anyOrder, define, widget } from './definition.ts'

export const shape: Cases = {
  'what a schema does not know is dropped': async (api) => {
    const path = await define(api, {
      schema: {
        type: 'object',
        properties: {
          a: { type: 'object', properties: { known: { type: 'string' } } },
          list: { type: 'array', items: { type: 'object', properties: { x: { type: 'integer' } } } },
          map: {
            type: 'object',
            additionalProperties: { type: 'object', properties: { x: { type: 'integer' } } },
          },
        },
      },
    })
    const made = await api.post(
      path,
      widget(
        api,
        'a',
        {
          odd: 1,
          a: { known: 'x', odd: true },
          list: [{ x: 1, odd: 1 }, {}],
          map: { k: { x: 1, odd: 1 } },
        },
        { odd: 'root' },
      ),
    )
    made.is(201, { odd: undefined, spec: { odd: undefined, a: { known: 'x', odd: undefined } } })
    const patched = await api.patch(`${path}/a`, 'merge', { spec: { odd: 2, a: { odd: 2 } } })
    patched.is(200, { metadata: { generation: 1, resourceVersion: made.body.metadata.resourceVersion } })
  },

  'where unknown fields are preserved, everything is kept': async (api) => {
    const path = await define(api, {
      schema: {
        type: 'object',
        'x-kubernetes-preserve-unknown-fields': true,
        properties: {
          strict: { type: 'object', properties: { known: { type: 'string' } } },
          free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
          open: { type: 'object', additionalProperties: true },
          any: { 'x-kubernetes-preserve-unknown-fields': true },
        },
      },
    })
    const made = await api.post(
      path,
      widget(api, 'a', {
        odd: { deep: [1] },
        strict: { known: 'x', odd: 1 },
        free: { a: { b: 1 } },
        open: { a: { b: 1 } },
        any: [1, 'a', null],
      }),
    )
    made.is(201, {
      spec: { odd: { deep: [1] }, strict: { odd: undefined }, free: { a: { b: 1 } }, any: [1, 'a', null] },
    })
  },

  'defaults are filled in, on writes and for objects that are there already': async (api) => {
    const path = await define(api, {
      schema: {
        type: 'object',
        properties: {
          replicas: { type: 'integer', default: 1 },
          nested: {
            type: 'object',
            default: {},
            properties: { mode: { type: 'string', default: 'auto' }, other: { type: 'string' } },
          },
          absent: { type: 'object', properties: { x: { type: 'integer', default: 5 } } },
          list: {
            type: 'array',
            items: { type: 'object', properties: { port: { type: 'integer', default: 80 } } },
          },
        },
      },
    })
    const made = await api.post(path, widget(api, 'a', { list: [{}, { port: 1 }] }))
    made.is(201, {
      spec: { replicas: 1, nested: { mode: 'auto' }, absent: undefined, list: [{ port: 80 }, { port: 1 }] },
    })
    const noSpec = await api.post(path, widget(api, 'b', undefined))
    noSpec.is(201, { spec: undefined })
    const emptied = await api.patch(`${path}/a`, 'merge', { spec: { replicas: null, absent: {} } })
    emptied.is(200, { spec: { replicas: 1, absent: { x: 5 } } })
    const explicit = await api.post(path, widget(api, 'c', { replicas: 0, nested: { mode: '' } }))
    explicit.is(201, { spec: { replicas: 0, nested: { mode: '' } } })
  },

  'a null is dropped, kept where it may be, or replaced by the default': async (api) => {
    const path = await define(api, {
      schema: {
        type: 'object',
        properties: {
          plain: { type: 'string' },
          nullable: { type: 'string', nullable: true },
          defaulted: { type: 'string', default: 'x' },
          both: { type: 'string', nullable: true, default: 'x' },
          list: { type: 'array', nullable: true, items: { type: 'string' } },
        },
      },
    })
    const made = await api.post(
      path,
      widget(api, 'a', { plain: null, nullable: null, defaulted: null, both: null, list: null }),
    )
    made.is(201, { spec: { plain: undefined, nullable: null, defaulted: 'x', both: null, list: null } })
    const read = await api.get(`${path}/a`)
    read.is(200, { spec: { nullable: null, both: null } })
    const required = await define(api, {
      plural: 'gadgets',
      names: { kind: 'Gadget', listKind: 'GadgetList', singular: 'gadget' },
      schema: { type: 'object', required: ['plain'], properties: { plain: { type: 'string' } } },
    })
    const missing = await api.post(required, { ...widget(api, 'a', { plain: null }), kind: 'Gadget' })
    missing.is(422, { reason: 'Invalid' })
  },

  'an int-or-string is one of the two': async (api) => {
    const path = await define(api, {
      schema: {
        type: 'object',
        properties: {
          port: { 'x-kubernetes-int-or-string': true },
          bounded: {
            'x-kubernetes-int-or-string': true,
            anyOf: [{ type: 'integer' }, { type: 'string' }],
            pattern: '^[0-9]+%$',
          },
        },
      },
    })
    const made = await api.post(path, widget(api, 'a', { port: 80, bounded: '5%' }))
    made.is(201, { spec: { port: 80, bounded: '5%' } })
    const text = await api.post(path, widget(api, 'b', { port: 'http', bounded: 7 }))
    text.is(201)
    const bool = await api.post(path, widget(api, 'c', { port: true }))
    bool.is(422, { reason: 'Invalid' })
    const fraction = await api.post(path, widget(api, 'd', { port: 1.5, bounded: 'x' }), { show: anyOrder })
    fraction.is(422)
  },

  'an embedded resource is an object with a kind of its own': async (api) => {
    const path = await define(api, {
      schema: {
        type: 'object',
        properties: {
          template: {
            type: 'object',
            'x-kubernetes-embedded-resource': true,
            properties: { spec: { type: 'object', properties: { a: { type: 'string' } } } },
          },
          any: {
            type: 'object',
            'x-kubernetes-embedded-resource': true,
            'x-kubernetes-preserve-unknown-fields': true,
          },
        },
      },
    })
    const template = {
      apiVersion: 'v1',
      kind: 'X',
      metadata: { name: 'a', labels: { a: 'b' } },
      spec: { a: 'x', odd: 1 },
    }
    const made = await api.post(path, widget(api, 'a', { template, any: { ...template, odd: 1 } }))
    made.is(201, { spec: { template: { spec: { odd: undefined } }, any: { odd: 1 } } })
    const noKind = await api.post(path, widget(api, 'b', { template: { spec: {} } }), { show: anyOrder })
    noKind.is(422, { reason: 'Invalid' })
    const badMeta = await api.post(
      path,
      widget(api, 'c', {
        any: { apiVersion: 'a/b/c', kind: 'x y', metadata: { name: 'A_', labels: { 'a b': 'c' } } },
      }),
      { show: anyOrder },
    )
    badMeta.is(422)
  },

  'unknown fields are warned of, refused, or passed over, as asked': async (api) => {
    const path = await define(api, {
      schema: { type: 'object', properties: { a: { type: 'string' } } },
    })
    const warned = await api.post(path, widget(api, 'a', { a: 'x', odd: 1, more: { b: 1 } }))
    warned.is(201)
    const strict = await api.post(
      `${path}?fieldValidation=Strict`,
      widget(api, 'b', { a: 'x', odd: 1, more: 2 }),
    )
    strict.is(400, { reason: 'BadRequest' })
    const ignored = await api.post(`${path}?fieldValidation=Ignore`, widget(api, 'c', { odd: 1 }))
    ignored.is(201)
    const nested = await api.patch(`${path}/a`, 'merge', { spec: { odd: 1 } })
    nested.is(200)
    const wrong = await api.post(`${path}?fieldValidation=Loose`, widget(api, 'd', {}))
    wrong.is(422)
  },

  'fields that come twice are warned of or refused': async (api) => {
    const path = await define(api, {
      schema: { type: 'object', properties: { a: { type: 'string' } } },
    })
    const text = (name: string): string =>
      JSON.stringify(widget(api, name, { a: 'x' })).replace('"a":"x"', '"a":"x","a":"y"')
    const warned = await api.post(path, text('a'))
    warned.is(201, { spec: { a: 'y' } })
    const strict = await api.post(`${path}?fieldValidation=Strict`, text('b'))
    strict.is(400, { reason: 'BadRequest' })
    const ignored = await api.post(`${path}?fieldValidation=Ignore`, text('c'))
    ignored.is(201)
  },

  'metadata of a custom object is checked as that of any': async (api) => {
    const path = await define(api)
    const name = await api.post(path, widget(api, 'Not_A_Name', {}))
    name.is(422, { reason: 'Invalid' })
    const none = await api.post(path, widget(api, '', {}))
    none.is(422)
    const labels = await api.post(
      path,
      widget(
        api,
        'a',
        {},
        { metadata: { name: 'a', labels: { 'a b': 'c', ok: '-' }, annotations: { 'x y': 'z' } } },
      ),
      { show: anyOrder },
    )
    labels.is(422)
    const type = await api.post(path, widget(api, 'a', {}, { metadata: { name: 'a', labels: { a: 1 } } }))
    type.is(400)
    const finalizer = await api.post(
      path,
      widget(api, 'a', {}, { metadata: { name: 'a', finalizers: ['plain'] } }),
    )
    finalizer.is(201)
    const generated = await api.post(path, widget(api, '', {}, { metadata: { generateName: 'x-' } }))
    generated.is(201, { metadata: { name: /^x-.{5}$/ } })
    const odd = await api.post(path, widget(api, 'b', {}, { metadata: { name: 'b', odd: 1 } }))
    odd.is(201, { metadata: { odd: undefined } })
  },

  'a body of another kind, version or name is a BadRequest': async (api) => {
    const path = await define(api)
    const kind = await api.post(path, { ...widget(api, 'a', {}), kind: 'Gadget' })
    kind.is(422, { reason: 'Invalid' })
    const version = await api.post(path, { ...widget(api, 'a', {}), apiVersion: 'v1' })
    version.is(400)
    const noKind = await api.post(path, { metadata: { name: 'a' } }, { show: anyOrder })
    noKind.is(400)
    const made = await api.post(path, widget(api, 'a', {}))
    const renamed = await api.put(`${path}/a`, {
      ...made.body,
      metadata: { ...made.body.metadata, name: 'b' },
    })
    renamed.is(400)
    const noVersion = await api.put(`${path}/a`, widget(api, 'a', { x: 1 }))
    noVersion.is(422)
    const strategic = await api.patch(`${path}/a`, 'strategic', { spec: { x: 1 } })
    strategic.is(415)
  },
}
