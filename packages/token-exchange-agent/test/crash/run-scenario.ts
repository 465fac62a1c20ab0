import {
  testCrashConsistency,
  type ArrivedWrite,
  type CrashMode,
  type CrashOptions,
  type CrashReport,
  type CrashWrite,
} from '@odfmo/testkit'
import { contract } from '@odfmo/api-types'
import { hubUser, spokeUser } from '../agent-rights.ts'
import { ignoreLock } from '../expect-exchanged.ts'
import type { Scenario } from './scenarios.ts'
import { waitMs, type Stage } from './stage.ts'

export const crashModes: readonly CrashMode[] = ['stop before effect', 'stop after effect', 'lose answer']

/** Which writes are of one sort. */
export const sortOf = ({
  cluster,
  verb,
  resource,
}: Pick<CrashWrite, 'cluster' | 'verb' | 'resource'>): string => `${cluster} ${verb} ${resource}`

/** The lock is renewed whatever happens. */
const isWrite = ({ resource, name }: ArrivedWrite): boolean =>
  !/^(?:leases|events)\b/.test(resource) && name !== contract.spoke.lock

/** Stops the agent at the points of a scenario, in one process: by abort, deaf and dumb from the write on. */
export const runScenario = async (
  stage: Stage,
  { given, act }: Scenario,
  options: Partial<CrashOptions> = {},
): Promise<CrashReport> => {
  await given?.(stage)
  return testCrashConsistency({
    clusters: [stage.hub, stage.spoke],
    user: [hubUser('cluster1'), spokeUser],
    start: () => stage.startAgent(),
    async scenario() {
      stage.players.fsids.clear()
      const end = await stage.players.play()
      try {
        await act(stage)
        stage.usersThingsAreThere()
      } finally {
        await end()
      }
    },
    isWrite,
    ignore: ignoreLock,
    timeoutMs: waitMs,
    ...options,
  })
}
