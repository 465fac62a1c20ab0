import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { S3Profile } from './profile.ts'
import { profilesOfText } from './read-config.ts'
import { bytesStay, comesBack, damageIsHarmless } from './test/edit-properties.ts'
import { drop, edit, profile, put } from './test/edits.ts'

/** fast-check prints the seed of a run that fails; RAMEN_CONFIG_SEED runs it again. */
const seed = process.env['RAMEN_CONFIG_SEED']
const runs = (numRuns: number) => ({ numRuns, ...(seed === undefined ? {} : { seed: Number(seed) }) })

describe('whatever the text and whatever is to be changed in it', () => {
  it('every byte that is not ours stays, what is read is what was meant, and once is enough', () => {
    fc.assert(bytesStay(), runs(150))
  })

  it('what was put can be dropped, and then it reads as before', () => {
    fc.assert(comesBack(), runs(100))
  })

  it('a text that was damaged by hand is edited rightly or left alone', () => {
    let edited = 0
    fc.assert(
      damageIsHarmless((before, after) => {
        edited += before === after ? 0 : 1
      }),
      runs(200),
    )
    expect(edited).toBeGreaterThan(0)
  })
})

describe('two thousand profiles', () => {
  const all: readonly S3Profile[] = Array.from({ length: 2_000 }, (_, i) => profile(`cluster${i}`))

  it('are put, changed and dropped one by one in the same text', () => {
    const text = edit('kind: RamenConfig # theirs\ns3StoreProfiles: []\nz: 1\n', put(...all))
    expect(profilesOfText(text)).toMatchObject({ entries: { length: 2_000 } })
    const moved = profile('cluster7', { s3Bucket: 'moved' })
    const changed = edit(text, put(moved))
    expect(changed.length).toBe(text.length + 'moved'.length - 'odrbucket-b1b922184baf'.length)
    expect(edit(edit(changed, drop(moved)), drop(...all))).toBe(
      'kind: RamenConfig # theirs\ns3StoreProfiles: []\nz: 1\n',
    )
  })
})
