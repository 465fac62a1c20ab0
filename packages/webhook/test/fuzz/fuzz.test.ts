import { expect, it } from 'vitest'
import { fuzz } from './fuzz-run.ts'

it('three thousand odd bodies are answered rightly or refused in words, and leave nothing behind', async () => {
  const seed = Number(process.env['FUZZ_SEED'] ?? 20_261_122)
  const report = await fuzz(seed, { bodies: 3000, until: Number.POSITIVE_INFINITY, warmUp: 1000 })
  const again = `FUZZ_SEED=${seed} runs it again`
  expect(report.problems, again).toEqual([])
  expect(report.bodies).toBe(3000)
  // It is not the same answer again and again.
  expect(Object.keys(report.byStatus)).toEqual(expect.arrayContaining(['200', '400']))
  expect(report.grownMib, again).toBeLessThan(5)
  expect(report.connectionsLeft, again).toBe(0)
})
