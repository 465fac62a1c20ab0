import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { base64OfText, canonicalBase64, textOfBase64 } from './base64.ts'

describe('base64', () => {
  it('is that of another implementation', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.uint8Array(), (text, bytes) => {
        expect(base64OfText(text)).toBe(Buffer.from(text).toString('base64'))
        expect(textOfBase64(base64OfText(text))).toBe(Buffer.from(text).toString())
        const other = Buffer.from(bytes).toString('base64')
        expect(canonicalBase64(other)).toBe(other)
        expect(textOfBase64(other)).toBe(Buffer.from(bytes).toString())
      }),
    )
  })

  it('has one spelling for the same bytes', () => {
    const character = fc.constantFrom(...'ABQgwEIMUYcko048zZ+/=\n')
    fc.assert(
      fc.property(fc.array(character, { maxLength: 9 }), (characters) => {
        const text = characters.join('')
        const canonical = canonicalBase64(text)
        if (canonical === undefined) return
        expect(canonical).toBe(Buffer.from(text, 'base64').toString('base64'))
        expect(canonicalBase64(canonical)).toBe(canonical)
      }),
    )
  })

  it('takes as much as a Secret can hold, and more', () => {
    const large = Buffer.alloc(8 << 20, 7).toString('base64')
    expect(canonicalBase64(large) === large).toBe(true)
    expect(canonicalBase64(`${large}!`)).toBeUndefined()
  })
})
