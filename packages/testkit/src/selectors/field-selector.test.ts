import { describe, expect, it } from 'vitest'
import { parseFieldSelector, selectedName } from './field-selector.ts'

describe('parseFieldSelector', () => {
  it('reads terms and escapes', () => {
    expect(parseFieldSelector('metadata.name=a,type!=b,x==c\\,d')).toEqual([
      { field: 'metadata.name', equal: true, value: 'a' },
      { field: 'type', equal: false, value: 'b' },
      { field: 'x', equal: true, value: 'c,d' },
    ])
  })

  it('refuses a term without an operator', () => {
    expect(() => parseFieldSelector('metadata.name')).toThrow("can't understand")
  })

  it.each([
    ['a=b\\c', 'invalid escape sequence: \\c'],
    ['a=b\\', 'invalid escape sequence: \\'],
    ['a=b=c', 'unescaped character in value: 61'],
  ])('refuses escapes that are none: %s', (text, message) => {
    expect(() => parseFieldSelector(text)).toThrow(`invalid field selector: ${message}`)
  })

  it('knows the one name it is confined to', () => {
    expect(selectedName(parseFieldSelector('metadata.name=a'))).toBe('a')
    expect(selectedName(parseFieldSelector('metadata.name!=a'))).toBeUndefined()
  })
})
