import { contract, kinds } from '@odfmo/api-types'
import { keyOf, keyText, type Kind, type KubeObject } from '@odfmo/api-types/meta'
import type { Random } from '../../../../packages/hub-controller/chaos/random.ts'
import type { Spoke } from '../spoke.ts'
import { byHand as wrong } from '../oracle/inputs.ts'
import type { FleetAction } from '../step.ts'
import type { StorageTruth } from '../truth.ts'
import type { FleetWorld } from '../world.ts'

const storageOf = ({ truth }: FleetWorld, random: Random): StorageTruth | undefined =>
  random.pick(truth.spokes.flatMap(({ storages }) => storages))

const rotate: FleetAction = {
  name: 'rotate',
  weight: 4,
  run(world, random) {
    const storage = storageOf(world, random)
    if (storage === undefined) return Promise.resolve(undefined)
    const what = random.oneOf('key', 'bucketKey' as const)
    storage[what] += 1
    return Promise.resolve(`a new ${what === 'key' ? 'token' : 'bucket key'} on ${storage.ref.clusterName}`)
  },
}

/** Faster than anybody can follow. */
const storm: FleetAction = {
  name: 'rotation storm',
  weight: 1.5,
  async run(world, random) {
    const times = 3 + random.below(8)
    for (let n = 0; n < times; n += 1) {
      const storage = storageOf(world, random)
      if (storage === undefined) return undefined
      storage.key += 1
      if (random.chance(0.5)) storage.bucketKey += 1
      await world.round()
      if (random.chance(0.5)) await world.time.pass(random.below(200))
    }
    return `${times} rotations, one right after the other`
  },
}

const reinstall: FleetAction = {
  name: 'reinstall Ceph',
  weight: 1.5,
  run(world, random) {
    const storage = storageOf(world, random)
    if (storage === undefined) return Promise.resolve(undefined)
    storage.fsid = `${storage.fsid}0`
    storage.key += 1
    return Promise.resolve(
      `Ceph of ${keyText(storage.ref.storageClusterRef)} on ${storage.ref.clusterName} is installed anew`,
    )
  },
}

const withhold: FleetAction = {
  name: 'withhold',
  weight: 2.5,
  run(world, random) {
    const storage = storageOf(world, random)
    if (storage === undefined) return Promise.resolve(undefined)
    const what = random.oneOf('token', 'route', 'cluster' as const)
    storage.has[what] = !storage.has[what]
    return Promise.resolve(
      `${what} of ${keyText(storage.ref.storageClusterRef)} on ${storage.ref.clusterName} is ${storage.has[what] ? 'there' : 'gone'}`,
    )
  },
}

const otherHost: FleetAction = {
  name: 'other host',
  weight: 1,
  run(world, random) {
    const storage = storageOf(world, random)
    if (storage === undefined) return Promise.resolve(undefined)
    storage.host += 1
    return Promise.resolve(`S3 of ${storage.ref.clusterName} has another host`)
  },
}

type Written = { readonly kind: Kind; readonly object: KubeObject }

/** Everything that the agent has written on its spoke. */
const written = ({ hands }: Spoke): readonly Written[] => {
  const of = (kind: Kind, keep: (object: KubeObject) => boolean = () => true): readonly Written[] =>
    hands
      .list(kind)
      .filter(keep)
      .map((object) => ({ kind, object }))
  const { label } = contract
  return [
    ...of(kinds.Secret, ({ metadata }) => metadata.labels?.[label.createdBy] !== undefined),
    ...of(kinds.VolumeReplicationClass, ({ metadata }) => metadata.name?.startsWith('rbd-') === true),
    ...of(kinds.ObjectBucketClaim),
    ...of(kinds.StorageClass),
    ...of(kinds.StorageCluster),
    ...of(kinds.ConfigMap, ({ metadata }) => metadata.name === contract.spoke.rookOperatorConfig),
  ]
}

/** What a person might change in an object of each kind; undefined: takes it away. */
const edits = (random: Random, { kind }: Written): object | undefined => {
  switch (kind.kind) {
    case 'Secret':
      return random.oneOf<object | undefined>(undefined, { data: { extra: 'd3Jvbmc=' } }, { data: null })
    case 'StorageClass':
      return {
        metadata: { labels: { [contract.label.storageId]: random.oneOf<string | null>(null, wrong) } },
      }
    case 'StorageCluster':
      return { spec: { mirroring: { enabled: random.oneOf<boolean | null>(null, false) } } }
    case 'ConfigMap':
      return { data: { [contract.spoke.omapGeneratorKey]: random.oneOf<string | null>(null, 'false') } }
    case 'VolumeReplicationClass':
      return random.oneOf<object | undefined>(undefined, {
        metadata: { labels: { [contract.label.replicationId]: wrong } },
      })
    default:
      return undefined
  }
}

const byHand: FleetAction = {
  name: 'edit by hand',
  weight: 6,
  async run(world, random) {
    const spoke = random.pick(world.spokes)
    const one = spoke === undefined ? undefined : random.pick(written(spoke))
    if (spoke === undefined || one === undefined) return undefined
    // What bears no mark is remembered by finalizers: edits of it are for who has them.
    const isUsed = world.hands
      .list(kinds.MirrorPeer)
      .some(
        ({ metadata, spec }) =>
          metadata.deletionTimestamp === undefined &&
          spec.items.some(({ clusterName }) => clusterName === spoke.truth.name) &&
          metadata.finalizers?.some((each) => each.startsWith(spoke.truth.name)),
      )
    if (!isUsed) return undefined
    const edit = edits(random, one)
    const what = `${one.kind.kind} ${keyText(keyOf(one.object))} on ${spoke.truth.name}`
    if (edit === undefined) {
      await spoke.hands.remove(one.kind, keyOf(one.object))
      return `delete ${what} by hand`
    }
    const done = await spoke.hands.patch(one.kind, keyOf(one.object), edit)
    return `edit ${what} by hand: ${JSON.stringify(edit)}${done ? '' : ' (refused)'}`
  },
}

const onHub: FleetAction = {
  name: 'spoil hub secret',
  weight: 3,
  async run({ hands, truth }, random) {
    const spoke = random.pick(truth.spokes)
    const secret = random.pick(
      spoke === undefined
        ? []
        : hands
            .list(kinds.Secret, spoke.name)
            .filter(({ metadata }) => metadata.labels?.[contract.label.secretType] !== undefined),
    )
    if (secret === undefined) return undefined
    const key = keyOf(secret)
    const edit = random.oneOf<object | undefined>(
      undefined,
      { data: { 'secret-data': 'bm90IGpzb24=' } },
      { data: { namespace: 'd3Jvbmc=' } },
    )
    if (edit === undefined) await hands.remove(kinds.Secret, key)
    else await hands.patch(kinds.Secret, key, edit)
    return `${edit === undefined ? 'delete' : `edit (${JSON.stringify(edit)})`} ${secret.metadata.labels?.[contract.label.secretType]} ${keyText(key)} by hand`
  },
}

export const storageActions: readonly FleetAction[] = [
  rotate,
  storm,
  reinstall,
  withhold,
  otherHost,
  byHand,
  onHub,
]
