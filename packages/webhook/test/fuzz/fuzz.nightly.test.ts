import { expect, it } from 'vitest'
import { fuzz } from './fuzz-run.ts'

const minutes = Number(process.env['ODFMO_NIGHTLY_MINUTES'] ?? 10)

it(
  'a million odd bodies, or as many as there is time for, are answered rightly or refused in words, and leave nothing behind',
  async () => {
    const seed = Number(process.env['FUZZ_SEED'] ?? Math.trunc(Date.now() / 1000))
    const again = `FUZZ_SEED=${seed} npm run nightly -- webhook/test/fuzz runs it again`
    process.stdout.write(`${again}\n`)
    const until = performance.now() + minutes * 60_000
    const report = await fuzz(seed, { bodies: 1_000_000, until, warmUp: 10_000 })
    process.stdout.write(`${JSON.stringify(report, null, 2)}\n`)
    expect(report.problems, again).toEqual([])
    expect(report.bodies).toBeGreaterThan(0)
    expect(report.grownMib, again).toBeLessThan(5)
    expect(report.connectionsLeft, again).toBe(0)
  },
  Number.POSITIVE_INFINITY,
)
