import { describe, expect, it } from 'vitest'
import { duplicateFields, scanJson } from './json-scanner.ts'

describe('scanJson', () => {
  it.each([
    ['', 'unexpected end of JSON input'],
    ['{', 'unexpected end of JSON input'],
    ['{"a":1,}', "invalid character '}' looking for beginning of object key string"],
    ['{"a" 1}', "invalid character '1' after object key"],
    ['{"a":1 "b":2}', `invalid character '"' after object key:value pair`],
    ['[1 2]', "invalid character '2' after array element"],
    ['{} x', "invalid character 'x' after top-level value"],
    ['nope', "invalid character 'o' in literal null (expecting 'u')"],
    ['1.x', "invalid character 'x' after decimal point in numeric literal"],
    ['-x', "invalid character 'x' in numeric literal"],
    [String.raw`"\x"`, "invalid character 'x' in string escape code"],
    [String.raw`"\u00g0"`, String.raw`invalid character 'g' in \u hexadecimal character escape`],
    ['"a\nb"', String.raw`invalid character '\n' in string literal`],
    ['?', "invalid character '?' looking for beginning of value"],
  ])('says of %j what Go says', (text, problem) => {
    expect(scanJson(text).problem).toBe(problem)
  })

  it.each(['{}', ' [1, -2.5e+3, true, false, null, {"a": [{}]}] ', String.raw`"\u0041\""`])(
    'takes %s',
    (text) => {
      expect(scanJson(text)).toEqual({ duplicates: [] })
    },
  )
})

describe('duplicateFields', () => {
  const found = (text: string): readonly string[] => duplicateFields(text, JSON.parse(text))

  it('names the fields that are there twice, by their paths', () => {
    expect(found('{"a":{"b":1,"b":2},"c":[{"d":1},{"d":1,"d":2}],"a":3}')).toEqual(['a.b', 'c[1].d', 'a'])
  })

  it('does not take text for fields', () => {
    expect(found(String.raw`{"a":"\": \":","b":"x\\","c":{"a":1}}`)).toEqual([])
  })
})
