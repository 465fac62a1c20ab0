import { describe, expect, it } from 'vitest'
import { correlation } from './correlation.ts'
import { identityText } from './identity-text.ts'

const schema = { 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name', 'port'] } as const

describe('identityText', () => {
  it.each([
    [{ a: 1, b: [2, { c: null }] }, { b: [2, { c: null }], a: 1 }, true],
    [{ a: 1, b: undefined }, { a: 1 }, true],
    ['1', 1, false],
    [null, 'null', false],
    [['a', 'b'], ['a,b'], false],
  ])('of %j and %j', (left, right, expected) => {
    expect(identityText(left) === identityText(right)).toBe(expected)
  })
})

describe('correlation', () => {
  it('finds the old item by all its keys, the first of two', () => {
    const old = [
      { name: 'a', port: 1, at: 0 },
      { name: 'a', port: 2, at: 1 },
      { name: 'a', port: 1, at: 2 },
      'text',
    ]
    const replacedBy = correlation(schema, old)
    expect(replacedBy({ port: 1, name: 'a' })).toBe(old[0])
    expect(replacedBy({ name: 'a', port: 2 })).toBe(old[1])
    expect(replacedBy({ name: 'b', port: 1 })).toBeUndefined()
    expect(replacedBy('text')).toBeUndefined()
  })

  it('knows nothing of lists that are no maps', () => {
    const items = [{ name: 'a', port: 1 }]
    expect(correlation({ 'x-kubernetes-list-type': 'set' }, items)(items[0])).toBeUndefined()
    expect(correlation(schema, undefined)(items[0])).toBeUndefined()
  })
})
