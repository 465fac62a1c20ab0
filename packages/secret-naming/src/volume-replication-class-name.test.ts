import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { namingCases, namingTables } from '../test/vectors.ts'
import { volumeReplicationClassName } from './volume-replication-class-name.ts'

describe('volumeReplicationClassName', () => {
  it.each(namingTables.schedulingIntervalHash)('of $interval is the original’s', (row) => {
    expect(volumeReplicationClassName(row.interval)).toBe(row.volumeReplicationClass)
  })

  it.each(namingCases<{ interval: string }, { fnv1a32: number; name: string }>('volume-replication-class'))(
    '$id: $title',
    ({ input, expected }) => {
      expect(volumeReplicationClassName(input.interval)).toBe(expected.name)
      expect(expected.name).toContain(String(expected.fnv1a32))
    },
  )

  it('is FNV-1a over UTF-8, compared with arithmetic on big integers', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (interval) => {
        let hash = 2166136261n
        for (const byte of Buffer.from(interval, 'utf8'))
          hash = ((hash ^ BigInt(byte)) * 16777619n) % 2n ** 32n
        expect(volumeReplicationClassName(interval)).toBe(`rbd-volumereplicationclass-${hash}`)
      }),
    )
  })

  it('needs a string', () => {
    expect(() => volumeReplicationClassName(5 as unknown as string)).toThrow(
      'interval: expected a string, got number',
    )
  })
})
