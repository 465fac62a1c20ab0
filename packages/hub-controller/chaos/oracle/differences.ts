import { sameState, type Difference } from '@odfmo/testkit'
import { World } from '../world.ts'
import { projected } from './projection.ts'
import { inputsOf } from './scratch.ts'

/** Where a world that has come to rest differs from what a hub makes of the same inputs on a fresh cluster. */
export const differencesFromScratch = async (world: World): Promise<readonly Difference[]> => {
  const left = world.snapshot()
  const fresh = await World.open({ truth: world.truth, startMs: world.clock.now() })
  try {
    fresh.cluster.restore(inputsOf(left, world.truth))
    await fresh.startHub()
    await fresh.settle()
    return sameState(projected(left), projected(fresh.snapshot()))
  } finally {
    await fresh.close()
  }
}
