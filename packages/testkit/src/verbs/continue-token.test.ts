import { describe, expect, it } from 'vitest'
import { expiredPosition, readPosition, writePosition } from './continue-token.ts'

const token = (position: unknown): string => Buffer.from(JSON.stringify(position)).toString('base64url')

describe('a continue token', () => {
  it('comes back as it was written', () => {
    const position = { revision: 7, after: 'team/a' }
    expect(readPosition(writePosition(position))).toEqual(position)
  })

  it('of a past that is gone has one beside it that goes on at the same place', () => {
    const { code, metadata } = expiredPosition({ revision: 7, after: 'team/a' })
    expect(code).toBe(410)
    expect(readPosition(metadata.continue ?? '')).toEqual({ revision: undefined, after: 'team/a' })
  })

  it.each([
    ['a$b', 'illegal base64 data at input byte 1'],
    ['abcde', 'illegal base64 data at input byte 4'],
    ['abc', "invalid character 'i' looking for beginning of value"],
    ['nonsense', String.raw`invalid character '\u009e' looking for beginning of value`],
    [
      token({ v: 'meta.k8s.io/v1', start: 'a' }),
      'incorrect encoded start resourceVersion (version meta.k8s.io/v1)',
    ],
    [token({ v: 'meta.k8s.io/v1', rv: 1 }), 'encoded start key empty (version meta.k8s.io/v1)'],
    [token({ rv: 1, start: 'a' }), 'server does not recognize this encoded version '],
    [token({ v: 'meta.k8s.io/v1', rv: 1, start: 'a/../b' }), 'a/../b'],
  ])('%s is refused', (text, why) => {
    expect(() => readPosition(text)).toThrow(`invalid continue token: continue key is not valid: ${why}`)
  })
})
