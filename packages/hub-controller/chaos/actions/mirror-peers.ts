import { kinds, type MirrorPeer, type PeerRef } from '@odfmo/api-types'
import { asCreated } from '../../src/test/scene.ts'
import { hubFinalizer, usersPrefix } from '../hands.ts'
import type { Random } from '../random.ts'
import type { Action } from '../step.ts'
import { storageText, type Truth } from '../truth.ts'
import type { World } from '../world.ts'
import { ourEntries } from '../oracle/ramen-text.ts'

const refText = (ref: PeerRef): string =>
  storageText(ref).replace('/openshift-storage/ocs-storagecluster', '')

const twoOf = (random: Random, { storages }: Truth): readonly PeerRef[] => {
  const one = random.pick(storages)
  const others = storages.filter(({ ref }) => ref.clusterName !== one?.ref.clusterName)
  const other = random.pick(others)
  return one === undefined || other === undefined ? [] : [one.ref, other.ref]
}

const intervals = [undefined, ['5m'], ['10m', '1h'], []] as const

const create: Action = {
  name: 'create MirrorPeer',
  weight: 9,
  async run({ hands, truth }, random) {
    const items = twoOf(random, truth)
    const name = `mp-${random.chance(0.4) ? random.below(4) : truth.nextName++}`
    const schedulingIntervals = random.pick(intervals)
    const bothExternal = items.every((ref) => truth.storages.some((one) => one.external && one.ref === ref))
    const spec = {
      items,
      type: bothExternal || random.chance(0.15) ? ('sync' as const) : ('async' as const),
      manageS3: random.chance(0.6),
      ...(schedulingIntervals === undefined ? {} : { schedulingIntervals }),
    }
    const created = await hands.create(kinds.MirrorPeer, asCreated({ name, spec }))
    return `create MirrorPeer ${name}, ${spec.type}${spec.manageS3 ? ' with manageS3' : ''}: ${items.map(refText).join(' and ')}${created ? '' : ' (refused)'}`
  },
}

/** What no schema would let through; only where the schema is lenient it gets into the cluster. */
const createInvalid: Action = {
  name: 'create invalid MirrorPeer',
  weight: 2,
  async run({ hands, truth }, random) {
    const items = twoOf(random, truth)
    const [one] = items
    if (one === undefined) return undefined
    const name = `mp-${truth.nextName++}`
    const wrong = random.oneOf<object>(
      { items: [one] },
      { items: [one, one] },
      { items, schedulingIntervals: ['5x'] },
      { items, type: 'both' },
      { items: [one, { clusterName: 'nowhere', storageClusterRef: one.storageClusterRef }] },
    )
    const made = asCreated({ name, spec: wrong })
    const created = await hands.create(kinds.MirrorPeer, made)
    return `create invalid MirrorPeer ${name} ${JSON.stringify(wrong).slice(0, 200)}${created ? '' : ' (refused)'}`
  },
}

const peerFrom = ({ hands }: World, random: Random): MirrorPeer | undefined =>
  random.pick(hands.list(kinds.MirrorPeer))

const nameOf = ({ metadata: { name = '' } }: MirrorPeer): string => name

/** Sets what is wrong right, as a user does who reads the condition. */
export const correct = async (
  { hands, truth }: World,
  mirrorPeer: MirrorPeer,
  random: Random,
): Promise<boolean> => {
  const { spec } = mirrorPeer
  const intervalsAreRight = (spec.schedulingIntervals ?? []).every((text) => /^\d+[mhd]$/.test(text))
  const [one, two] = spec.items
  const clusters = new Set(truth.spokes.map(({ name }) => name))
  const itemsAreRight =
    spec.items.length === 2 &&
    one?.clusterName !== two?.clusterName &&
    spec.items.every(({ clusterName }) => clusters.has(clusterName))
  const typeIsRight = ['async', 'sync'].includes(spec.type ?? 'async')
  if (intervalsAreRight && itemsAreRight && typeIsRight) return false
  const wanted = {
    ...(intervalsAreRight ? {} : { schedulingIntervals: ['5m'] }),
    ...(itemsAreRight ? {} : { items: twoOf(random, truth) }),
    ...(typeIsRight ? {} : { type: 'async' }),
  }
  return hands.patch(kinds.MirrorPeer, { name: nameOf(mirrorPeer) }, { spec: wanted })
}

