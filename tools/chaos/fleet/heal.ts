import { kinds } from '@odfmo/api-types'
import type { Random } from '../../../packages/hub-controller/chaos/random.ts'
import { believeNewClusters } from './actions/clones.ts'
import { endFaults } from './actions/faults.ts'
import type { FleetWorld } from './world.ts'

/** The end of all trouble: faults end, nodes are up, storage has everything to give, people do what they are told. */
export const heal = async (world: FleetWorld, random: Random): Promise<void> => {
  endFaults(world)
  for (const spoke of world.truth.spokes) {
    spoke.isDown = false
    for (const storage of spoke.storages) storage.has = { cluster: true, token: true, route: true }
  }
  await world.settle()
  if (await believeNewClusters(world)) await world.settle()
  await oneMore(world, random)
  await world.settle()
}

/** Each history ends in what is most often wrong: tokens rotate, and a MirrorPeer goes while others stay. */
const oneMore = async ({ hands, truth }: FleetWorld, random: Random): Promise<void> => {
  for (const { storages } of truth.spokes)
    for (const storage of storages) if (random.chance(0.7)) storage.key += 1
  const going = random.pick(hands.list(kinds.MirrorPeer))
  if (going !== undefined && random.chance(0.6))
    await hands.remove(kinds.MirrorPeer, { name: going.metadata.name ?? '' })
}
