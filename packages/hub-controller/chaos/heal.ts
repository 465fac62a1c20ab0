import { contract, kinds } from '@odfmo/api-types'
import { managedCluster } from '../src/test/builders.ts'
import { correct } from './actions/mirror-peers.ts'
import { isUnreadable } from './actions/ramen.ts'
import { safely } from './actions/hand-edits.ts'
import { ramenRewrites } from './actors/ramen.ts'
import { isOurDRCluster } from '../src/derived/dr-cluster.ts'
import { objectText, type Hands } from './hands.ts'
import type { Random } from './random.ts'
import { ramenCrds, type World } from './world.ts'

/**
 * The end of all trouble: faults end, clusters are there and accepted, agents are back and have everything to give, and
 * people do what conditions tell them to do.
 */
export const heal = async (world: World, random: Random): Promise<void> => {
  const { cluster, hands, truth } = world
  cluster.faults.clear()
  await cluster.installCrds(ramenCrds(truth))
  for (const spoke of truth.spokes) spoke.isAway = false
  for (const storage of truth.storages) storage.gives = { token: true, bucket: true }
  if (truth.ramenText !== undefined && isUnreadable(truth.ramenText)) {
    truth.ramenText = 'kind: RamenConfig\n'
    await ramenRewrites(hands, truth)
  }
  if (world.hubs.length === 0) await world.startHub()
  await world.settle()
  for (const { name } of truth.spokes) {
    if (hands.find(kinds.ManagedCluster, { name }) === undefined)
      await hands.create(kinds.ManagedCluster, managedCluster(name))
    await hands.patch(kinds.ManagedCluster, { name }, { spec: { hubAcceptsClient: true } })
  }
  for (const mirrorPeer of hands.list(kinds.MirrorPeer)) await correct(world, mirrorPeer, random)
  await world.settle()
  await oneMore(world, random)
  await world.settle()
  if (await deleteRefused(world)) await world.settle()
  await untilOrphansGo(world)
}

/** Longer than the hub lets a DRCluster be that nobody wants, for a restore may be bringing who does; jumps back add to it. */
const orphanMs = 6 * 3_600_000

const untilOrphansGo = async (world: World): Promise<void> => {
  const { hands, clock } = world
  const end = clock.monotonic() + orphanMs
  while (clock.monotonic() < end && isOrphaned(hands)) {
    await world.pass(600_000)
    await world.settle()
  }
}

const isOrphaned = (hands: Hands): boolean => {
  const named = hands
    .list(kinds.MirrorPeer)
    .flatMap(({ spec }) => spec.items.map(({ clusterName }) => clusterName))
  const inPolicy = safely(() => hands.list(kinds.DRPolicy)).flatMap(({ spec }) => spec?.drClusters ?? [])
  const wanted = new Set([...named, ...inPolicy])
  return safely(() => hands.list(kinds.DRCluster)).some(
    (drCluster) => isOurDRCluster(drCluster) && !wanted.has(drCluster.metadata.name ?? ''),
  )
}

/** Each history ends in what is most often wrong: tokens rotate, and a MirrorPeer goes while others stay. */
const oneMore = async ({ hands, truth }: World, random: Random): Promise<void> => {
  for (const storage of truth.storages) {
    if (random.chance(0.7)) storage.key += 1
    if (random.chance(0.3)) storage.bucketKey += 1
  }
  const going = random.pick(hands.list(kinds.MirrorPeer))
  if (going !== undefined && random.chance(0.6))
    await hands.remove(kinds.MirrorPeer, { name: going.metadata.name ?? '' })
}

/** As the condition says: a DRCluster that cannot be changed is deleted to have it made again. */
const deleteRefused = async ({ hands, truth }: World): Promise<boolean> => {
  const refused = hands
    .list(kinds.MirrorPeer)
    .flatMap(({ status }) => status?.conditions ?? [])
    .filter(({ type }) => type === contract.mirrorPeer.condition.drClustersReady)
    .map(({ message }) => message)
    .join('\n')
  let did = false
  for (const { metadata } of safely(() => hands.list(kinds.DRCluster))) {
    const { name = '' } = metadata
    if (!refused.includes(`DRCluster ${name} cannot be changed`)) continue
    truth.users.delete(objectText(kinds.DRCluster, { name }))
    did = (await hands.remove(kinds.DRCluster, { name })) || did
  }
  return did
}
