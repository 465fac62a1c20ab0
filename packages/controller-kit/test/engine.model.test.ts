import { describe, expect, it } from 'vitest'
import { Model } from './model/run-model.ts'

/** Seeds and steps of the CI; the nightly run takes more by MODEL_SEEDS and another start by MODEL_FIRST_SEED. */
const seeds = Number(process.env['MODEL_SEEDS'] ?? 100)
const firstSeed = Number(process.env['MODEL_FIRST_SEED'] ?? 1)
const steps = Number(process.env['MODEL_STEPS'] ?? 8_000)
const groups = 8

describe('the engine converges to what a computation from scratch gives, and is quiet then', () => {
  it.each(Array.from({ length: groups }, (_, group) => group))(
    'over random histories with lagging caches, faults of every kind, crashes and hand edits (group %i)',
    async (group) => {
      let checks = 0
      let crashes = 0
      const faults = new Map<string, number>()
      for (let seed = firstSeed + group; seed < firstSeed + seeds; seed += groups) {
        try {
          const result = await new Model(seed).run(steps, 2_000)
          checks += result.checks
          crashes += result.crashes
          for (const [fault, times] of result.faults) faults.set(fault, (faults.get(fault) ?? 0) + times)
        } catch (error) {
          throw new Error(`seed ${seed}: MODEL_FIRST_SEED=${seed} MODEL_SEEDS=1 runs it again`, {
            cause: error,
          })
        }
      }
      // A model that never crashed or never compared would prove nothing.
      expect(checks).toBeGreaterThan(0)
      if (seeds < groups || steps < 8_000) return
      expect(crashes).toBeGreaterThan(0)
      const known = ['lost answers', 'conflicts', 'forbidden', 'not served', 'fight', 'cuts', 'contest']
      expect(known.filter((fault) => (faults.get(fault) ?? 0) === 0)).toEqual([])
    },
    600_000,
  )
})
