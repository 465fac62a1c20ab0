import { describe, expect, it } from 'vitest'
import { FieldSet } from './field-set.ts'
import { fieldsOf, setOf } from './fields-v1.ts'
import { pathText } from './path-element.ts'

const item = 'k:{"name":"a"}'
const set = FieldSet.of(['f:a'], ['f:b', 'f:c'], ['f:b', item], ['f:b', item, 'f:d'])

describe('FieldSet', () => {
  it('has what was put in, and nothing above or below it', () => {
    expect(set.has(['f:b', 'f:c'])).toBe(true)
    expect(set.has(['f:b'])).toBe(false)
    expect(set.has(['f:a', 'f:x'])).toBe(false)
    expect(set.has([])).toBe(false)
  })

  it('is joined, cut and taken away field by field', () => {
    const other = FieldSet.of(['f:a'], ['f:b'], ['f:b', item])
    const paths = (of: FieldSet): string[] => [...of.paths()].map(pathText)
    expect(paths(set.intersection(other))).toEqual(['.a', '.b[name="a"]'])
    expect(paths(set.difference(other))).toEqual(['.b.c', '.b[name="a"].d'])
    expect(paths(set.without(other))).toEqual([])
    expect(paths(FieldSet.of(['f:x']).union(other))).toEqual(['.a', '.b', '.x', '.b[name="a"]'])
  })

  it('is empty when the last of it is gone', () => {
    expect(FieldSet.of(['f:a', 'f:b']).difference(FieldSet.of(['f:a', 'f:b'])).isEmpty).toBe(true)
    expect(FieldSet.of([]).isEmpty).toBe(true)
  })

  it('does not change when others are made of it', () => {
    const before = fieldsOf(set)
    set.union(FieldSet.of(['f:z'], ['f:b', 'f:y']))
    set.difference(FieldSet.of(['f:a']))
    expect(fieldsOf(set)).toEqual(before)
  })
})

describe('fieldsV1', () => {
  it('says by a dot that a field with others below it is in the set itself', () => {
    expect(fieldsOf(set)).toEqual({
      'f:a': {},
      'f:b': { 'f:c': {}, [item]: { '.': {}, 'f:d': {} } },
    })
    expect(fieldsOf(setOf(fieldsOf(set)))).toEqual(fieldsOf(set))
  })

  it('is in order: fields, keys by their values, values, places', () => {
    const elements = [
      'i:10',
      'i:9',
      'v:"b"',
      'v:10',
      'v:9',
      'v:true',
      'k:{"port":443,"protocol":"TCP"}',
      'k:{"port":80,"protocol":"UDP"}',
      'k:{"port":80,"protocol":"TCP"}',
      'f:b',
      'f:B',
    ]
    expect(Object.keys(fieldsOf(FieldSet.of(...elements.map((element) => [element]))))).toEqual([
      'f:B',
      'f:b',
      'k:{"port":80,"protocol":"TCP"}',
      'k:{"port":80,"protocol":"UDP"}',
      'k:{"port":443,"protocol":"TCP"}',
      'v:9',
      'v:10',
      'v:"b"',
      'v:true',
      'i:9',
      'i:10',
    ])
  })

  it('is read with keys in any order, and with what it does not know passed over', () => {
    expect(fieldsOf(setOf({ 'k:{ "b":1, "a":2 }': {}, 'x:y': {}, 'f:': {} }))).toEqual({
      'f:': {},
      'k:{"a":2,"b":1}': {},
    })
  })

  it.each([{ nocolon: {} }, { 'k:{': {} }, { 'v:x': {} }, { 'f:a': [] }, 'text'])(
    'is not read: %j',
    (fields) => {
      expect(() => setOf(fields)).toThrow(SyntaxError)
    },
  )
})
