import { describe, expect, it } from 'vitest'
import { warningHeaders } from './warning-headers.ts'

const utf8 = (header: string): string => Buffer.from(header, 'latin1').toString('utf8')

describe('warningHeaders', () => {
  it('are quoted, each text once, in UTF-8', () => {
    expect(warningHeaders(['unknown field "a\\b"', 'x', 'x']).map(utf8)).toEqual([
      String.raw`299 - "unknown field \"a\\b\""`,
      '299 - "x"',
    ])
    expect(warningHeaders(['sn☃w']).map(utf8)).toEqual(['299 - "sn☃w"'])
    expect(warningHeaders(['sn☃w'])[0]).toMatch(/^[\x20-\xff]*$/)
  })

  it('have no control characters: such a warning is left out', () => {
    expect(warningHeaders(['a\nb', 'a\u007Fb', '', 'c'])).toEqual(['299 - "c"'])
  })

  it('of many or long texts are cut, and end where clients would no longer read them', () => {
    expect(warningHeaders(['x'.repeat(4_096)])[0]).toHaveLength(4_096 + '299 - ""'.length)
    expect(warningHeaders(['x'.repeat(4_097)])).toEqual([`299 - "${'x'.repeat(256)}"`])
    const many = Array.from({ length: 100 }, (_, at) => `${at}`.padStart(100, '0'))
    expect(warningHeaders(many)).toHaveLength(41)
  })
})
