import {
  testCrashConsistency,
  type CrashMode,
  type CrashOptions,
  type CrashReport,
  type CrashWrite,
} from '@odfmo/testkit'
import { hubUser, startHub } from '../../src/test/hub-process.ts'
import { settled } from '../../src/test/scene.ts'
import { comparable } from './comparable.ts'
import type { Scenario } from './scenarios.ts'
import { waitMs, type Stage } from './stage.ts'

export const crashModes: readonly CrashMode[] = ['stop before effect', 'stop after effect', 'lose answer']

/** Which writes are of one sort. */
export const sortOf = ({ verb, resource }: Pick<CrashWrite, 'verb' | 'resource'>): string =>
  `${verb} ${resource}`

/** Stops the hub controller at the points of a scenario, in one process: by abort, deaf and dumb from the write on. */
export const runScenario = async (
  stage: Stage,
  { given, act }: Scenario,
  options: Partial<CrashOptions> = {},
): Promise<CrashReport> => {
  await given?.(stage)
  return testCrashConsistency({
    clusters: stage.cluster,
    user: hubUser,
    async start() {
      const hub = await startHub(stage.cluster)
      return { stop: () => hub.stop(), settled: () => settled(hub) }
    },
    async scenario() {
      const stop = stage.players.play()
      try {
        await act(stage)
        await stage.usersThingsAreThere()
      } finally {
        await stop()
      }
    },
    comparable,
    timeoutMs: waitMs,
    ...options,
  })
}
