import { describe, expect, it } from 'vitest'
import { JsonPatchError, jsonPatch } from './json-patch.ts'

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

  it.each([
    ['a test that fails', [{ op: 'test', path: '/a', value: 2 }], false],
    ['a path that is not there', [{ op: 'replace', path: '/none/x', value: 2 }], false],
    ['an index out of bounds', [{ op: 'add', path: '/list/7', value: 2 }], false],
    ['an unknown operation', [{ op: 'twist', path: '/a' }], true],
    ['a pointer without a slash', [{ op: 'add', path: 'a', value: 1 }], true],
    ['no list', { op: 'add' }, true],
  ])('refuses %s', (_name, patch, isMalformed) => {
    expect(() => jsonPatch(document, patch)).toThrow(JsonPatchError)
    try {
      jsonPatch(document, patch)
    } catch (error) {
      expect(error).toMatchObject({ isMalformed })
    }
  })
})
