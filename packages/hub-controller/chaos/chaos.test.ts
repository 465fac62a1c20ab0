import { expect, it } from 'vitest'
import { commandOf, failureText } from './report.ts'
import { runSeed } from './run-seed.ts'
import { shrink } from './shrink.ts'

const seeds = 25
const steps = 20

it(
  `${seeds} random histories of ${steps} steps end as if the hub had begun with what is there at the end, and in silence`,
  async () => {
    for (let seed = 1; seed <= seeds; seed += 1) {
      const setting = { steps, clusters: undefined }
      const result = await runSeed({ seed, steps })
      if (result.wrong.length === 0) continue
      const shortest = await shrink({ seed, steps }, result)
      expect.fail(failureText(shortest, commandOf(shortest, setting, false)))
    }
  },
  // A minute of computing, on a machine that has other things to do.
  600_000,
)
