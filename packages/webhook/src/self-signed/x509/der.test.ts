import { describe, expect, it } from 'vitest'
import { element, namedBits, objectIdentifier, time, unsignedInteger } from './der.ts'

const hex = (octets: Uint8Array): string => Buffer.from(octets).toString('hex')

describe('DER', () => {
  it.each([
    [0x7f, '7f'],
    [0x80, '8180'],
    [0xff, '81ff'],
    [0x100, '820100'],
    [0x1_2345, '83012345'],
  ])('says a length of %i in its shortest form', (length, expected) => {
    expect(hex(element(0x04, Buffer.alloc(length))).slice(2, 2 + expected.length)).toBe(expected)
  })

  it.each([
    [[0], '020100'],
    [[0, 0, 1], '020101'],
    [[0x7f], '02017f'],
    [[0x80], '02020080'],
    [[0, 0xff, 0], '020300ff00'],
  ])('keeps the number %j positive, in as few octets as there can be', (octets, expected) => {
    expect(hex(unsignedInteger(Uint8Array.from(octets)))).toBe(expected)
  })

  it.each([
    ['2.5.29.15', '0603551d0f'],
    ['1.2.840.10045.4.3.2', '06082a8648ce3d040302'],
  ])('writes the object identifier %s', (dotted, expected) => {
    expect(hex(objectIdentifier(dotted))).toBe(expected)
  })

  it('leaves out the zeros after the last named bit', () => {
    expect(hex(namedBits(0))).toBe('03020780')
    expect(hex(namedBits(5))).toBe('03020204')
    expect(hex(namedBits(0, 5))).toBe('03020284')
  })

  it('says the year in two digits until the end of 2049, and in four from then on', () => {
    const text = (when: string): string => time(Date.parse(when)).toString('latin1')
    expect(text('2049-12-31T23:59:59.999Z')).toBe('\x17\x0d491231235959Z')
    expect(text('2050-01-01T00:00:00Z')).toBe('\x18\x0f20500101000000Z')
  })
})
