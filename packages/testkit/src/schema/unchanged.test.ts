import { describe, expect, it } from 'vitest'
import { isUnchanged } from './unchanged.ts'

const text = { type: 'string' }
const item = { type: 'object', properties: { n: text, v: text } }
const list = { type: 'array', items: item }
const keyed = { ...list, 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['n'] } as const
const two = [{ n: 'a', v: '1' }, { n: 'b' }]

describe('isUnchanged', () => {
  it.each([
    ['the same fields', item, { n: 'a' }, { n: 'a' }, true],
    ['a field that came', item, { n: 'a', v: '1' }, { n: 'a' }, false],
    ['a field that went', item, { n: 'a' }, { n: 'a', v: '1' }, false],
    ['a field that no schema knows', item, { n: 'a', u: 1 }, { n: 'a', u: 1 }, false],
    ['a field of a map', { type: 'object', additionalProperties: text }, { u: '1' }, { u: '1' }, true],
    ['no fields at all', { type: 'object' }, {}, {}, true],
    ['an object for a list', list, {}, [], false],
    ['a list in its order', list, two, two, true],
    ['a list in another order', list, two.toReversed(), two, false],
    ['a keyed list in another order', keyed, two.toReversed(), two, true],
    ['a keyed list with another value', keyed, [{ n: 'a', v: '2' }, { n: 'b' }], two, false],
    ['a keyed list with another key', keyed, [{ n: 'a', v: '1' }, { n: 'c' }], two, false],
    ['a keyed list that is shorter', keyed, [{ n: 'a', v: '1' }], two, false],
  ])('%s', (_name, schema, value, old, expected) => {
    expect(isUnchanged(schema, value, old)).toBe(expected)
  })
})
