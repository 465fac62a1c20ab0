import type { CaseApi } from '../../case-api.ts'
import type { Cases } from '../../conformance-case.ts'
import { anyOrder, define, definitions, groupOf, redefine, widget } from './definition.ts'

const text = { type: 'string', maxLength: 20 }
const whole = { type: 'integer' }

const fields = (properties: object, more: object = {}) => ({ type: 'object', properties, ...more })

const ruled = (schema: object, ...rules: readonly object[]) => ({
  ...schema,
  'x-kubernetes-validations': rules,
})

/** A version whose whole schema this is. */
const version = (schema: object, more: object = {}) => ({
  name: 'v1',
  served: true,
  storage: true,
  schema: { openAPIV3Schema: schema },
  ...more,
})

/** Gives widgets a schema for all of them, root and all, and waits until the object at `path` shows it to be in force. */
const enforce = async (
  api: CaseApi,
  path: string,
  properties: object,
  more: object = {},
  subresources: object = {},
): Promise<void> => {
  const schema = fields({ ...properties, inForce: { type: 'string', default: 'yes' } }, more)
  await api.patch(
    `${definitions}/widgets.${groupOf(api)}`,
    'merge',
    { spec: { versions: [version(schema, subresources)] } },
    { show: ({ kind }) => ({ kind }) },
  )
  await api.until(path, ({ body }) => body.inForce === 'yes')
}

/** Stores a widget `a` under a schema that says nothing; answers its path. */
const stored = async (
  api: CaseApi,
  spec: unknown,
  {
    properties = {},
    more = {},
    subresources = {},
  }: { properties?: object; more?: object; subresources?: object } = {},
): Promise<string> => {
  const path = await define(api, { versions: [version(fields(properties), subresources)] })
  const made = await api.post(path, widget(api, 'a', spec, more))
  made.is(201)
  return `${path}/a`
}

const loose = { spec: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } }

const labels = { metadata: { labels: { a: 'b' } } }

