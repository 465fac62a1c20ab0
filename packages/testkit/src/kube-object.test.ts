import { describe, expect, it } from 'vitest'
import { jsonEqual } from './kube-object.ts'

describe('jsonEqual', () => {
  it.each([
    [{ a: [1, { b: null }] }, { a: [1, { b: null }] }, true],
    [{ a: 1, b: 2 }, { b: 2, a: 1 }, true],
    [{ a: undefined }, {}, true],
    [{ a: null }, {}, false],
    [[1, 2], [1], false],
    [{}, [], false],
    [{}, { toString: 'x' }, false],
    [{ constructor: 'x' }, {}, false],
  ])('of %j and %j is %s', (left, right, expected) => {
    expect(jsonEqual(left, right)).toBe(expected)
    expect(jsonEqual(right, left)).toBe(expected)
  })
})
