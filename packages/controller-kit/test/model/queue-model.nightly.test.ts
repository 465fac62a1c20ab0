import { expect, it } from 'vitest'
import { untilTimeIsOver } from './each-seed.ts'
import { runQueue } from './queue-run.ts'

/** A thousand seeds take some minutes, however few the run has. */
const longMs = 60 * 60_000

it(
  'the work queue does what its reference does, over random calls with seeds that no run had before',
  async () => {
    const seeds = await untilTimeIsOver(1000, 'queue-model.nightly', (seed) => runQueue(seed, 1000))
    expect(seeds).toBeGreaterThan(0)
  },
  longMs,
)
