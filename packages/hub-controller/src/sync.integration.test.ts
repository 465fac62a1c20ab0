import { contract, kinds, type ConfigMap } from '@odfmo/api-types'
import { keyOf } from '@odfmo/api-types/meta'
import { hubSecretName } from '@odfmo/secret-naming'
import { eventually, sameState, type Cluster } from '@odfmo/testkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { blue, external, fsidOf, greenKey, peerRef, podNamespace, s3, textOf } from './test/builders.ts'
import { conditionOf, find, get, list, peer, withoutMirrorPeers } from './test/hub-cluster.ts'
import { asCreated, one, scene, settled, two, type Scene } from './test/scene.ts'

const three = peerRef('cluster3')

let stage: Scene
let cluster: Cluster
beforeEach(async () => {
  stage = await scene({ clusters: ['cluster1', 'cluster2', 'cluster3'] })
  cluster = stage.cluster
})
afterEach(() => stage.end())

const soon = (check: () => Promise<void>): Promise<void> => eventually(cluster, check)
const fsidKey = (ref: typeof one) => ({ namespace: podNamespace, name: hubSecretName(ref) })
const region = async (name: string) => (await get(cluster, kinds.DRCluster, { name })).spec?.region
const inRamens = async () =>
  (await list(cluster, kinds.Secret)).filter(({ metadata }) => metadata.namespace === podNamespace)
const config = async () =>
  (
    await get<ConfigMap>(cluster, kinds.ConfigMap, {
      namespace: podNamespace,
      name: contract.ramen.configMap,
    })
  ).data

describe('a MirrorPeer of type sync with external Ceph', () => {
  it.each([[true], [false]])(
    'goes from INTERNAL secrets to Ramen and back; manageS3: %s',
    async (manageS3) => {
      const hub = await stage.start()
      const before = await withoutMirrorPeers(cluster)
      const configBefore = await config()
      await cluster.apply(
        asCreated({ spec: { type: 'sync', manageS3 } }),
        external(one),
        external(two),
        s3(one),
      )
      await soon(async () => {
        const { status } = await peer(cluster)
        expect(status?.phase).toBe('S3ProfileSyncing')
        expect(status?.message).toContain('the agent of cluster2 has not delivered the bucket of ')
        // What is known of cluster1 is there.
        expect(await region('cluster1')).toBe(fsidOf('cluster1'))
      })
      await cluster.apply(s3(two))
      await soon(async () => {
        const mirrorPeer = await peer(cluster)
        expect(mirrorPeer.status?.phase).toBe('S3ProfileSynced')
        expect(conditionOf(mirrorPeer, 'DRClustersReady')?.status).toBe('True')
        expect(conditionOf(mirrorPeer, 'S3ProfilesSynced')?.status).toBe(manageS3 ? 'True' : undefined)
        expect(conditionOf(mirrorPeer, 'SecretsExchanged')).toBeUndefined()
      })
      for (const ref of [one, two]) {
        const { data, type, metadata } = await get(cluster, kinds.Secret, fsidKey(ref))
        expect(Object.keys(data ?? {})).toEqual(['fsid'])
        expect(textOf(data?.['fsid'])).toBe(fsidOf(ref.clusterName))
        expect(type).toBe('Opaque')
        expect(metadata.labels).toEqual({ [contract.label.createdBy]: 'mirrorpeersecret' })
        expect(await region(ref.clusterName)).toBe(fsidOf(ref.clusterName))
      }
      expect(await inRamens()).toHaveLength(manageS3 ? 4 : 2)
      if (!manageS3) expect(await config()).toEqual(configBefore)
      expect(
        (await list(cluster, kinds.Secret)).filter(
          (one) => one.metadata.labels?.[contract.label.secretType] === 'GREEN',
        ),
      ).toEqual([])

      // Another Ceph: what is made of its fsid follows.
      const moved = external(one, 'moved')
      await stage.edit(kinds.Secret, keyOf(moved), { data: moved.data })
      await soon(async () => {
        expect(textOf((await get(cluster, kinds.Secret, fsidKey(one))).data?.['fsid'])).toBe('moved')
        expect(await region('cluster1')).toBe('moved')
      })
      // A secret that goes takes the phase along, and nothing that Ramen lives on.
      await stage.remove(kinds.Secret, keyOf(s3(one)))
      await soon(async () => expect((await peer(cluster)).status?.phase).toBe('S3ProfileSyncing'))
      expect(await inRamens()).toHaveLength(manageS3 ? 4 : 2)
      await cluster.apply(s3(one))
      await soon(async () => expect((await peer(cluster)).status?.phase).toBe('S3ProfileSynced'))

      await stage.remove(kinds.MirrorPeer, { name: 'mirrorpeer-sample' })
      await soon(async () => expect(sameState(before, await cluster.snapshot())).toEqual([]))
      await settled(hub)
    },
  )

  it('is refused where storage is converged, and the condition names the StorageCluster', async () => {
    await stage.start()
    await cluster.apply(asCreated({ spec: { type: 'sync' } }), blue(one), external(two), s3(one), s3(two))
    await soon(async () =>
      expect(conditionOf(await peer(cluster), 'DRClustersReady')).toMatchObject({
        status: 'False',
        reason: 'ConvergedStorage',
        message: expect.stringContaining('StorageCluster openshift-storage/ocs-storagecluster of cluster1'),
      }),
    )
    expect(await find(cluster, kinds.DRCluster, { name: 'cluster1' })).toBeUndefined()
    expect(await find(cluster, kinds.Secret, fsidKey(one))).toBeUndefined()
    expect(await find(cluster, kinds.Secret, greenKey(one, two))).toBeUndefined()
  })
})

describe('a peer ref that a MirrorPeer of each type names', () => {
  it('is exchanged for the one whose storage it is; when its storage changes with the elder gone, for the other', async () => {
    const hub = await stage.start()
    const sync = asCreated({ name: 'sync', spec: { type: 'sync', items: [one, three] } })
    await cluster.apply(asCreated(), blue(one), blue(two), s3(one), s3(two))
    await stage.converged()
    await cluster.apply(sync, external(three), s3(three))
    await soon(async () => {
      const mirrorPeer = await peer(cluster, 'sync')
      expect(conditionOf(mirrorPeer, 'DRClustersReady')?.reason).toBe('ConvergedStorage')
      expect(mirrorPeer.status?.phase).toBe('S3ProfileSynced')
    })
    expect(await find(cluster, kinds.Secret, greenKey(one, three))).toBeUndefined()
    const fsid = await region('cluster1')
    expect(fsid).toBe(fsidOf('cluster1'))

    await stage.remove(kinds.MirrorPeer, { name: 'mirrorpeer-sample' })
    await soon(async () => {
      expect(await list(cluster, kinds.MirrorPeer)).toHaveLength(1)
      expect(await find(cluster, kinds.Secret, greenKey(one, two))).toBeUndefined()
    })
    // The other names it still: it is its agent's to take.
    expect(await find(cluster, kinds.Secret, keyOf(blue(one)))).toBeDefined()
    await stage.remove(kinds.Secret, keyOf(blue(one)))
    await cluster.apply(external(one, 'external'))
    await soon(async () => {
      expect(conditionOf(await peer(cluster, 'sync'), 'DRClustersReady')?.status).toBe('True')
      expect(await region('cluster1')).toBe('external')
      expect(await find(cluster, kinds.DRCluster, { name: 'cluster2' })).toBeUndefined()
    })
    await settled(hub)
  })
})
