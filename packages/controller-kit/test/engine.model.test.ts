import { describe, expect, it } from 'vitest'
import { Model } from './model/run-model.ts'

/** Seeds and steps of the CI; the nightly run takes more by MODEL_SEEDS and another start by MODEL_FIRST_SEED. */
const seeds = Number(process.env['MODEL_SEEDS'] ?? 200)
const firstSeed = Number(process.env['MODEL_FIRST_SEED'] ?? 1)
const steps = Number(process.env['MODEL_STEPS'] ?? 20_000)
const groups = 8

describe('the engine converges to what a computation from scratch gives, and is quiet then', () => {
  it.each(Array.from({ length: groups }, (_, group) => group))(
    'over random histories with lagging caches, crashes and hand edits (group %i)',
    async (group) => {
      let checks = 0
      let crashes = 0
      for (let seed = firstSeed + group; seed < firstSeed + seeds; seed += groups) {
        try {
          const result = await new Model(seed).run(steps, 2_000)
          checks += result.checks
          crashes += result.crashes
        } catch (error) {
          throw new Error(`seed ${seed}: MODEL_FIRST_SEED=${seed} MODEL_SEEDS=1 runs it again`, {
            cause: error,
          })
        }
      }
      // A model that never crashed or never compared would prove nothing.
      expect(checks).toBeGreaterThan(0)
      expect(seeds < groups || steps < 20_000 || crashes > 0).toBe(true)
    },
    600_000,
  )
})
