import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { elder } from './elder.ts'

const one = (name: string, creationTimestamp?: string) => ({ metadata: { name, creationTimestamp } })

describe('elder', () => {
  it('puts the oldest first, then goes by name, and what is not created yet last', () => {
    const sorted = [
      one('a', '2023-01-01T00:00:00Z'),
      one('z', '2023-01-01T00:00:00Z'),
      one('b', '2023-01-01T00:00:01Z'),
      one('a'),
      one('c', 'no moment'),
    ]
    expect(sorted.toReversed().sort(elder)).toEqual(sorted)
  })

  it('takes two ways to write a moment for one', () => {
    expect(elder(one('b', '2023-01-01T00:00:00Z'), one('a', '2023-01-01T01:00:00+01:00'))).toBe(1)
    expect(elder(one('a', '2023-01-01T00:00:00Z'), one('a', '2023-01-01T00:00:00.000Z'))).toBe(0)
  })

  it('is a total order', () => {
    const object = fc
      .tuple(
        fc.constantFrom('a', 'b', 'c'),
        fc.constantFrom(undefined, '', '2023-01-01T00:00:00Z', '2024-01-01T00:00:00Z'),
      )
      .map(([name, moment]) => one(name, moment))
    fc.assert(
      fc.property(object, object, object, (a, b, c) => {
        expect(Math.sign(elder(a, b)) + Math.sign(elder(b, a))).toBe(0)
        if (elder(a, b) <= 0 && elder(b, c) <= 0) expect(elder(a, c)).toBeLessThanOrEqual(0)
      }),
    )
  })
})
