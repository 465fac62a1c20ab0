import { availableParallelism } from 'node:os'
import { expect, it } from 'vitest'
import { seedsInProcesses } from './in-processes.ts'
import { commandOf, failureText } from './report.ts'

const minutes = Number(process.env['ODFMO_NIGHTLY_MINUTES'] ?? 1)
/** However short the time. */
const leastSeeds = 2_000
const steps = 30

it(
  'two thousand random histories and more that no run had before end as from scratch',
  async () => {
    const first = Math.trunc(Date.now() / 1000)
    const until = performance.now() + minutes * 60_000
    const failures: string[] = []
    let seeds = 0
    const share = { first, count: Number.MAX_SAFE_INTEGER - first, jobs: availableParallelism(), steps }
    await seedsInProcesses(
      share,
      (result) => {
        seeds += 1
        if (result.wrong.length > 0)
          failures.push(failureText(result, commandOf(result, { steps, clusters: undefined })))
      },
      () => failures.length < 5 && (seeds < leastSeeds || performance.now() < until),
    )
    expect(failures.join('\n\n')).toBe('')
  },
  Number.POSITIVE_INFINITY,
)
