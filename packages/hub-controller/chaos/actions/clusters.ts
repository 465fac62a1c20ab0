import { kinds } from '@odfmo/api-types'
import { managedCluster } from '../../src/test/builders.ts'
import type { Random } from '../random.ts'
import type { Action } from '../step.ts'
import type { Truth } from '../truth.ts'

const spokeName = (random: Random, { spokes }: Truth): string => random.pick(spokes)?.name ?? ''

const importOne: Action = {
  name: 'import cluster',
  weight: 4,
  async run({ hands, truth }, random) {
    const missing = truth.spokes.filter(
      ({ name }) => hands.find(kinds.ManagedCluster, { name }) === undefined,
    )
    const spoke = random.pick(missing)
    if (spoke === undefined) return undefined
    await hands.create(kinds.ManagedCluster, managedCluster(spoke.name, { accepted: random.chance(0.9) }))
    return `import ${spoke.name}`
  },
}

const detach: Action = {
  name: 'detach cluster',
  weight: 1.5,
  async run({ hands, truth }, random) {
    const name = spokeName(random, truth)
    return (await hands.remove(kinds.ManagedCluster, { name })) ? `detach ${name}` : undefined
  },
}

const accept: Action = {
  name: 'toggle acceptance',
  weight: 2,
  async run({ hands, truth }, random) {
    const name = spokeName(random, truth)
    const cluster = hands.find(kinds.ManagedCluster, { name })
    if (cluster === undefined) return undefined
    const hubAcceptsClient = cluster.spec?.hubAcceptsClient !== true
    await hands.patch(kinds.ManagedCluster, { name }, { spec: { hubAcceptsClient } })
    return `${hubAcceptsClient ? 'accept' : 'no longer accept'} ${name}`
  },
}

const deleteNamespace: Action = {
  name: 'delete namespace',
  weight: 0.7,
  async run({ hands, truth }, random) {
    const name = spokeName(random, truth)
    return (await hands.remove(kinds.Namespace, { name })) ? `delete namespace ${name}` : undefined
  },
}

const work: Action = {
  name: 'everybody works',
  weight: 14,
  async run(world) {
    return (await world.round()) ? 'agents, OCM and klusterlets do what there is to do' : undefined
  },
}

const away: Action = {
  name: 'agent away',
  weight: 2,
  run({ truth }, random) {
    const spoke = random.pick(truth.spokes)
    if (spoke === undefined) return Promise.resolve(undefined)
    spoke.isAway = !spoke.isAway
    return Promise.resolve(`${spoke.name} is ${spoke.isAway ? 'away' : 'back'}`)
  },
}

const rotate: Action = {
  name: 'rotate',
  weight: 3,
  run({ truth }, random) {
    const storage = random.pick(truth.storages)
    if (storage === undefined) return Promise.resolve(undefined)
    const what = random.oneOf('key', 'bucketKey' as const)
    storage[what === 'key' ? 'key' : 'bucketKey'] += 1
    return Promise.resolve(`a new ${what === 'key' ? 'token' : 'bucket key'} on ${storage.ref.clusterName}`)
  },
}

const reinstall: Action = {
  name: 'reinstall',
  weight: 0.5,
  run({ truth }, random) {
    const storage = random.pick(truth.storages)
    if (storage === undefined) return Promise.resolve(undefined)
    storage.fsid = `${storage.fsid}0`
    return Promise.resolve(`Ceph of ${storage.ref.clusterName} is installed anew`)
  },
}

const withhold: Action = {
  name: 'withhold',
  weight: 2,
  run({ truth }, random) {
    const storage = random.pick(truth.storages)
    if (storage === undefined) return Promise.resolve(undefined)
    const what = random.oneOf('token', 'bucket' as const)
    storage.gives[what] = !storage.gives[what]
    return Promise.resolve(
      `the agent of ${storage.ref.clusterName} has ${storage.gives[what] ? 'a' : 'no'} ${what} to give`,
    )
  },
}

export const clusterActions: readonly Action[] = [
  importOne,
  detach,
  accept,
  deleteNamespace,
  work,
  away,
  rotate,
  reinstall,
  withhold,
]
