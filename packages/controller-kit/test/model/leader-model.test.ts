import { describe, expect, it } from 'vitest'
import { seedsOf, withSeed } from './each-seed.ts'
import { runLeaders, type LockVariant } from './leader-run.ts'

const variants: readonly (readonly [LockVariant, number])[] = [
  ['lease', 100],
  ['two locks', 60],
  ['mixed fleet', 60],
]

/** Some seconds each; a machine with other things to do takes longer. */
const longMs = 180_000

describe('five candidates, with partitions, lost answers, pauses, crashes and clocks that differ and jump', () => {
  it.each(variants)(
    'never two may write, and after the calm one does (%s)',
    async (variant, count) => {
      const sum = { takeovers: 0, lost: 0, released: 0, crashes: 0, led: 0 }
      const seeds = seedsOf(count)
      for (const seed of seeds) {
        const run = await withSeed(seed, 'leader-model', (each) => runLeaders(each, variant))
        for (const name of ['takeovers', 'lost', 'released', 'crashes', 'led'] as const)
          sum[name] += run[name]
      }
      if (process.env['ODFMO_SEED'] !== undefined) return
      // What did not happen was not tested.
      expect(sum.takeovers).toBeGreaterThan(2 * count)
      expect(sum.lost).toBeGreaterThan(count)
      expect(sum.released).toBeGreaterThan(count)
      expect(sum.crashes).toBeGreaterThan(count)
      expect(sum.led / count).toBeGreaterThan(0.1)
    },
    longMs,
  )
})
