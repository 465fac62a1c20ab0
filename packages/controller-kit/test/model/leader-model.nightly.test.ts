import { expect, it } from 'vitest'
import { untilTimeIsOver } from './each-seed.ts'
import { runLeaders, type LockVariant } from './leader-run.ts'

const variants: readonly LockVariant[] = ['lease', 'two locks', 'mixed fleet']

/** A thousand seeds take some minutes, however few the run has. */
const longMs = 60 * 60_000

it(
  'of five candidates never two may write, over faults with seeds that no run had before',
  async () => {
    const seeds = await untilTimeIsOver(1000, 'leader-model.nightly', async (seed) => {
      for (const variant of variants) await runLeaders(seed, variant)
    })
    expect(seeds).toBeGreaterThan(0)
  },
  longMs,
)
