import { expect, it } from 'vitest'
import { Model } from './model/run-model.ts'

const steps = 20_000
const minutes = Number(process.env['ODFMO_NIGHTLY_MINUTES'] ?? 1)

it('the engine converges over random histories, with seeds that no run had before, until the time is over', async () => {
  const firstSeed = Math.trunc(Date.now() / 1000)
  const until = performance.now() + minutes * 60_000
  let seed = firstSeed
  for (; performance.now() < until; seed++) {
    try {
      await new Model(seed).run(steps, 2_000)
    } catch (error) {
      throw new Error(
        `seed ${seed}: MODEL_FIRST_SEED=${seed} MODEL_SEEDS=1 npm test -- engine.model runs it again`,
        {
          cause: error,
        },
      )
    }
  }
  expect(seed).toBeGreaterThan(firstSeed)
})
