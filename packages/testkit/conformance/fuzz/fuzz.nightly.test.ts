import { expect, it } from 'vitest'
import { fuzz } from './fuzz-run.ts'

it(
  'a hundred thousand odd requests are answered, refused ones with a Status, and leave nothing behind',
  async () => {
    const seed = Number(process.env['FUZZ_SEED'] ?? Math.trunc(Date.now() / 1000))
    const report = await fuzz(seed, 100_000)
    const again = `FUZZ_SEED=${seed} npm run nightly -- fuzz runs it again`
    expect(report.problems, again).toEqual([])
    expect(report.grownMib, again).toBeLessThan(5)
  },
  Number.POSITIVE_INFINITY,
)
