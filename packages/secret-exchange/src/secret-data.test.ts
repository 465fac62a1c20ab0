import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeSecretData, encodeSecretData } from './secret-data.ts'
import { SecretExchangeError } from './secret-exchange-error.ts'

const bytes = fc.uint8Array({ maxLength: 64 }).map((value) => Buffer.from(value).toString('base64'))
const key = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom('__proto__', 'constructor', 'toString', '<&>', '\u2028', '\u0000\b\f\n'),
)
const data = fc.dictionary(key, bytes).map((entries) => Object.fromEntries(Object.entries(entries)))

const codeOf = (act: () => unknown): string => {
  try {
    act()
  } catch (error) {
    if (error instanceof SecretExchangeError) return error.code
    throw error
  }
  return 'none'
}

describe('encodeSecretData', () => {
  it('writes JSON that says the same, in the order of UTF-8 bytes and without what could end a script', () => {
    fc.assert(
      fc.property(data, (given) => {
        const text = encodeSecretData(given)
        expect(JSON.parse(text)).toEqual(given)
        expect(text).not.toMatch(/[<>&\u2028\u2029]/)
        const keys = [...text.matchAll(/("(?:[^"\\]|\\.)*"):/g)].map(([, name = '']) =>
          Buffer.from(JSON.parse(name) as string),
        )
        expect(keys.toSorted((a, b) => Buffer.compare(a, b))).toEqual(keys)
      }),
    )
  })

  it('is read back as it was', () => {
    fc.assert(
      fc.property(data, (given) => {
        expect(decodeSecretData(encodeSecretData(given))).toEqual(given)
      }),
    )
  })

  it('sorts by UTF-8, where UTF-16 has another order', () => {
    expect(encodeSecretData({ '\u{1F600}': '', '\uFF61': '' })).toBe('{"\uFF61":"","\u{1F600}":""}')
  })

  it('writes what Go writes for lone surrogates, control characters and no data', () => {
    expect(encodeSecretData({ '\ud800': 'AQ==' })).toBe('{"\ufffd":"AQ=="}')
    expect(encodeSecretData({ 'a\u0001\u001f\u007f\n\r\t"\\/': '' })).toBe(
      '{"a\\u0001\\u001f\u007f\\n\\r\\t\\"\\\\/":""}',
    )
    expect(encodeSecretData(undefined)).toBe('null')
    expect(encodeSecretData({})).toBe('{}')
  })

  it('spells values as Go does, whatever spelling of base64 it was given', () => {
    expect(encodeSecretData({ a: 'YQ==', b: 'YR==', c: 'Y\r\nQ==\n', d: '' })).toBe(
      '{"a":"YQ==","b":"YQ==","c":"YQ==","d":""}',
    )
  })

  it.each(['YQ', 'YQ=', 'Y===', 'YQ==YQ==', 'Y Q=', '-_-_', '====', '\u00fc'])(
    'refuses %j as a value',
    (value) => {
      expect(codeOf(() => encodeSecretData({ a: value }))).toBe('NotBase64')
      expect(codeOf(() => decodeSecretData(JSON.stringify({ a: value })))).toBe('NotBase64')
    },
  )
})

describe('decodeSecretData', () => {
  it('takes any JSON object, however it is spelled', () => {
    expect(decodeSecretData(' { "b" : "YQ==" ,\n"\\u0061":"" , "c": null } ')).toEqual({
      b: 'YQ==',
      a: '',
      c: '',
    })
    expect(decodeSecretData('null')).toEqual({})
  })

  it.each([
    ['', 'NotJson'],
    ['{"a":', 'NotJson'],
    ['[]', 'NotSecretData'],
    ['"text"', 'NotSecretData'],
    ['7', 'NotSecretData'],
    ['{"a":7}', 'NotSecretData'],
    ['{"a":{"b":"c"}}', 'NotSecretData'],
  ])('refuses %j', (text, code) => {
    expect(codeOf(() => decodeSecretData(text))).toBe(code)
  })

  it('needs a string', () => {
    expect(codeOf(() => decodeSecretData(undefined as unknown as string))).toBe('WrongArgument')
  })
})
