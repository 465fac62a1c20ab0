import { contract, kinds, type KubeObject } from '@odfmo/api-types'
import { hubSecretName, s3SecretName, spokeFinalizer } from '@odfmo/secret-naming'
import { eventually, startCluster, type InMemoryCluster } from '@odfmo/testkit'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { hubUser, namespace, spokeUser } from '../agent-rights.ts'
import { writesOf } from '../agent-writes.ts'
import { deleted, expectAtRest, expectExchanged, expectSame, spokeOf } from '../expect-exchanged.ts'
import { mirrorPeer, refOf, settled, startFleet, storageClusterName, type Fleet } from '../fleet.ts'
import type { RunningAgent } from '../running-agent.ts'

// In memory: servers that fail on demand.
let fleet: Fleet<InMemoryCluster>
let agents: readonly RunningAgent[]

beforeAll(async () => {
  fleet = await startFleet({ start: startCluster })
  agents = [await fleet.startAgent('cluster1'), await fleet.startAgent('cluster2')]
  await settled(fleet, async () => {
    for (const spoke of Object.values(fleet.spokes))
      expect(await fleet.get(spoke, kinds.ConfigMap, { namespace, name: contract.spoke.lock })).toBeDefined()
  })
}, 240_000)
afterEach(() => {
  for (const { faults } of fleet.clusters) faults.clear()
})
afterAll(() => fleet.stop())

const longTest = 300_000
/** So often a question is asked again before the test goes on: it was no accident that nothing came of the first answer. */
const askedAgain = 3

interface Question {
  readonly resource: string
  readonly at: 'hub' | 'spoke'
  /** Only about this object; the locks are ConfigMaps too. */
  readonly name?: string
  /** What must not be taken away while there is no answer. */
  readonly kept: () => Promise<unknown>
}

const spoke = (): InMemoryCluster => spokeOf(fleet, 'cluster1')
const key = (name: string) => ({ namespace, name })
const storageCluster = async (): Promise<unknown> =>
  (await fleet.get(spoke(), kinds.StorageCluster, key(storageClusterName)))?.spec
/** That it is there, is the same, and is not on its way out; others may write their parts of it. */
const there = ({ metadata }: KubeObject): unknown => [metadata.uid, metadata.deletionTimestamp]
const exchangedSecret = async (): Promise<unknown> => {
  const secret = await fleet.get(spoke(), kinds.Secret, key(hubSecretName(refOf('cluster2'))))
  return secret === undefined ? undefined : there(secret)
}
const classes = async (): Promise<unknown> =>
  (await fleet.list(spoke(), kinds.VolumeReplicationClass)).map(there)
const claims = async (): Promise<unknown> =>
  (await fleet.list(spoke(), kinds.ObjectBucketClaim, namespace)).map(there)
const omap = async (): Promise<unknown> =>
  (await fleet.get(spoke(), kinds.ConfigMap, key(contract.spoke.rookOperatorConfig)))?.data
const labels = async (): Promise<unknown> =>
  (await fleet.list(spoke(), kinds.StorageClass)).map(({ metadata }) => metadata.labels)
const delivered = async (): Promise<unknown> => {
  const names = [hubSecretName(refOf('cluster1')), s3SecretName(refOf('cluster1'))]
  const secrets = await fleet.list(fleet.hub, kinds.Secret, 'cluster1')
  return secrets.filter(({ metadata }) => names.includes(metadata.name ?? '')).map(there)
}
const everything = async (): Promise<unknown> => ({
  storageCluster: await storageCluster(),
  secret: await exchangedSecret(),
  classes: await classes(),
  claims: await claims(),
  omap: await omap(),
  labels: await labels(),
  delivered: await delivered(),
  // That it is not answered may be told.
  writes: (await writesOf(fleet, 'cluster1')).filter((write) => !write.includes(' events.')),
})

