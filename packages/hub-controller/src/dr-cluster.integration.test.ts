import { contract, kinds, type DRCluster, type DRPolicy } from '@odfmo/api-types'
import { apiVersionOf, keyOf } from '@odfmo/api-types/meta'
import { eventually, hubCrds, journalOf, type Cluster } from '@odfmo/testkit'
import { afterEach, describe, expect, it } from 'vitest'
import { blue, fsidOf, peerRef, s3 } from './test/builders.ts'
import { conditionOf, find, get, list, peer } from './test/hub-cluster.ts'
import { writesOf } from './test/journal.ts'
import { hubUser } from './test/hub-process.ts'
import { asCreated, delivered, one, quiet, scene, settled, type Scene } from './test/scene.ts'

const { group, plural } = kinds.DRCluster
const key = { name: 'cluster1' }
const right = { region: fsidOf('cluster1'), s3ProfileName: 's3profile-cluster1-ocs-storagecluster' }

/** As newer definitions of Ramen have it: both fields stay what they were. */
const withFixedFields = (crd: (typeof hubCrds)[number]): (typeof hubCrds)[number] => {
  if (crd.metadata.name !== `${plural}.${group}`) return crd
  const rule = { rule: 'self == oldSelf', message: 'is immutable' }
  return JSON.parse(JSON.stringify(crd), (field, value: unknown) =>
    (field === 'region' || field === 's3ProfileName') && typeof value === 'object' && value !== null
      ? { ...value, 'x-kubernetes-validations': [rule] }
      : value,
  ) as typeof crd
}

const users = (spec: DRCluster['spec']): DRCluster => ({
  apiVersion: apiVersionOf(kinds.DRCluster),
  kind: 'DRCluster',
  metadata: { ...key, labels: { theirs: 'x' }, annotations: { theirs: 'y' } },
  spec,
})

let stage: Scene
let cluster: Cluster
const begin = async (started: Scene): Promise<void> => {
  stage = started
  cluster = started.cluster
}
afterEach(() => stage.end())
const soon = (check: () => Promise<void>): Promise<void> => eventually(cluster, check)
const condition = async (name?: string) => conditionOf(await peer(cluster, name), 'DRClustersReady')

describe('a DRCluster whose fields cannot be changed', () => {
  it('is tried once for each value, the condition holds it, and a hub that starts anew does not try again', async () => {
    await begin(await scene({ crds: hubCrds.map(withFixedFields) }))
    await cluster.apply(users({ region: 'old', s3ProfileName: 'old', cidrs: ['10.0.0.0/8'] }))
    let hub = await stage.start()
    await cluster.apply(asCreated(), ...delivered)
    const tries = async (): Promise<number> =>
      (await journalOf(cluster)).all({ verb: 'patch', resource: `${plural}.${group}`, status: 422 }).length
    const refused = async (region: string): Promise<void> =>
      soon(async () =>
        expect(await condition()).toMatchObject({
          status: 'False',
          reason: 'DRClusterRefused',
          message: expect.stringContaining(`region "${region}" and s3ProfileName "${right.s3ProfileName}"`),
        }),
      )
    const anew = async (): Promise<void> => {
      await settledButRefused()
      await stage.stopAll()
      const before = (await writesOf(cluster, hubUser)).length
      const tried = await tries()
      hub = await stage.start()
      await settledButRefused()
      await quiet()
      expect(await tries()).toBe(tried)
      expect(await writesOf(cluster, hubUser)).toHaveLength(before)
    }
    const settledButRefused = (): Promise<void> =>
      expect.poll(() => hub.engine.pending === 0 && hub.unsettled().length <= 1).toBe(true)

    await refused(right.region)
    expect(await tries()).toBe(1)
    await anew()
    // Another value is another try.
    const moved = blue(one, { fsid: 'moved' })
    await stage.edit(kinds.Secret, keyOf(moved), { data: moved.data })
    await refused('moved')
    expect(await tries()).toBe(2)
    await anew()
    expect((await get(cluster, kinds.DRCluster, key)).spec).toEqual({
      region: 'old',
      s3ProfileName: 'old',
      cidrs: ['10.0.0.0/8'],
    })

    // Whoever deletes it gets a right one.
    await stage.remove(kinds.DRCluster, key)
    await soon(async () => {
      expect((await find(cluster, kinds.DRCluster, key))?.spec).toEqual({ ...right, region: 'moved' })
      expect((await condition())?.status).toBe('True')
    })
  })
})

