import { expect, it } from 'vitest'
import { seedsOf, withSeed } from './each-seed.ts'
import { runWriting } from './writing-run.ts'

it('an applier writes what was given and nothing else, once, among rivals, lost answers and an old cache', async () => {
  const met = { writes: 0, conflicts: 0, lost: 0, exists: 0 }
  const seeds = seedsOf(150)
  for (const seed of seeds) {
    const run = await withSeed(seed, 'writing-model', (each) => runWriting(each, 200))
    for (const what of Object.keys(met) as (keyof typeof met)[]) met[what] += run[what]
  }
  // A run that never met what it is about would prove nothing.
  if (seeds.length > 1) {
    expect(met.writes).toBeGreaterThan(5 * seeds.length)
    expect(met.conflicts).toBeGreaterThan(seeds.length)
    expect(met.lost).toBeGreaterThan(5 * seeds.length)
    expect(met.exists).toBeGreaterThan(seeds.length / 10)
  }
})
