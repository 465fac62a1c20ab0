import path from 'node:path'
import { runSeed, type SeedOptions, type SeedResult } from '../../packages/hub-controller/chaos/run-seed.ts'
import { runFleetSeed } from './fleet/run-fleet-seed.ts'

/** What random histories happen to. */
export interface ChaosWorld {
  readonly name: 'hub' | 'fleet'
  readonly runSeed: (options: SeedOptions) => Promise<SeedResult>
  /** Program of a process that runs seeds. */
  readonly worker: string
}

export const chaosWorlds: readonly [ChaosWorld, ChaosWorld] = [
  {
    name: 'hub',
    runSeed,
    worker: path.resolve(import.meta.dirname, '../../packages/hub-controller/chaos/seed-worker.ts'),
  },
  {
    name: 'fleet',
    runSeed: runFleetSeed,
    worker: path.resolve(import.meta.dirname, 'fleet/fleet-seed-worker.ts'),
  },
]