describe('a DRCluster of a user', () => {
  it('is set right in two fields, keeps all others, whoever owns them, and is never deleted', async () => {
    await begin(await scene())
    const before = users({ s3ProfileName: 'old', cidrs: ['10.0.0.0/8'], clusterFence: 'Unfenced' })
    await cluster.apply(before)
    const hub = await stage.start()
    await cluster.apply(asCreated(), ...delivered)
    await stage.converged()
    const expectTheirs = async (more = {}): Promise<void> => {
      const { spec, metadata } = await get(cluster, kinds.DRCluster, key)
      expect(spec).toEqual({ ...before.spec, ...right, ...more })
      expect(metadata.labels).toEqual(before.metadata.labels)
      expect(metadata.annotations).toEqual(before.metadata.annotations)
    }
    await expectTheirs()
    await stage.edit(kinds.DRCluster, key, { spec: { clusterFence: 'Fenced', region: 'wrong' } })
    await soon(() => expectTheirs({ clusterFence: 'Fenced' }))
    await stage.edit(kinds.DRCluster, key, { spec: { s3ProfileName: 'wrong' } })
    await soon(() => expectTheirs({ clusterFence: 'Fenced' }))
    await stage.remove(kinds.MirrorPeer, { name: 'mirrorpeer-sample' })
    await soon(async () => expect(await list(cluster, kinds.MirrorPeer)).toEqual([]))
    await settled(hub)
    await expectTheirs({ clusterFence: 'Fenced' })
    expect(await find(cluster, kinds.DRCluster, { name: 'cluster2' })).toBeUndefined()
  })
})

describe('a DRCluster that we made', () => {
  it('stays for another MirrorPeer and for a DRPolicy', async () => {
    await begin(await scene({ clusters: ['cluster1', 'cluster2', 'cluster3'] }))
    await stage.start()
    const three = peerRef('cluster3')
    const second = asCreated({ name: 'second', spec: { items: [one, three], manageS3: false } })
    const policy: DRPolicy = {
      apiVersion: apiVersionOf(kinds.DRPolicy),
      kind: 'DRPolicy',
      metadata: { name: 'policy' },
      spec: { schedulingInterval: '5m', drClusters: ['cluster1', 'cluster3'] },
    }
    await cluster.apply(asCreated(), second, policy, ...delivered, blue(three), s3(three))
    await stage.converged()
    await soon(async () => expect((await condition('second'))?.status).toBe('True'))
    const { uid, labels } = (await get(cluster, kinds.DRCluster, key)).metadata
    expect(labels).toEqual({ [contract.label.createdBy]: 'mirrorpeer' })
    const there = async () =>
      (await list(cluster, kinds.DRCluster)).map(({ metadata: { name = '' } }) => name)

    await stage.remove(kinds.MirrorPeer, { name: 'mirrorpeer-sample' })
    await soon(async () => expect(await there()).toEqual(['cluster1', 'cluster3']))
    await stage.remove(kinds.MirrorPeer, { name: 'second' })
    // The policy holds up nobody's deletion.
    await soon(async () => expect(await list(cluster, kinds.MirrorPeer)).toEqual([]))
    await quiet()
    expect(await there()).toEqual(['cluster1', 'cluster3'])
    expect((await get(cluster, kinds.DRCluster, key)).metadata.uid).toBe(uid)
    // Nor is it known, while it is so young, that nobody who names it is still to be restored (decision 12).
    await stage.remove(kinds.DRPolicy, { name: 'policy' })
    await quiet()
    expect(await there()).toEqual(['cluster1', 'cluster3'])
  })
})
