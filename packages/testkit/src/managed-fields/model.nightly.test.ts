import { expect, it } from 'vitest'
import { OwnerRun } from './test/owner-run.ts'

const minutes = Number(process.env['ODFMO_NIGHTLY_MINUTES'] ?? 1)
const stepsOfSeed = 400

it(
  'fields and their owners are those of a plain computation, for seeds without end',
  () => {
    const until = performance.now() + minutes * 60_000
    const first = Math.trunc(performance.timeOrigin / 1_000)
    for (let seed = first; performance.now() < until; seed += 1) {
      const run = new OwnerRun(seed)
      for (let step = 0; step < stepsOfSeed; step += 1) {
        try {
          run.step()
        } catch (error) {
          throw new Error(`seed ${seed}, step ${step}`, { cause: error })
        }
      }
    }
    expect(performance.now()).toBeGreaterThanOrEqual(until)
  },
  Number.POSITIVE_INFINITY,
)
