import type { CaseApi } from '../../case-api.ts'
import type { Cases } from '../../conformance-case.ts'
import { anyOrder, define, definition, definitions, groupOf, redefine, widget } from './definition.ts'

const rules = (...each: readonly object[]): object => ({ 'x-kubernetes-validations': each })
const unchanged = { rule: 'self == oldSelf', message: 'is immutable' }
const short = { type: 'string', maxLength: 20 }

const ofSpec = (properties: object, more: object = {}) => ({ type: 'object', properties, ...more })

const refused = async (api: CaseApi, properties: object, more: object = {}): Promise<void> => {
  const made = await api.post(definitions, definition(api, { schema: ofSpec(properties, more) }), {
    show: anyOrder,
  })
  made.is(422, { reason: 'Invalid' })
}

const mapList = (items: object, more: object = {}) => ({
  type: 'array',
  maxItems: 5,
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': ['n'],
  items: {
    type: 'object',
    required: ['n'],
    properties: { n: { type: 'string', maxLength: 5 }, v: { type: 'integer' }, ...items },
    ...more,
  },
})

export const transitions: Cases = {
  'oldSelf has no meaning in items of an atomic list': async (api) => {
    await refused(api, { list: { type: 'array', maxItems: 3, items: { ...short, ...rules(unchanged) } } })
  },

  'oldSelf has no meaning in items of a set': async (api) => {
    await refused(api, {
      list: {
        type: 'array',
        maxItems: 3,
        'x-kubernetes-list-type': 'set',
        items: { ...short, ...rules(unchanged) },
      },
    })
  },

  'oldSelf has no meaning anywhere below an atomic list': async (api) => {
    await refused(api, {
      list: {
        type: 'array',
        maxItems: 3,
        items: {
          type: 'object',
          properties: { deep: { type: 'object', properties: { v: { ...short, ...rules(unchanged) } } } },
        },
      },
    })
  },

  'the fields of an atomic map are compared by their names': async (api) => {
    const path = await define(api, {
      schema: ofSpec({
        map: {
          type: 'object',
          'x-kubernetes-map-type': 'atomic',
          properties: { v: { ...short, ...rules(unchanged) }, w: short },
        },
      }),
    })
    await api.post(path, widget(api, 'a', { map: { v: 'x', w: 'x' } }))
    const beside = await api.patch(`${path}/a`, 'merge', { spec: { map: { w: 'y' } } })
    beside.is(200)
    const changed = await api.patch(`${path}/a`, 'merge', { spec: { map: { v: 'y' } } })
    changed.is(422)
  },

  'optionalOldSelf is for rules with oldSelf': async (api) => {
    await refused(api, { a: { ...short, ...rules({ rule: 'self != "x"', optionalOldSelf: true }) } })
    await refused(api, { a: { ...short, ...rules({ rule: 'self != "x"', optionalOldSelf: false }) } })
  },

  'an atomic list may compare itself as a whole': async (api) => {
    const path = await define(api, {
      schema: ofSpec({
        list: {
          type: 'array',
          maxItems: 5,
          items: short,
          ...rules({ rule: 'self.size() >= oldSelf.size()', message: 'nothing is taken away' }),
        },
      }),
    })
    await api.post(path, widget(api, 'a', { list: ['x', 'y'] }))
    const fewer = await api.patch(`${path}/a`, 'merge', { spec: { list: ['x'] } })
    fewer.is(422, { reason: 'Invalid' })
    const more = await api.patch(`${path}/a`, 'merge', { spec: { list: ['y', 'x', 'z'] } })
    more.is(200)
    const none = await api.patch(`${path}/a`, 'merge', { spec: { list: null } })
    none.is(200)
  },

  'items of a list that is a map are compared by their keys': async (api) => {
    const grows = rules({ rule: 'self >= oldSelf', message: 'v only grows' })
    const path = await define(api, {
      schema: ofSpec({ list: mapList({ v: { type: 'integer', ...grows } }) }),
    })
    const list = [
      { n: 'x', v: 5 },
      { n: 'y', v: 1 },
    ]
    await api.post(path, widget(api, 'a', { list }))
    const swapped = await api.patch(`${path}/a`, 'merge', { spec: { list: list.toReversed() } })
    swapped.is(200)
    const less = await api.patch(`${path}/a`, 'merge', { spec: { list: [{ n: 'x', v: 4 }] } })
    less.is(422, { reason: 'Invalid' })
    const renewed = await api.patch(`${path}/a`, 'merge', { spec: { list: [{ n: 'z', v: 0 }] } })
    renewed.is(200)
  },

  'values of a map are compared by their names': async (api) => {
    const path = await define(api, {
      schema: ofSpec({
        map: { type: 'object', maxProperties: 4, additionalProperties: { ...short, ...rules(unchanged) } },
      }),
    })
    await api.post(path, widget(api, 'a', { map: { x: '1' } }))
    const added = await api.patch(`${path}/a`, 'merge', { spec: { map: { y: '2' } } })
    added.is(200)
    const changed = await api.patch(`${path}/a`, 'merge', { spec: { map: { x: '2' } } })
    changed.is(422, { reason: 'Invalid' })
    const removed = await api.patch(`${path}/a`, 'merge', { spec: { map: { x: null } } })
    removed.is(200)
    const again = await api.patch(`${path}/a`, 'merge', { spec: { map: { x: '3' } } })
    again.is(200)
  },

  'a field that comes or goes is a matter of its parent': async (api) => {
    const path = await define(api, {
      schema: ofSpec(
        { a: { ...short, ...rules(unchanged) }, b: short },
        rules({ rule: 'has(self.a) == has(oldSelf.a)', message: 'a is there from the beginning' }),
      ),
    })
    await api.post(path, widget(api, 'with', { a: 'x' }))
    await api.post(path, widget(api, 'without', { b: 'x' }))
    const taken = await api.patch(`${path}/with`, 'merge', { spec: { a: null } })
    taken.is(422)
    const given = await api.patch(`${path}/without`, 'merge', { spec: { a: 'x' } })
    given.is(422)
    const changed = await api.patch(`${path}/with`, 'merge', { spec: { a: 'y' } })
    changed.is(422)
  },

  'a rule with optionalOldSelf asks whether there is an old value': async (api) => {
    const path = await define(api, {
      schema: ofSpec({
        list: mapList(
          {},
          rules({
            rule: 'oldSelf.hasValue() || self.v == 0',
            optionalOldSelf: true,
            message: 'begins with 0',
          }),
        ),
      }),
    })
    const wrong = await api.post(path, widget(api, 'a', { list: [{ n: 'x', v: 1 }] }))
    wrong.is(422)
    await api.post(path, widget(api, 'a', { list: [{ n: 'x', v: 0 }] }))
    const changed = await api.patch(`${path}/a`, 'merge', { spec: { list: [{ n: 'x', v: 1 }] } })
    changed.is(200)
    const added = await api.patch(`${path}/a`, 'merge', {
      spec: {
        list: [
          { n: 'x', v: 1 },
          { n: 'y', v: 1 },
        ],
      },
    })
    added.is(422)
  },

  'a rule about a change is not forgiven': async (api) => {
    const path = await define(api, { schema: ofSpec({ a: short, b: short }) })
    await api.post(path, widget(api, 'a', { a: 'x', b: 'y' }))
    await redefine(api, `${path}/a`, {
      a: { ...short, ...rules({ rule: 'self != oldSelf', message: 'a is never the same' }) },
      b: short,
    })
    const same = await api.patch(`${path}/a`, 'merge', { spec: { b: 'z' } })
    same.is(422, { reason: 'Invalid' })
  },

  'what is wrong in an atomic list is forgiven only when all of it stays': async (api) => {
    const path = await define(api, {
      schema: ofSpec({ list: { type: 'array', items: { type: 'string' } }, b: { type: 'integer' } }),
    })
    await api.post(path, widget(api, 'a', { list: ['far too long', 'ok'], b: 1 }))
    await redefine(api, `${path}/a`, {
      list: { type: 'array', items: { type: 'string', maxLength: 3 } },
      b: { type: 'integer' },
    })
    const beside = await api.patch(`${path}/a`, 'merge', { spec: { b: 2 } })
    beside.is(200)
    const other = await api.patch(`${path}/a`, 'merge', { spec: { list: ['far too long', 'fine'] } })
    other.is(422)
  },

  'what is wrong in an item of a set is not forgiven when the set changes': async (api) => {
    const set = (items: object) => ({ list: { type: 'array', 'x-kubernetes-list-type': 'set', items } })
    const path = await define(api, { schema: ofSpec(set({ type: 'string' })) })
    await api.post(path, widget(api, 'a', { list: ['far too long', 'ok'] }))
    await redefine(api, `${path}/a`, set({ type: 'string', maxLength: 3 }))
    const added = await api.patch(`${path}/a`, 'merge', { spec: { list: ['far too long', 'ok', 'x'] } })
    added.is(422)
    const labelled = await api.patch(`${path}/a`, 'merge', { metadata: { labels: { a: 'b' } } })
    labelled.is(200)
  },

  'what is wrong in an item of a list that is a map is forgiven where the item stays': async (api) => {
    const path = await define(api, { schema: ofSpec({ list: mapList({}) }) })
    await api.post(
      path,
      widget(api, 'a', {
        list: [
          { n: 'x', v: 99 },
          { n: 'y', v: 99 },
        ],
      }),
    )
    await redefine(api, `${path}/a`, { list: mapList({ v: { type: 'integer', maximum: 10 } }) })
    const reordered = await api.patch(`${path}/a`, 'merge', {
      spec: {
        list: [
          { n: 'y', v: 99 },
          { n: 'z', v: 1 },
          { n: 'x', v: 99 },
        ],
      },
    })
    reordered.is(200)
    const worse = await api.patch(`${path}/a`, 'merge', { spec: { list: [{ n: 'y', v: 98 }] } })
    worse.is(422)
    const moved = await api.patch(`${path}/a`, 'merge', { spec: { list: [{ n: 'w', v: 99 }] } })
    moved.is(422)
  },

  'a missing field that is required now is forgiven while its object stays': async (api) => {
    const path = await define(api, {
      schema: ofSpec({ in: ofSpec({ a: short, c: short }), b: { type: 'integer' } }),
    })
    await api.post(path, widget(api, 'a', { in: { a: 'x' }, b: 1 }))
    await redefine(api, `${path}/a`, {
      in: ofSpec({ a: short, c: short }, { required: ['c'] }),
      b: { type: 'integer' },
    })
    const beside = await api.patch(`${path}/a`, 'merge', { spec: { b: 2 } })
    beside.is(200)
    const inside = await api.patch(`${path}/a`, 'merge', { spec: { in: { a: 'y' } } })
    inside.is(422)
  },

  'a value that an enum, a bound or a type no longer allows may stay': async (api) => {
    const path = await define(api, {
      schema: ofSpec({
        e: { type: 'string' },
        n: { type: 'integer' },
        t: { 'x-kubernetes-int-or-string': true },
        b: { type: 'boolean' },
      }),
    })
    await api.post(path, widget(api, 'a', { e: 'old', n: 100, t: 5, b: true }))
    await redefine(api, `${path}/a`, {
      e: { type: 'string', enum: ['new'] },
      n: { type: 'integer', maximum: 10 },
      t: { type: 'string' },
      b: { type: 'boolean' },
    })
    const beside = await api.patch(`${path}/a`, 'merge', { spec: { b: false } })
    beside.is(200)
    const put = await api.patch(
      `${path}/a`,
      'merge',
      { spec: { e: 'newer', n: 11, t: 6 } },
      { show: anyOrder },
    )
    put.is(422)
  },

  'what is wrong with the number of items or fields is not forgiven when they change': async (api) => {
    const path = await define(api, {
      schema: ofSpec({
        list: { type: 'array', items: short },
        map: { type: 'object', additionalProperties: short },
        b: { type: 'integer' },
      }),
    })
    await api.post(path, widget(api, 'a', { list: ['a', 'b', 'c'], map: { x: '1', y: '2', z: '3' } }))
    await redefine(api, `${path}/a`, {
      list: { type: 'array', maxItems: 1, items: short },
      map: { type: 'object', maxProperties: 1, additionalProperties: short },
      b: { type: 'integer' },
    })
    const beside = await api.patch(`${path}/a`, 'merge', { spec: { b: 2 } })
    beside.is(200)
    const fewer = await api.patch(
      `${path}/a`,
      'merge',
      { spec: { list: ['a', 'b'], map: { z: null } } },
      { show: anyOrder },
    )
    fewer.is(422)
  },

  'anyOf and the like are not forgiven by their parts': async (api) => {
    const path = await define(api, {
      schema: ofSpec({ o: ofSpec({ a: short, c: short }), b: { type: 'integer' } }),
    })
    await api.post(path, widget(api, 'a', { o: { a: 'x' } }))
    await redefine(api, `${path}/a`, {
      o: ofSpec(
        { a: short, c: short },
        { anyOf: [{ required: ['c'] }, { properties: { a: { enum: ['z'] } } }] },
      ),
      b: { type: 'integer' },
    })
    const beside = await api.patch(`${path}/a`, 'merge', { spec: { b: 2 } })
    beside.is(200)
    const inside = await api.patch(`${path}/a`, 'merge', { spec: { o: { a: 'y' } } }, { show: anyOrder })
    inside.is(422)
  },

  'a rule is forgiven for the part that stays, not for what is around it': async (api) => {
    const path = await define(api, {
      schema: ofSpec({ in: ofSpec({ a: short, c: short }), b: { type: 'integer' } }),
    })
    await api.post(path, widget(api, 'a', { in: { a: 'x', c: 'x' }, b: 1 }))
    await redefine(api, `${path}/a`, {
      in: ofSpec(
        { a: { ...short, ...rules({ rule: 'self == "z"', message: 'a is z' }) }, c: short },
        rules({ rule: 'self.c == "z"', message: 'c is z' }),
      ),
      b: { type: 'integer' },
    })
    const beside = await api.patch(`${path}/a`, 'merge', { spec: { b: 2 } })
    beside.is(200)
    const half = await api.patch(`${path}/a`, 'merge', { spec: { in: { c: 'z' } } })
    half.is(200)
    const back = await api.patch(`${path}/a`, 'merge', { spec: { in: { c: 'y' } } })
    back.is(422)
  },

  'a status is ratcheted too': async (api) => {
    const version = (properties: object) => ({
      name: 'v1',
      served: true,
      storage: true,
      subresources: { status: {} },
      schema: {
        openAPIV3Schema: {
          type: 'object',
          properties: { spec: { type: 'object' }, status: { type: 'object', properties } },
        },
      },
    })
    const n = { type: 'integer' }
    const path = await define(api, { versions: [version({ phase: { type: 'string' }, n })] })
    await api.post(path, widget(api, 'a', undefined))
    await api.patch(`${path}/a/status`, 'merge', { status: { phase: 'Odd', n: 1 } })
    const narrow = version({
      phase: { type: 'string', enum: ['Ready'] },
      n,
      inForce: { type: 'string', default: 'yes' },
    })
    await api.patch(
      `${definitions}/widgets.${groupOf(api)}`,
      'merge',
      { spec: { versions: [narrow] } },
      { show: ({ kind }) => ({ kind }) },
    )
    await api.until(`${path}/a`, ({ body }) => body.status?.inForce === 'yes')
    const kept = await api.patch(`${path}/a/status`, 'merge', { status: { n: 2 } })
    kept.is(200)
    const other = await api.patch(`${path}/a/status`, 'merge', { status: { phase: 'Odder' } })
    other.is(422)
  },
}
