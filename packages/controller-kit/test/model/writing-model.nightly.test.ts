import { expect, it } from 'vitest'
import { untilTimeIsOver } from './each-seed.ts'
import { runWriting } from './writing-run.ts'

it('an applier writes what was given and nothing else, once, with seeds that no run had before', async () => {
  const seeds = await untilTimeIsOver(1000, 'writing-model.nightly', (seed) => runWriting(seed, 400))
  expect(seeds).toBeGreaterThan(0)
})
