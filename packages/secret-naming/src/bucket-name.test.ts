import fc from 'fast-check'
import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { namingCases, namingTables } from '../test/vectors.ts'
import { bucketName } from './bucket-name.ts'

describe('bucketName', () => {
  it.each(namingTables.bucket)('of $clusterNames is the original’s', ({ clusterNames, bucket }) => {
    expect(bucketName(clusterNames)).toBe(bucket)
  })

  it.each(namingCases<{ clusterNames: string[] }, { bucket: string; objectBucketClaim: string }>('bucket'))(
    '$id: $title',
    ({ input, expected }) => {
      expect(bucketName(input.clusterNames)).toBe(expected.bucket)
      expect(bucketName(input.clusterNames)).toBe(expected.objectBucketClaim)
    },
  )

  it('is a SHA-1 of the names without separator', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 1, maxLength: 3 }), (names) => {
        const hash = createHash('sha1')
          .update(Buffer.from(names.join(''), 'utf8'))
          .digest('hex')
        expect(bucketName(names)).toBe(`odrbucket-${hash.slice(0, 12)}`)
      }),
    )
  })

  it('needs names', () => {
    expect(() => bucketName([])).toThrow('clusterNames: expected at least 1, got 0')
    expect(() => bucketName(['a', null] as unknown as string[])).toThrow(
      'clusterNames[1]: expected a string, got null',
    )
  })
})
