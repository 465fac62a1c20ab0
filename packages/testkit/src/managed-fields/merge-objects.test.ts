import { describe, expect, it } from 'vitest'
import type { StructuralSchema } from '../schema/structural-schema.ts'
import { customFieldType } from './custom-field-types.ts'
import { freeForm } from './field-type.ts'
import { FieldSet } from './field-set.ts'
import { mergeObjects } from './merge-objects.ts'
import { removeFields } from './remove-fields.ts'

const letters: StructuralSchema = {
  type: 'object',
  properties: {
    set: { type: 'array', 'x-kubernetes-list-type': 'set', items: { type: 'string' } },
    whole: { type: 'array', items: { type: 'string' } },
  },
}
const type = customFieldType(letters, freeForm)

describe('merging', () => {
  it.each([
    ['abc', 'cab', 'cab'],
    ['abc', 'x', 'abcx'],
    ['abc', 'xb', 'axbc'],
    ['abcd', 'dxa', 'bcdxa'],
    ['abc', 'cxb', 'acxb'],
    ['', 'ab', 'ab'],
    ['ab', '', 'ab'],
    ['abcde', 'ezb', 'acdezb'],
  ])('a set %s with %s is %s: what was sent keeps its order', (live, sent, merged) => {
    expect(mergeObjects(type, { set: [...live] }, { set: [...sent] })).toEqual({ set: [...merged] })
  })

  it('takes a list that is one value as it was sent', () => {
    expect(mergeObjects(type, { whole: ['a', 'b'] }, { whole: ['c'] })).toEqual({ whole: ['c'] })
  })

  it('leaves what was not sent, and takes null for a value of one', () => {
    expect(mergeObjects(type, { whole: ['a'], set: ['b'] }, { whole: null })).toEqual({
      whole: null,
      set: ['b'],
    })
  })
})

describe('taking fields away', () => {
  it('leaves null where nothing is left', () => {
    const value = { set: ['a', 'b'], whole: ['c'] }
    expect(removeFields(type, value, FieldSet.of(['f:set', 'v:"a"']))).toEqual({ set: ['b'], whole: ['c'] })
    expect(removeFields(type, value, FieldSet.of(['f:set', 'v:"a"'], ['f:set', 'v:"b"']))).toEqual({
      set: null,
      whole: ['c'],
    })
    expect(removeFields(type, value, FieldSet.of(['f:set'], ['f:whole']))).toBeNull()
  })
})
