import { expect, it } from 'vitest'
import { fuzz } from './fuzz-run.ts'

it('two thousand odd requests are answered, refused ones with a Status, and change nothing then', async () => {
  const seed = 20_261_121
  const { problems, byStatus } = await fuzz(seed, 2_000, 0)
  expect(problems, `seed ${seed}`).toEqual([])
  // it is not the same refusal again and again
  expect(Object.keys(byStatus)).toEqual(
    expect.arrayContaining(['200', '201', '400', '404', '409', '415', '422']),
  )
}, 180_000)
