import { describe, expect, it } from 'vitest'
import { goQuoted } from './go-text.ts'

describe('goQuoted', () => {
  it.each([
    ['plain', '"plain"'],
    ['a "b" \\c', String.raw`"a \"b\" \\c"`],
    ['\u0007\b\f\n\r\t\v\u0001\u007F', String.raw`"\a\b\f\n\r\t\v\x01\x7f"`],
    ['sn☃w é 𝒳', '"sn☃w é 𝒳"'],
    ['\u00A0\u200B\u{E0001}', String.raw`"\u00a0\u200b\U000e0001"`],
  ])('%j', (text, expected) => {
    expect(goQuoted(text)).toBe(expected)
  })
})
