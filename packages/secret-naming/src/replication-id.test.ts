import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { namingCases, namingTables } from '../test/vectors.ts'
import { hashedName } from './hashed-name.ts'
import { replicationId } from './replication-id.ts'

const tooFew = namingTables.replicationId.filter(({ fsids }) => fsids.length < 2)

describe('replicationId', () => {
  it.each(namingTables.replicationId.filter(({ fsids }) => fsids.length >= 2))(
    'of $fsids',
    ({ fsids, id }) => {
      expect(replicationId(fsids)).toBe(id)
    },
  )

  it.each(namingCases<{ fsids: string[] }, { id: string }>('replication-id'))(
    '$id: $title',
    ({ input, expected }) => {
      expect(replicationId(input.fsids)).toBe(expected.id)
    },
  )

  it.each(tooFew)('of $fsids, which the original hashes, is refused', ({ fsids, id }) => {
    expect(() => replicationId(fsids)).toThrow(`fsids: expected at least 2, got ${fsids.length}`)
    expect(hashedName(...fsids)).toBe(id)
  })

  it('of an empty fsid is refused, saying which', () => {
    expect(() => replicationId(['a', ''])).toThrow(
      'fsids[1]: expected the fsid of a Ceph cluster, got an empty string',
    )
    expect(() => replicationId('ab' as unknown as string[])).toThrow(
      'fsids: expected a list of strings, got string',
    )
    expect(() => replicationId(['a', 7] as unknown as string[])).toThrow(
      'fsids[1]: expected a string, got number',
    )
  })

  it('does not depend on the order and leaves its argument alone', () => {
    const fsids = fc.array(fc.string({ minLength: 1, unit: 'binary' }), { minLength: 2, maxLength: 4 })
    fc.assert(
      fc.property(fsids, fc.infiniteStream(fc.nat()), (given, random) => {
        const shuffled = given
          .map((fsid) => ({ fsid, at: random.next().value as number }))
          .sort((a, b) => a.at - b.at)
          .map(({ fsid }) => fsid)
        expect(replicationId(Object.freeze(shuffled))).toBe(replicationId(given))
      }),
    )
  })

  it('sorts by UTF-8 bytes, where UTF-16 has another order', () => {
    // U+FF61 comes before U+1F600 in UTF-8; its code unit comes after the surrogate.
    expect(replicationId(['\u{1F600}', '\uFF61'])).toBe(hashedName('\uFF61', '\u{1F600}'))
  })
})
