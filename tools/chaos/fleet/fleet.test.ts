import { expect, it } from 'vitest'
import { commandOf, failureText } from '../../../packages/hub-controller/chaos/report.ts'
import { shrink } from '../../../packages/hub-controller/chaos/shrink.ts'
import { runFleetSeed } from './run-fleet-seed.ts'

const seeds = 5
const steps = 30

it(
  `${seeds} random histories of ${steps} steps of a hub and its agents end as if all had begun with what is there at the end, and in silence`,
  async () => {
    for (let seed = 1; seed <= seeds; seed += 1) {
      const result = await runFleetSeed({ seed, steps })
      if (result.wrong.length === 0) continue
      const shortest = await shrink({ seed, steps }, result, { run: runFleetSeed })
      expect.fail(
        failureText(shortest, commandOf(shortest, { steps, clusters: undefined, world: 'fleet' }, false)),
      )
    }
  },
  // Half a minute of computing, on a machine that has other things to do.
  600_000,
)
