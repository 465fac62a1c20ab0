import { sameState, type Snapshot } from '@odfmo/testkit'
import { expect, it } from 'vitest'
import { comparable } from './comparable.ts'
import { liveUntilReady, restored } from './scenarios.ts'
import { startStage, type Stage } from './stage.ts'

/** How a hub is at rest, after what is done to it. */
const endOf = async (life: (stage: Stage) => Promise<void>): Promise<Snapshot> => {
  const stage = await startStage()
  try {
    await life(stage)
    await stage.usersThingsAreThere()
    return comparable(stage.cluster.snapshot())
  } finally {
    await stage.end()
  }
}

it.each([
  ['without', false],
  ['with', true],
] as const)(
  'a hub restored from a backup, MirrorPeers %s finalizers, comes to what a life in peace comes to',
  async (_, withFinalizers) => {
    const inPeace = await endOf(liveUntilReady)
    const afterRestore = await endOf(async (stage) => {
      await restored(withFinalizers)(stage)
      await stage.live(() => stage.ready())
    })
    expect(sameState(inPeace, afterRestore)).toEqual([])
  },
  300_000,
)
