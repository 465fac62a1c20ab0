import { availableParallelism } from 'node:os'
import { expect, it } from 'vitest'
import { seedsInProcesses } from '../../../packages/hub-controller/chaos/in-processes.ts'
import { commandOf, failureText } from '../../../packages/hub-controller/chaos/report.ts'
import { chaosWorlds } from '../chaos-worlds.ts'

const minutes = Number(process.env['ODFMO_NIGHTLY_MINUTES'] ?? 1)
/** However short the time. */
const leastSeeds = 500
const steps = 30

it(
  'five hundred random histories and more of a hub and its agents, that no run had before, end as from scratch',
  async () => {
    const first = Math.trunc(Date.now() / 1000)
    const until = performance.now() + minutes * 60_000
    const failures: string[] = []
    let seeds = 0
    const [, { worker, name: world }] = chaosWorlds
    const count = Number.MAX_SAFE_INTEGER - first
    await seedsInProcesses(
      { first, count, jobs: availableParallelism(), steps, worker },
      (result) => {
        seeds += 1
        if (result.wrong.length > 0)
          failures.push(failureText(result, commandOf(result, { steps, clusters: undefined, world })))
      },
      () => failures.length < 5 && (seeds < leastSeeds || performance.now() < until),
    )
    expect(failures.join('\n\n')).toBe('')
  },
  Number.POSITIVE_INFINITY,
)
