import { expect, it } from 'vitest'
import { Model } from './model/run-model.ts'

const minutes = Number(process.env['ODFMO_NIGHTLY_MINUTES'] ?? 1)
/** However short the time: so many histories, of which most are short. */
const leastSeeds = 1_000
const shortSteps = 5_000
const longSteps = 20_000

it(
  'the engine converges over a thousand random histories and more, with faults, and seeds that no run had before',
  async () => {
    const firstSeed = Math.trunc(Date.now() / 1000)
    const until = performance.now() + minutes * 60_000
    for (let n = 0; n < leastSeeds || performance.now() < until; n++) {
      const seed = firstSeed + n
      const steps = n < leastSeeds ? shortSteps : longSteps
      try {
        await new Model(seed).run(steps, 2_000)
      } catch (error) {
        const again = `MODEL_FIRST_SEED=${seed} MODEL_SEEDS=1 MODEL_STEPS=${steps} npm test -- engine.model`
        throw new Error(`seed ${seed}: ${again} runs it again`, { cause: error })
      }
    }
    expect(performance.now()).toBeGreaterThanOrEqual(until)
  },
  Number.POSITIVE_INFINITY,
)