const correctOne: Action = {
  name: 'correct MirrorPeer',
  weight: 2,
  async run(world, random) {
    for (const mirrorPeer of world.hands.list(kinds.MirrorPeer)) {
      if (await correct(world, mirrorPeer, random))
        return `correct the spec of MirrorPeer ${nameOf(mirrorPeer)}`
    }
    return undefined
  },
}

const spoil: Action = {
  name: 'spoil MirrorPeer',
  weight: 1,
  async run(world, random) {
    const mirrorPeer = peerFrom(world, random)
    if (mirrorPeer === undefined) return undefined
    const body = { spec: { schedulingIntervals: ['never'] } }
    const done = await world.hands.patch(kinds.MirrorPeer, { name: nameOf(mirrorPeer) }, body)
    return done ? `make the spec of MirrorPeer ${nameOf(mirrorPeer)} invalid` : undefined
  },
}

const toggle: Action = {
  name: 'toggle manageS3',
  weight: 4,
  async run(world, random) {
    const mirrorPeer = peerFrom(world, random)
    if (mirrorPeer === undefined) return undefined
    const manageS3 = mirrorPeer.spec.manageS3 !== true
    await world.hands.patch(kinds.MirrorPeer, { name: nameOf(mirrorPeer) }, { spec: { manageS3 } })
    return `manageS3 of ${nameOf(mirrorPeer)} ${manageS3 ? 'on' : 'off'}`
  },
}

const swap: Action = {
  name: 'swap items',
  weight: 1,
  async run(world, random) {
    const mirrorPeer = peerFrom(world, random)
    if (mirrorPeer === undefined) return undefined
    const items = mirrorPeer.spec.items.toReversed()
    await world.hands.patch(kinds.MirrorPeer, { name: nameOf(mirrorPeer) }, { spec: { items } })
    return `swap the items of ${nameOf(mirrorPeer)}`
  },
}

/**
 * An entry in Ramen's configuration and an owner reference bear no label: the finalizer is the memory of them. One who
 * deletes a MirrorPeer whose finalizer was taken off by hand a moment ago has to clean up by hand.
 */
const mayBeDeleted = ({ hands }: World, { metadata }: MirrorPeer): boolean =>
  metadata.finalizers?.includes(hubFinalizer) === true || ourEntries(hands).length === 0

const remove: Action = {
  name: 'delete MirrorPeer',
  weight: 6,
  async run(world, random) {
    const mirrorPeer = peerFrom(world, random)
    if (mirrorPeer === undefined || !mayBeDeleted(world, mirrorPeer)) return undefined
    await world.hands.remove(kinds.MirrorPeer, { name: nameOf(mirrorPeer) })
    return `delete MirrorPeer ${nameOf(mirrorPeer)}`
  },
}

const label: Action = {
  name: 'label MirrorPeer',
  weight: 1,
  async run(world, random) {
    const mirrorPeer = peerFrom(world, random)
    if (mirrorPeer === undefined) return undefined
    const body = { metadata: { labels: { [`${usersPrefix}n`]: String(random.below(9)) } } }
    await world.hands.patch(kinds.MirrorPeer, { name: nameOf(mirrorPeer) }, body)
    return `label MirrorPeer ${nameOf(mirrorPeer)}`
  },
}

export const mirrorPeerActions: readonly Action[] = [
  create,
  createInvalid,
  correctOne,
  spoil,
  toggle,
  swap,
  remove,
  label,
]
