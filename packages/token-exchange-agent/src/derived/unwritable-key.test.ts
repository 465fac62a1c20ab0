import { describe, expect, it } from 'vitest'
import { unwritableKey } from './unwritable-key.ts'

describe('the keys of a Secret', () => {
  it.each(['../x', 'a/b', '', '.', '..', '..x', 'a b', 'ä', '<', 'x'.repeat(254)])(
    'are none that the API server refuses: %s',
    (name) => {
      expect(unwritableKey({ token: '', [name]: '' })).toBe(
        'secret-data: key 2 of 2 is none that a Secret can have',
      )
    },
  )

  it.each(['token', '.x', 'a..b', 'A_b-0.c', 'x'.repeat(253)])('may be %s', (name) => {
    expect(unwritableKey({ [name]: '' })).toBeUndefined()
  })
})
