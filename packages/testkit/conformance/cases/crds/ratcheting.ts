import type { Cases } from '../../conformance-case.ts'
import { define, redefine, widget } from './definition.ts'

export const ratcheting: Cases = {
  'an update is judged as a creation is, a value of before may stay': async (api) => {
    const path = await define(api, {
      schema: { type: 'object', properties: { a: { type: 'string' }, b: { type: 'integer' } } },
    })
    await api.post(path, widget(api, 'a', { a: 'far too long', b: 1 }))
    const wrong = await api.patch(`${path}/a`, 'merge', { spec: { b: 'x' } })
    wrong.is(422, { reason: 'Invalid' })
    await redefine(api, `${path}/a`, {
      a: { type: 'string', maxLength: 3 },
      b: { type: 'integer', minimum: 1 },
    })
    const late = await api.post(path, widget(api, 'b', { a: 'far too long' }))
    late.is(422)
    const ratcheted = await api.patch(`${path}/a`, 'merge', { spec: { b: 2 } })
    ratcheted.is(200, { spec: { a: 'far too long', b: 2 } })
    const worse = await api.patch(`${path}/a`, 'merge', { spec: { a: 'still too long' } })
    worse.is(422)
    const better = await api.patch(`${path}/a`, 'merge', { spec: { a: 'abc', b: 0 } })
    better.is(422)
    const labelled = await api.patch(`${path}/a`, 'merge', { metadata: { labels: { a: 'b' } } })
    labelled.is(200)
  },

  'a rule that came later lets be what did not change': async (api) => {
    const path = await define(api, {
      schema: { type: 'object', properties: { a: { type: 'string' }, b: { type: 'integer' } } },
    })
    await api.post(path, widget(api, 'a', { a: 'wrong', b: 1 }))
    await redefine(api, `${path}/a`, {
      a: {
        type: 'string',
        maxLength: 10,
        'x-kubernetes-validations': [{ rule: 'self != "wrong"', message: 'a is wrong' }],
      },
      b: { type: 'integer' },
    })
    const other = await api.patch(`${path}/a`, 'merge', { spec: { b: 2 } })
    other.is(200, { spec: { a: 'wrong', b: 2 } })
    const fixed = await api.patch(`${path}/a`, 'merge', { spec: { a: 'right' } })
    fixed.is(200)
    // a write begins from the server's cache: if that lags, the old value is the same and is warned of, before the refusal
    await api.until(`${path}/a?resourceVersion=0`, ({ body }) => body.spec?.a === 'right')
    const back = await api.patch(`${path}/a`, 'merge', { spec: { a: 'wrong' } })
    back.is(422, { reason: 'Invalid' })
  },

  'items of a list that is a map are known by their keys': async (api) => {
    const list = (items: object) => ({
      list: {
        type: 'array',
        maxItems: 5,
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['n'],
        items: {
          type: 'object',
          required: ['n'],
          properties: { n: { type: 'string', maxLength: 5 }, v: { type: 'integer' } },
          ...items,
        },
      },
    })
    const path = await define(api, { schema: { type: 'object', properties: list({}) } })
    const items = [
      { n: 'x', v: -1 },
      { n: 'y', v: 1 },
    ]
    await api.post(path, widget(api, 'a', { list: items }))
    await redefine(
      api,
      `${path}/a`,
      list({ 'x-kubernetes-validations': [{ rule: 'self.v > 0', message: 'v must be positive' }] }),
    )
    const reordered = await api.patch(`${path}/a`, 'merge', {
      spec: {
        list: [
          { n: 'y', v: 2 },
          { n: 'x', v: -1 },
        ],
      },
    })
    reordered.is(200)
    const changed = await api.patch(`${path}/a`, 'merge', { spec: { list: [{ n: 'x', v: -2 }] } })
    changed.is(422, { reason: 'Invalid' })
  },
}
