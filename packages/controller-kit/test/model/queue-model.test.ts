import { expect, it } from 'vitest'
import { seedsOf, withSeed } from './each-seed.ts'
import { runQueue } from './queue-run.ts'

it('the work queue does what its reference does, over random calls of several workers', async () => {
  let taken = 0
  let again = 0
  let shutDowns = 0
  const seeds = seedsOf(300)
  for (const seed of seeds) {
    const run = await withSeed(seed, 'queue-model', (each) => runQueue(each, 300))
    taken += run.taken
    again += run.again
    shutDowns += run.shutDown ? 1 : 0
  }
  // A run that never met what it is about would prove nothing.
  if (seeds.length > 1) {
    expect(taken).toBeGreaterThan(25 * seeds.length)
    expect(again).toBeGreaterThan(seeds.length)
    expect(shutDowns).toBeGreaterThan(seeds.length / 4)
  }
})
