import { kinds, type MirrorPeer, type PeerRef } from '@odfmo/api-types'
import type { Random } from '../../../../packages/hub-controller/chaos/random.ts'
import { asCreated } from '../../../../packages/hub-controller/src/test/scene.ts'
import type { FleetAction } from '../step.ts'
import { storageText, type FleetTruth } from '../truth.ts'
import type { FleetWorld } from '../world.ts'

const refText = (ref: PeerRef): string =>
  storageText(ref).replace('/openshift-storage/ocs-storagecluster', '')

/** Two of different clusters, with storage of the same sort. */
const twoOf = (random: Random, { spokes }: FleetTruth) => {
  const all = spokes.flatMap(({ storages }) => storages)
  const one = random.pick(all)
  const other = random.pick(
    all.filter(({ ref, external }) => ref.clusterName !== one?.ref.clusterName && external === one?.external),
  )
  return one === undefined || other === undefined ? undefined : ([one, other] as const)
}

const intervals = [undefined, ['5m'], ['10m', '1h'], []] as const

const create: FleetAction = {
  name: 'create MirrorPeer',
  weight: 9,
  async run({ hands, truth }, random) {
    const two = twoOf(random, truth)
    if (two === undefined) return undefined
    const items = two.map(({ ref }) => ref)
    const name = `mp-${random.chance(0.4) ? random.below(3) : truth.nextName++}`
    const schedulingIntervals = random.pick(intervals)
    const spec = {
      items,
      type: two[0].external ? ('sync' as const) : ('async' as const),
      manageS3: random.chance(0.5),
      ...(schedulingIntervals === undefined ? {} : { schedulingIntervals }),
    }
    const created = await hands.create(kinds.MirrorPeer, asCreated({ name, spec }))
    return `create MirrorPeer ${name}, ${spec.type}, ${JSON.stringify(schedulingIntervals)}: ${items.map(refText).join(' and ')}${created ? '' : ' (refused)'}`
  },
}

const nameOf = ({ metadata: { name = '' } }: MirrorPeer): string => name
const pick = ({ hands }: FleetWorld, random: Random): MirrorPeer | undefined =>
  random.pick(hands.list(kinds.MirrorPeer))

const otherIntervals: FleetAction = {
  name: 'change intervals',
  weight: 4,
  async run(world, random) {
    const mirrorPeer = pick(world, random)
    if (mirrorPeer === undefined) return undefined
    const schedulingIntervals = random.oneOf<readonly string[]>(
      ['5m'],
      ['10m'],
      ['5m', '2h'],
      ['1h', '10m', '1d'],
    )
    const body = { spec: { schedulingIntervals } }
    await world.hands.patch(kinds.MirrorPeer, { name: nameOf(mirrorPeer) }, body)
    return `intervals of ${nameOf(mirrorPeer)}: ${schedulingIntervals.join(', ')}`
  },
}

const swap: FleetAction = {
  name: 'swap items',
  weight: 2,
  async run(world, random) {
    const mirrorPeer = pick(world, random)
    if (mirrorPeer === undefined) return undefined
    const items = mirrorPeer.spec.items.toReversed()
    await world.hands.patch(kinds.MirrorPeer, { name: nameOf(mirrorPeer) }, { spec: { items } })
    return `swap the items of ${nameOf(mirrorPeer)}`
  },
}

const remove: FleetAction = {
  name: 'delete MirrorPeer',
  weight: 6,
  async run(world, random) {
    const mirrorPeer = pick(world, random)
    if (mirrorPeer === undefined) return undefined
    await world.hands.remove(kinds.MirrorPeer, { name: nameOf(mirrorPeer) })
    return `delete MirrorPeer ${nameOf(mirrorPeer)}`
  },
}

const removeAll: FleetAction = {
  name: 'delete all MirrorPeers',
  weight: 0.7,
  async run({ hands }) {
    const all = hands.list(kinds.MirrorPeer).map(nameOf)
    for (const name of all) await hands.remove(kinds.MirrorPeer, { name })
    return all.length === 0 ? undefined : `delete ${all.join(', ')} together`
  },
}

export const mirrorPeerActions: readonly FleetAction[] = [create, otherIntervals, swap, remove, removeAll]
