import { describe, expect, it } from 'vitest'
import { JsonPatchError } from './json-document.ts'
import { jsonPatch } from './json-patch.ts'

const document = { a: 1, list: ['x', 'y'], deep: { 'b/c': { '~': 2 } } }

describe('jsonPatch', () => {
  it.each([
    ['adds a field', [{ op: 'add', path: '/b', value: 2 }], { ...document, b: 2 }],
    [
      'inserts into a list',
      [{ op: 'add', path: '/list/1', value: 'z' }],
      { ...document, list: ['x', 'z', 'y'] },
    ],
    [
      'appends to a list',
      [{ op: 'add', path: '/list/-', value: 'z' }],
      { ...document, list: ['x', 'y', 'z'] },
    ],
    ['removes from a list', [{ op: 'remove', path: '/list/0' }], { ...document, list: ['y'] }],
    [
      'replaces through escapes',
      [{ op: 'replace', path: '/deep/b~1c/~0', value: 3 }],
      { ...document, deep: { 'b/c': { '~': 3 } } },
    ],
    ['moves', [{ op: 'move', from: '/a', path: '/z' }], { list: ['x', 'y'], deep: document.deep, z: 1 }],
    ['copies', [{ op: 'copy', from: '/list', path: '/other' }], { ...document, other: ['x', 'y'] }],
    [
      'goes on after a test that holds',
      [
        { op: 'test', path: '/a', value: 1 },
        { op: 'replace', path: '/a', value: 2 },
      ],
      { ...document, a: 2 },
    ],
    ['takes null for what is missing in a test', [{ op: 'test', path: '/none', value: null }], document],
  ])('%s', (_name, patch, expected) => {
    expect(jsonPatch(document, patch)).toEqual(expected)
  })

  it('leaves the original alone', () => {
    const before = structuredClone(document)
    jsonPatch(document, [{ op: 'remove', path: '/list/0' }])
    expect(document).toEqual(before)
  })

  it('puts the fields it looked into in order', () => {
    const patched = jsonPatch({ b: { z: 1, y: 2 }, a: { z: 1, y: 2 } }, [
      { op: 'add', path: '/b/x', value: 3 },
    ])
    expect(JSON.stringify(patched)).toBe('{"a":{"z":1,"y":2},"b":{"x":3,"y":2,"z":1}}')
  })

  it.each([
    ['a test that fails', [{ op: 'test', path: '/a', value: 2 }]],
    ['a path that is not there', [{ op: 'replace', path: '/none/x', value: 2 }]],
    ['an index out of bounds', [{ op: 'add', path: '/list/7', value: 2 }]],
    ['an unknown operation', [{ op: 'twist', path: '/a' }]],
    ['a pointer without a slash', [{ op: 'add', path: 'a', value: 1 }]],
    ['a pointer into a prototype', [{ op: 'add', path: '/deep/__proto__/x', value: 1 }]],
  ])('refuses %s', (_name, patch) => {
    expect(() => jsonPatch(document, patch)).toThrow(JsonPatchError)
  })
})