const questions: readonly Question[] = [
  { at: 'hub', resource: 'mirrorpeers', kept: everything },
  { at: 'hub', resource: 'secrets', kept: delivered },
  { at: 'spoke', resource: 'storageclusters', kept: storageCluster },
  { at: 'spoke', resource: 'secrets', kept: exchangedSecret },
  { at: 'spoke', resource: 'configmaps', name: contract.spoke.rookOperatorConfig, kept: omap },
  { at: 'spoke', resource: 'objectbucketclaims', kept: claims },
  { at: 'spoke', resource: 'volumereplicationclasses', kept: classes },
  { at: 'spoke', resource: 'storageclasses', kept: labels },
  { at: 'spoke', resource: 'namespaces', kept: () => Promise.resolve(undefined) },
]

const finalizers = async (): Promise<readonly string[]> =>
  (await fleet.get(fleet.hub, kinds.MirrorPeer, { name: 'mirrorpeer-sample' }))?.metadata.finalizers ?? []

describe.each([
  ['an error', 500],
  ['a refusal', 403],
] as const)('what gets %s for an answer', (_, code) => {
  it.each(questions)(
    '$resource on the $at: is not taken away, and keeps the finalizer until it is answered',
    async ({ at, resource, name, kept }) => {
      const empty = await fleet.snapshots()
      await fleet.hub.apply(mirrorPeer())
      await settled(fleet, () => expectExchanged(fleet))
      await settled(fleet, async () => {
        expect(await finalizers()).toHaveLength(3)
        for (const agent of agents) expectAtRest(agent)
      })
      const before = await kept()

      const cluster = at === 'hub' ? fleet.hub : spoke()
      const user = at === 'hub' ? hubUser('cluster1') : spokeUser
      const fault = cluster.faults.add({
        match: { verb: ['get', 'list'], resource, user, ...(name === undefined ? {} : { name }) },
        fault: { kind: 'status', code },
      })
      await fleet.deleteObject(fleet.hub, kinds.MirrorPeer, { name: 'mirrorpeer-sample' })
      await eventually(fleet.clusters, () => expect(fault.hits).toBeGreaterThanOrEqual(askedAgain), {
        timeoutMs: 120_000,
      })
      expect(await finalizers()).toContain(spokeFinalizer('cluster1'))
      expect(await kept()).toEqual(before)

      fault.remove()
      await settled(fleet, async () => expect(await fleet.list(fleet.hub, kinds.MirrorPeer)).toEqual([]))
      await expectSame(fleet, empty)
    },
    longTest,
  )
})

it(
  'takes nothing away while the MirrorPeers on the hub may not be read at all',
  async () => {
    await fleet.hub.apply(mirrorPeer(), mirrorPeer('second', { schedulingIntervals: ['1h'] }))
    await settled(fleet, async () => {
      for (const each of Object.values(fleet.spokes))
        expect(await fleet.list(each, kinds.VolumeReplicationClass)).toHaveLength(2)
      expect(await storageCluster()).toMatchObject({ mirroring: { enabled: true } })
      for (const agent of agents) expectAtRest(agent)
    })
    const user = hubUser('cluster1')
    const resource = 'mirrorpeers'
    const fault = fleet.hub.faults.add({
      match: { resource, user, verb: ['get', 'list', 'watch'] },
      fault: { kind: 'status', code: 403 },
    })
    const before = await everything()
    fleet.hub.faults.dropWatches({ resource, user })
    await fleet.deleteObject(fleet.hub, kinds.MirrorPeer, { name: 'second' })
    await eventually(fleet.clusters, () => expect(fault.hits).toBeGreaterThanOrEqual(askedAgain), {
      timeoutMs: 120_000,
    })
    expect(await everything()).toEqual(before)
    fault.remove()
    await settled(fleet, async () => {
      expect(await fleet.list(fleet.hub, kinds.MirrorPeer)).toHaveLength(1)
      await expectExchanged(fleet)
    })
    await deleted(fleet)
  },
  longTest,
)