export const standingFaults: Cases = {
  'a rule that cannot be evaluated is not forgiven, though nothing changed': async (api) => {
    const path = await define(api, {
      schema: fields({ in: fields({ a: text, c: text }), n: whole, b: whole }),
    })
    await api.post(path, widget(api, 'a', { in: { a: 'x' }, n: 0, b: 1 }))
    await redefine(api, `${path}/a`, {
      in: ruled(fields({ a: text, c: text }), { rule: 'self.c == "z"', message: 'c is z' }),
      n: ruled(whole, { rule: '10 / self > 1', message: 'n divides' }),
      b: whole,
    })
    const beside = await api.patch(`${path}/a`, 'merge', { spec: { b: 2 } }, { show: anyOrder })
    beside.is(422, { reason: 'Invalid' })
    const labelled = await api.patch(`${path}/a`, 'merge', labels, { show: anyOrder })
    labelled.is(422)
    const same = await api.patch(`${path}/a`, 'merge', {}, { show: anyOrder })
    same.is(422)
    const repaired = await api.patch(`${path}/a`, 'merge', { spec: { in: { c: 'x' }, n: 1 } })
    repaired.is(422)
    const right = await api.patch(`${path}/a`, 'merge', { spec: { in: { c: 'z' }, n: 1 } })
    right.is(200)
  },

  'a rule that cannot be evaluated keeps a finalizer from being removed': async (api) => {
    const object = await stored(
      api,
      { a: 'x' },
      { properties: loose, more: { metadata: { name: 'a', finalizers: ['example.com/f'] } } },
    )
    await enforce(api, object, {
      spec: ruled(fields({ a: text, c: text }), { rule: 'self.c == "z"', message: 'c is z' }),
    })
    ;(await api.delete(object)).is(200)
    const removed = await api.patch(object, 'merge', { metadata: { finalizers: null } })
    removed.is(422, { reason: 'Invalid' })
    const json = await api.patch(object, 'json', [{ op: 'remove', path: '/metadata/finalizers' }])
    json.is(422)
    const both = await api.patch(object, 'merge', { metadata: { finalizers: null }, spec: { c: 'z' } })
    both.is(200)
    ;(await api.get(object)).is(404)
  },

  'a rule that is not fulfilled lets a finalizer be removed': async (api) => {
    const object = await stored(
      api,
      { a: 'x' },
      { properties: loose, more: { metadata: { name: 'a', finalizers: ['example.com/f'] } } },
    )
    await enforce(api, object, {
      spec: ruled(fields({ a: text }), { rule: 'self.a == "z"', message: 'a is z' }),
    })
    ;(await api.delete(object)).is(200)
    const removed = await api.patch(object, 'merge', { metadata: { finalizers: null } })
    removed.is(200)
  },

  'a rule of the whole object is never forgiven': async (api) => {
    const object = await stored(api, { a: 'x' }, { properties: loose })
    await enforce(
      api,
      object,
      { spec: fields({ a: text, b: whole }) },
      { 'x-kubernetes-validations': [{ rule: 'self.spec.a == "z"', message: 'a is z' }] },
    )
    ;(await api.patch(object, 'merge', labels)).is(422)
    ;(await api.patch(object, 'merge', {})).is(422)
    ;(await api.patch(object, 'merge', { spec: { b: 1 } })).is(422)
    ;(await api.patch(object, 'merge', { spec: { a: 'z' } })).is(200)
  },

  'a rule about a change is judged without one, with oldSelf of any kind': async (api) => {
    const path = await define(api, { schema: fields({ a: text, c: text, b: whole }) })
    await api.post(path, widget(api, 'a', { a: 'x', c: 'x', b: 1 }))
    await redefine(api, `${path}/a`, {
      a: ruled(text, {
        rule: 'oldSelf.hasValue() && self == "z"',
        optionalOldSelf: true,
        message: 'a is z',
      }),
      c: ruled(text, { rule: '10 / (size(self) - size(oldSelf)) > 1', message: 'c grows' }),
      b: whole,
    })
    const beside = await api.patch(`${path}/a`, 'merge', { spec: { b: 2 } }, { show: anyOrder })
    beside.is(422)
  },

  'a message that cannot be computed is replaced in what is forgiven too': async (api) => {
    const path = await define(api, { schema: fields({ a: text, b: whole }) })
    await api.post(path, widget(api, 'a', { a: 'wrong', b: 1 }))
    await redefine(api, `${path}/a`, {
      a: ruled(
        text,
        {
          rule: 'self != "wrong"',
          messageExpression: '["none", "one"][size(self)]',
          message: 'a is wrong',
        },
        { rule: 'size(self) < 3', messageExpression: '"too long: " + self' },
      ),
      b: whole,
    })
    const beside = await api.patch(`${path}/a`, 'merge', { spec: { b: 2 } })
    beside.is(200)
    const changed = await api.patch(`${path}/a`, 'merge', { spec: { a: 'other' } })
    changed.is(422)
  },

  'a spec that is required now is asked for by every update': async (api) => {
    const object = await stored(api, undefined, {
      properties: { ...loose, other: text },
      more: { other: 'x' },
    })
    await enforce(api, object, { spec: fields({ a: text }), other: text }, { required: ['spec'] })
    ;(await api.patch(object, 'merge', labels)).is(422, { reason: 'Invalid' })
    ;(await api.patch(object, 'merge', {})).is(422)
    ;(await api.patch(object, 'json', [{ op: 'add', path: '/metadata/annotations', value: { a: 'b' } }])).is(
      422,
    )
    ;(await api.patch(object, 'merge', { other: 'y' })).is(422)
    ;(await api.put(object, widget(api, 'a', undefined, { other: 'x' }))).is(422)
    const applied = await api.patch(
      `${object}?fieldManager=m`,
      'apply',
      widget(api, 'a', undefined, { metadata: { name: 'a', labels: { b: 'c' } } }),
    )
    applied.is(422)
    ;(await api.patch(object, 'merge', { spec: {} })).is(200)
  },

  'a required spec keeps a finalizer from being removed': async (api) => {
    const object = await stored(api, undefined, {
      properties: loose,
      more: { metadata: { name: 'a', finalizers: ['example.com/f'] } },
    })
    await enforce(api, object, { spec: fields({ a: text }) }, { required: ['spec'] })
    ;(await api.delete(object)).is(200)
    ;(await api.patch(object, 'merge', { metadata: { finalizers: [] } })).is(422, { reason: 'Invalid' })
    const read = await api.get(object)
    const { finalizers: _gone, ...metadata } = read.body.metadata
    ;(await api.put(object, { ...read.body, metadata })).is(422)
    ;(await api.patch(object, 'merge', { metadata: { finalizers: [] }, spec: {} })).is(200)
    ;(await api.get(object)).is(404)
  },

  'an object that lacks its spec is deleted when nothing holds it': async (api) => {
    const object = await stored(api, undefined, { properties: loose })
    await enforce(api, object, { spec: fields({ a: text }) }, { required: ['spec'] })
    ;(await api.delete(object)).is(200)
    ;(await api.get(object)).is(404)
  },

  'a status is written though the spec is missing, but not though a rule of it cannot be evaluated': async (
    api,
  ) => {
    const subresources = { subresources: { status: {} } }
    const status = fields({ phase: text, n: whole })
    const object = await stored(api, undefined, { properties: { ...loose, status }, subresources })
    await enforce(api, object, { spec: fields({ a: text }), status }, { required: ['spec'] }, subresources)
    ;(await api.patch(`${object}/status`, 'merge', { status: { phase: 'x' } })).is(200)
    ;(await api.patch(`${object}/status`, 'merge', labels)).is(200)
    await api.patch(object, 'merge', { spec: { a: 'x' } })
    await api.patch(
      `${definitions}/widgets.${groupOf(api)}`,
      'merge',
      {
        spec: {
          versions: [
            version(
              fields({
                spec: ruled(fields({ a: text, c: text }), { rule: 'self.c == "z"' }),
                status: fields({ ...status.properties, inForce: { type: 'string', default: 'yes' } }),
              }),
              subresources,
            ),
          ],
        },
      },
      { show: ({ kind }) => ({ kind }) },
    )
    await api.until(object, ({ body }) => body.status?.inForce === 'yes')
    ;(await api.patch(`${object}/status`, 'merge', { status: { phase: 'y' } })).is(422)
  },

  'a field that a status requires now is asked for when the status changes': async (api) => {
    const subresources = { subresources: { status: {} } }
    const object = await stored(
      api,
      {},
      {
        properties: { ...loose, status: fields({ phase: text, n: whole, in: fields({ a: text }) }) },
        subresources,
      },
    )
    ;(await api.patch(`${object}/status`, 'merge', { status: { n: 1, in: {} } })).is(200)
    const status = fields(
      { phase: text, n: whole, in: fields({ a: text }, { required: ['a'] }) },
      { required: ['phase'] },
    )
    await enforce(api, object, { ...loose, status }, {}, subresources)
    ;(await api.patch(object, 'merge', { spec: { any: 1 } })).is(200)
    ;(await api.patch(`${object}/status`, 'merge', labels)).is(200)
    ;(await api.patch(`${object}/status`, 'merge', { status: { n: 2 } })).is(422)
    ;(await api.patch(`${object}/status`, 'merge', { status: { phase: 'x' } })).is(200)
  },

  'a scale makes the spec that was missing': async (api) => {
    const subresources = {
      subresources: {
        status: {},
        scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' },
      },
    }
    const replicas = fields({ replicas: whole, a: text })
    const object = await stored(api, undefined, {
      properties: { spec: replicas, status: fields({ replicas: whole }) },
      subresources,
    })
    const status = fields({ replicas: whole })
    await enforce(api, object, { spec: replicas, status }, { required: ['spec'] }, subresources)
    ;(await api.patch(`${object}/scale`, 'merge', labels)).is(400, { reason: 'BadRequest' })
    ;(await api.patch(`${object}/scale`, 'merge', { spec: { replicas: 2 } })).is(200)
  },

  'what is required two levels down is forgiven while its parent stays': async (api) => {
    const deep = (more: object = {}) => fields({ deep: fields({ a: text, c: text }, more), x: text })
    const path = await define(api, { schema: fields({ in: deep(), b: whole }) })
    await api.post(path, widget(api, 'a', { in: { deep: { a: 'x' } }, b: 1 }))
    await redefine(api, `${path}/a`, { in: deep({ required: ['c'] }), b: whole })
    ;(await api.patch(`${path}/a`, 'merge', labels)).is(200)
    ;(await api.patch(`${path}/a`, 'merge', { spec: { in: { x: 'y' } } })).is(200)
    ;(await api.patch(`${path}/a`, 'merge', { spec: { in: { deep: { a: 'y' } } } })).is(422)
  },

  'what the spec itself requires now is forgiven while the spec stays': async (api) => {
    const path = await define(api, { schema: fields({ a: text, c: text }) })
    await api.post(path, widget(api, 'a', { a: 'x' }))
    await enforce(api, `${path}/a`, { spec: fields({ a: text, c: text }, { required: ['c'] }) })
    ;(await api.patch(`${path}/a`, 'merge', labels)).is(200)
    ;(await api.patch(`${path}/a`, 'merge', { spec: { a: 'y' } })).is(422)
  },

  'an object with fields that no schema knows is never the same': async (api) => {
    const open = (more: object) =>
      fields({ a: text }, { 'x-kubernetes-preserve-unknown-fields': true, ...more })
    const path = await define(api, { schema: fields({ in: open({}), out: open({}), b: whole }) })
    await api.post(path, widget(api, 'known', { in: { a: 'x' }, out: { a: 'x' }, b: 1 }))
    await api.post(path, widget(api, 'unknown', { in: { a: 'x', u: 1 }, out: { a: 'x' }, b: 1 }))
    await api.post(path, widget(api, 'ruled', { in: { a: 'x' }, out: { a: 'x', u: 1 }, b: 1 }))
    await redefine(api, `${path}/known`, {
      in: open({ required: ['c'] }),
      out: ruled(open({}), { rule: 'self.a == "z"', message: 'a is z' }),
      b: whole,
    })
    ;(await api.patch(`${path}/known`, 'merge', { spec: { b: 2 } })).is(200)
    ;(await api.patch(`${path}/unknown`, 'merge', { spec: { b: 2 } })).is(422)
    ;(await api.patch(`${path}/ruled`, 'merge', { spec: { b: 2 } }, { show: anyOrder })).is(422)
  },

  'a list that is a map is the same in another order, any other list is not': async (api) => {
    const keyed = (more: object = {}) => ({
      type: 'array',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['n'],
      items: fields({ n: text, v: whole }, { required: ['n'] }),
      ...more,
    })
    const set = (more: object = {}) => ({
      type: 'array',
      'x-kubernetes-list-type': 'set',
      items: text,
      ...more,
    })
    const plain = (more: object = {}) => ({ type: 'array', items: text, ...more })
    const path = await define(api, {
      schema: fields({ keyed: keyed(), set: set(), plain: plain(), b: whole }),
    })
    const list = [{ n: 'x', v: 1 }, { n: 'y' }]
    await api.post(path, widget(api, 'a', { keyed: list, set: ['x', 'y'], plain: ['x', 'y'], b: 1 }))
    const one = { maxItems: 1 }
    await redefine(api, `${path}/a`, { keyed: keyed(one), set: set(one), plain: plain(one), b: whole })
    const to = (spec: object) => api.patch(`${path}/a`, 'merge', { spec })
    ;(await to({ b: 2 })).is(200)
    ;(await to({ keyed: list.toReversed() })).is(200)
    ;(await to({ set: ['y', 'x'] })).is(422)
    ;(await to({ plain: ['y', 'x'] })).is(422)
    ;(
      await to({
        keyed: [
          { n: 'x', v: 1 },
          { n: 'y', v: 1 },
        ],
      })
    ).is(422)
  },

  'items that may no longer be null stay with their list, fields of a map are dropped': async (api) => {
    const list = (nullable: boolean) => ({ type: 'array', items: { type: 'string', nullable } })
    const map = (nullable: boolean) => ({
      type: 'object',
      additionalProperties: { type: 'string', nullable },
    })
    const path = await define(api, { schema: fields({ list: list(true), map: map(true), b: whole }) })
    await api.post(path, widget(api, 'a', { list: [null, 'x'], map: { x: null, y: 'y' }, b: 1 }))
    await redefine(api, `${path}/a`, { list: list(false), map: map(false), b: whole })
    const set = (path: string, value: unknown) => [{ op: 'add', path, value }]
    ;(await api.patch(`${path}/a`, 'json', set('/spec/b', 2))).is(200)
    ;(await api.patch(`${path}/a`, 'json', set('/spec/list/-', 'y'))).is(422)
    ;(await api.patch(`${path}/a`, 'json', set('/spec/map/y', 'z'))).is(200)
    ;(await api.patch(`${path}/a`, 'json', set('/spec/map/z', null))).is(200, {
      spec: { map: { x: undefined, z: undefined } },
    })
  },

  'a name that the schema no longer allows may stay': async (api) => {
    const object = await stored(api, { a: 'x' }, { properties: loose })
    await enforce(api, object, {
      ...loose,
      metadata: { type: 'object', properties: { name: { type: 'string', minLength: 3 } } },
    })
    ;(await api.patch(object, 'merge', labels)).is(200)
    ;(await api.patch(object, 'merge', { spec: { a: 'y' } })).is(200)
    const other = widget(api, 'b', { a: 'x' })
    ;(await api.post(object.slice(0, -2), other)).is(422, { reason: 'Invalid' })
  },

  'what branches ask is not forgiven, not even of a part that stays': async (api) => {
    const path = await define(api, { schema: fields({ o: fields({ a: text, c: text }) }) })
    await api.post(path, widget(api, 'a', { o: { a: 'x', c: 'x' } }))
    await redefine(api, `${path}/a`, {
      o: fields({ a: text, c: text }, { allOf: [{ properties: { a: { enum: ['z'] } } }] }),
    })
    ;(await api.patch(`${path}/a`, 'merge', { spec: { o: { c: 'y' } } }, { show: anyOrder })).is(422)
    ;(await api.patch(`${path}/a`, 'merge', labels)).is(200)
  },

  'a list that repeats itself may do so as long as it did before': async (api) => {
    const list = (more: object = {}) => ({ type: 'array', items: text, ...more })
    const path = await define(api, { schema: fields({ list: list(), b: whole }) })
    await api.post(path, widget(api, 'a', { list: ['x', 'x'], b: 1 }))
    await redefine(api, `${path}/a`, { list: list({ 'x-kubernetes-list-type': 'set' }), b: whole })
    ;(await api.patch(`${path}/a`, 'merge', { spec: { b: 2 } })).is(200)
    ;(await api.patch(`${path}/a`, 'merge', { spec: { list: ['y', 'y'] } })).is(200)
    ;(await api.patch(`${path}/a`, 'merge', { spec: { list: ['y'] } })).is(200)
    ;(await api.patch(`${path}/a`, 'merge', { spec: { list: ['y', 'y'] } })).is(422)
  },
}
