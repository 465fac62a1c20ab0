import type { Cases } from '../../conformance-case.ts'
import { define, definition, definitions, groupOf, served, versionOf, widget } from '../crds/definition.ts'
import { apply, force, managersOf } from './objects.ts'

const text = { type: 'string' }
const number = { type: 'integer' }
const object = (properties: object, more: object = {}) => ({ type: 'object', properties, ...more })
const preserve = { 'x-kubernetes-preserve-unknown-fields': true }

const map = (keys: readonly string[], properties: object) => ({
  type: 'array',
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': keys,
  items: object(properties, { required: keys }),
})

export const custom: Cases = {
  'without list types a list is one value, and objects are merged': async (api) => {
    const path = await define(api, {
      schema: object({ list: { type: 'array', items: text }, inner: object({ a: text, b: text }) }),
    })
    await apply(api, `${path}/a`, 'a', widget(api, 'a', { list: ['x'], inner: { a: '1' } }))
    await apply(api, `${path}/a`, 'b', widget(api, 'a', { inner: { b: '1' } }))
    ;(await apply(api, `${path}/a`, 'b', widget(api, 'a', { list: ['y'] }))).is(409)
    ;(await apply(api, `${path}/a`, 'a', widget(api, 'a', { inner: {} }))).is(200)
    // the last field of an object leaves null behind
    ;(await apply(api, `${path}/a`, 'b', widget(api, 'a', {}))).is(422)
    await apply(api, `${path}/a`, 'b', { ...widget(api, 'a', {}), spec: undefined })
  },

  'lists that are maps and sets are merged': async (api) => {
    const path = await define(api, {
      schema: object({
        items: map(['name', 'port'], { name: text, port: { ...number, default: 80 }, value: text }),
        set: { type: 'array', 'x-kubernetes-list-type': 'set', items: text },
        numbers: { type: 'array', 'x-kubernetes-list-type': 'set', items: number },
      }),
    })
    const item = (name: string, more: object = {}) => ({ name, ...more })
    await apply(
      api,
      `${path}/a`,
      'a',
      widget(api, 'a', { items: [item('x'), item('y', { port: 1 })], set: ['b', 'a'], numbers: [3, 10, 2] }),
    )
    await apply(
      api,
      `${path}/a`,
      'b',
      widget(api, 'a', { items: [item('x', { port: 80, value: 'v' })], set: ['c', 'b'], numbers: [1] }),
    )
    ;(await apply(api, `${path}/a`, 'a', widget(api, 'a', { items: [item('x', { value: 'w' })] }))).is(409)
    await apply(api, `${path}/a`, 'a', widget(api, 'a', { set: ['c'] }))
    ;(await apply(api, `${path}/a`, 'b', widget(api, 'a', {}))).is(200)
    await apply(api, `${path}/a`, 'a', widget(api, 'a', {}))
  },

  'maps and structs that are one value': async (api) => {
    const path = await define(api, {
      schema: object({
        whole: { type: 'object', 'x-kubernetes-map-type': 'atomic', additionalProperties: text },
        parts: { type: 'object', additionalProperties: text },
        nested: { type: 'object', additionalProperties: object({ a: text, b: text }) },
      }),
    })
    await apply(
      api,
      `${path}/a`,
      'a',
      widget(api, 'a', { whole: { a: '1' }, parts: { a: '1' }, nested: { n: { a: '1' } } }),
    )
    ;(await apply(api, `${path}/a`, 'b', widget(api, 'a', { whole: { b: '1' } }))).is(409)
    ;(
      await apply(
        api,
        `${path}/a`,
        'b',
        widget(api, 'a', { parts: { b: '1' }, nested: { n: { b: '1' }, m: {} } }),
      )
    ).is(200)
    ;(await apply(api, `${path}/a`, 'a', widget(api, 'a', { nested: { n: {} } }))).is(200)
    ;(await apply(api, `${path}/a`, 'a', widget(api, 'a', {}))).is(200)
  },

  'what no schema describes is merged by its values': async (api) => {
    const path = await define(api, {
      schema: object(
        {
          free: { type: 'object', ...preserve },
          any: preserve,
          number: { 'x-kubernetes-int-or-string': true },
        },
        preserve,
      ),
    })
    await apply(
      api,
      `${path}/a`,
      'a',
      widget(api, 'a', {
        free: { deep: { er: [1] } },
        any: { x: { y: 1 } },
        number: 1,
        unknown: { z: true },
      }),
    )
    await apply(
      api,
      `${path}/a`,
      'b',
      widget(api, 'a', { free: { deep: { other: 1 } }, any: { x: { w: [] } } }),
    )
    ;(await apply(api, `${path}/a`, 'b', widget(api, 'a', { any: 'text' }), force)).is(200)
    await apply(api, `${path}/a`, 'b', widget(api, 'a', { number: '2', any: [1] }), force)
    await apply(api, `${path}/a`, 'a', widget(api, 'a', {}))
  },

  'an embedded resource has metadata as any': async (api) => {
    const path = await define(api, {
      schema: object({ template: { type: 'object', 'x-kubernetes-embedded-resource': true, ...preserve } }),
    })
    const template = (labels: object) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'x', labels },
      spec: { a: 1 },
    })
    await apply(api, `${path}/a`, 'a', widget(api, 'a', { template: template({ a: '1' }) }))
    await apply(
      api,
      `${path}/a`,
      'b',
      widget(api, 'a', { template: { ...template({ b: '1' }), spec: { b: 1 } } }),
    )
    await apply(api, `${path}/a`, 'a', widget(api, 'a', {}))
  },

  'unknown fields and wrong types are refused': async (api) => {
    const path = await define(api, {
      schema: object({
        text,
        number,
        flag: { type: 'boolean' },
        inner: object({ a: text }),
        set: { type: 'array', 'x-kubernetes-list-type': 'set', items: text },
      }),
    })
    const refused = async (spec: unknown): Promise<void> => {
      ;(await apply(api, `${path}/a`, 'a', widget(api, 'a', spec))).is(500)
    }
    await refused({ unknown: 1 })
    await refused({ inner: { b: 1 } })
    await refused({ text: 1 })
    await refused({ number: 'x' })
    await refused({ flag: 'x' })
    await refused({ inner: [] })
    await refused({ set: ['a', 'a'] })
    await refused({ set: [{}] })
    await refused('x')
  },

  'defaults are filled in and belong to nobody': async (api) => {
    const path = await define(api, {
      schema: object({
        a: { ...text, default: 'x' },
        b: text,
        inner: object({ c: { ...number, default: 5 } }, { default: {} }),
      }),
    })
    ;(await apply(api, `${path}/a`, 'a', widget(api, 'a', { b: '1' }))).is(201, {
      spec: { a: 'x', inner: { c: 5 } },
    })
    ;(await apply(api, `${path}/a`, 'b', widget(api, 'a', { a: 'y' }))).is(200)
    ;(await apply(api, `${path}/a`, 'b', widget(api, 'a', {}))).is(200, { spec: { a: 'x' } })
    await api.post(path, widget(api, 'made', { b: '1' }))
    ;(await apply(api, `${path}/made`, 'b', widget(api, 'made', { a: 'y' }))).is(409)
  },

  'status is applied by its own path': async (api) => {
    const path = await define(api, { version: { subresources: { status: {} } } })
    const status = (value: object, spec: object = {}) => widget(api, 'a', spec, { status: value })
    await apply(api, `${path}/a`, 'a', status({ x: 1 }, { s: 1 }))
    await apply(api, `${path}/a/status`, 'a', status({ x: 1, y: { z: 1 } }, { s: 2 }))
    await apply(api, `${path}/a/status`, 'b', status({ y: { w: 1 } }))
    ;(await apply(api, `${path}/a/status`, 'b', status({ x: 2 }))).is(409)
    await apply(api, `${path}/a/status`, 'a', status({}))
    await api.patch(`${path}/a/status`, 'merge', { status: { x: 7 }, metadata: { labels: { a: 'b' } } })
    ;(await apply(api, `${path}/missing/status`, 'a', status({}))).is(404)
  },

  'entries of another version are kept in it, and its fields are the same': async (api) => {
    const spec = object({ a: text, b: text })
    const versions = [versionOf('v1', spec), versionOf('v2', spec, { storage: false })]
    const one = await define(api, { versions })
    const two = await served(api, 'widgets', 'v2')
    const second = (fields: object) => ({ ...widget(api, 'a', fields), apiVersion: `${groupOf(api)}/v2` })
    await apply(api, `${one}/a`, 'a', widget(api, 'a', { a: '1' }))
    await apply(api, `${two}/a`, 'b', second({ b: '1' }))
    ;(await apply(api, `${two}/a`, 'b', second({ a: '2' }))).is(409)
    await apply(api, `${two}/a`, 'a', second({ a: '2' }))
    await api.patch(`${one}/a`, 'merge', { spec: { b: '2' } })
    await api.patch(`${two}/a`, 'merge', { spec: { b: '3' } })
    ;(await apply(api, `${one}/a`, 'a', second({ a: '2' }))).is(400)
    await api.get(`${one}/a`)
  },

  'entries of a version that is not there': async (api) => {
    const path = await define(api, { schema: object({ a: text, b: text }) })
    const made = await api.post(path, widget(api, 'a', { a: '1' }))
    const [entry] = managersOf(made)
    const gone = { ...entry, manager: 'old', apiVersion: `${groupOf(api)}/v0` }
    await api.patch(`${path}/a`, 'merge', { metadata: { managedFields: [entry, gone] } })
    await api.patch(`${path}/a`, 'merge', { metadata: { managedFields: [entry, gone] }, spec: { b: '1' } })
    await apply(api, `${path}/a`, 'a', widget(api, 'a', { b: '2' }), force)
  },

  'parts of what became one value become the whole': async (api) => {
    const inner = object({ a: text, b: text })
    const path = await define(api, { schema: object({ inner }) })
    await apply(api, `${path}/a`, 'a', widget(api, 'a', { inner: { a: '1', b: '1' } }))
    const atomic = definition(api, {
      schema: object({
        inner: { ...inner, 'x-kubernetes-map-type': 'atomic' },
        isNew: { ...text, default: 'yes' },
      }),
    })
    const [version] = atomic.spec.versions
    await api.patch(
      `${definitions}/${atomic.metadata.name}`,
      'merge',
      { spec: { versions: [version] } },
      { show: ({ kind }) => ({ kind }) },
    )
    // until the new schema is served
    await api.until(`${path}/a`, ({ body }) => body.spec.isNew === 'yes')
    ;(await apply(api, `${path}/a`, 'b', widget(api, 'a', { inner: { b: '2' } }))).is(409)
    await apply(api, `${path}/a`, 'a', widget(api, 'a', { inner: { a: '2' } }))
  },
}
