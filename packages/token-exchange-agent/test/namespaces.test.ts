import { contract, kinds } from '@odfmo/api-types'
import { hubSecretName } from '@odfmo/secret-naming'
import { eventually, journalOf, startCluster } from '@odfmo/testkit'
import { afterEach, expect, it, vi } from 'vitest'
import { namespace } from './agent-rights.ts'
import { deleted, expectExchanged, expectSame, spokeOf } from './expect-exchanged.ts'
import {
  mirrorPeer,
  refOf,
  settled,
  startFleet,
  storageCluster,
  storageClusterName,
  type Fleet,
} from './fleet.ts'

// Each of them waits several times, and a busy machine takes its time.
vi.setConfig({ testTimeout: 300_000 })

let fleet: Fleet | undefined

afterEach(async () => {
  await fleet?.stop()
  fleet = undefined
})

const second = { name: 'second', namespace: 'elsewhere' }
const bucket = 'odrbucket-b1b922184baf'

it('keeps two StorageClusters of one cluster apart, and watches a namespace from when it is named', async () => {
  const started = await startFleet({
    namespaces: [second.namespace],
    storageClusters: [storageCluster(), storageCluster({}, second)],
  })
  fleet = started
  for (const name of ['cluster1', 'cluster2']) await started.startAgent(name)
  await started.hub.apply(mirrorPeer())
  await settled(started, () => expectExchanged(started))
  const before = await started.snapshots()
  const watchedElsewhere = (await journalOf(spokeOf(started, 'cluster1')))
    .all({ verb: 'list', namespace: second.namespace })
    .filter(({ userAgent }) => userAgent.includes('token-exchange-agent'))
  expect(watchedElsewhere).toEqual([])

  await started.hub.apply(
    mirrorPeer('second', {
      items: [refOf('cluster1', second), refOf('cluster2', second)],
      schedulingIntervals: ['1h'],
    }),
  )
  await settled(started, async () => {
    for (const spoke of Object.values(started.spokes)) {
      expect((await started.get(spoke, kinds.StorageCluster, second))?.spec?.mirroring?.enabled).toBe(true)
      expect(await started.list(spoke, kinds.VolumeReplicationClass)).toHaveLength(2)
      expect(
        await started.get(spoke, kinds.ObjectBucketClaim, { namespace: second.namespace, name: bucket }),
      ).toBeDefined()
    }
    await expectFirst(started)
  })

  await deleted(started, 'second')
  await expectSame(started, before)
})

const expectFirst = async (started: Fleet): Promise<void> => {
  for (const [name, other] of [
    ['cluster1', 'cluster2'],
    ['cluster2', 'cluster1'],
  ] as const) {
    expect(
      (
        await started.get(spokeOf(started, name), kinds.StorageCluster, {
          namespace,
          name: storageClusterName,
        })
      )?.spec?.mirroring,
    ).toEqual({ enabled: true, peerSecretNames: [hubSecretName(refOf(other))] })
  }
}

it('claims its bucket in ODR_NAMESPACE, with no more rights there than that takes', async () => {
  const started = await startFleet({ claimNamespaces: ['odr'] })
  fleet = started
  for (const name of ['cluster1', 'cluster2'])
    await started.startAgent(name, { scope: { odrNamespace: 'odr' } })
  await started.hub.apply(mirrorPeer())
  await settled(started, async () => {
    for (const [name, spoke] of Object.entries(started.spokes)) {
      expect(
        (await started.get(spoke, kinds.ObjectBucketClaim, { namespace: 'odr', name: bucket }))?.spec,
      ).toMatchObject({
        storageClassName: 'odr.noobaa.io',
      })
      expect(await started.list(started.hub, kinds.Secret, name)).toHaveLength(3)
      expect(
        (await started.get(spoke, kinds.StorageCluster, { namespace, name: storageClusterName }))?.spec
          ?.mirroring?.enabled,
      ).toBe(true)
    }
  })
})

it('does not take over what another cluster of its name wrote and somebody took the label off', async () => {
  const started = await startFleet()
  fleet = started
  const key = { namespace: 'cluster1', name: hubSecretName(refOf('cluster1')) }
  const annotations = { [contract.annotation.agentClusterUid]: 'another-cluster' }
  await started.hub.apply({ apiVersion: 'v1', kind: 'Secret', metadata: { ...key, annotations } })
  await started.hub.apply(mirrorPeer())
  const agent = await started.startAgent('cluster1')
  await settled(started, () => {
    const [explained] = agent.engine.explain('hub-rook-secret')
    expect(explained?.state).toMatchObject({ is: 'failed', reason: 'NotOurs' })
  })
  const { metadata } = (await started.get(started.hub, kinds.Secret, key)) ?? {}
  expect(metadata).toMatchObject({ annotations })
  expect(metadata?.labels).toBeUndefined()
})

it('lets go of a MirrorPeer whose namespace does not exist, and is not held up by it', async () => {
  const started = await startFleet()
  fleet = started
  const nowhere = { name: 'storage', namespace: 'nowhere' }
  for (const name of ['cluster1', 'cluster2']) await started.startAgent(name)
  const key = { name: 'a-typo' }
  const mistaken = mirrorPeer(key.name, { items: [refOf('cluster1', nowhere), refOf('cluster2')] })
  const finalizers = async (): Promise<readonly string[]> =>
    (await started.get(started.hub, kinds.MirrorPeer, key))?.metadata.finalizers ?? []
  await started.hub.apply(mistaken)
  await settled(started, async () => expect(await finalizers()).toHaveLength(3))
  await started.hub.apply(mirrorPeer())
  const bothWays = async (): Promise<void> => {
    for (const [name, other] of [
      ['cluster1', 'cluster2'],
      ['cluster2', 'cluster1'],
    ] as const) {
      const storage = { namespace, name: storageClusterName }
      const { mirroring } =
        (await started.get(spokeOf(started, name), kinds.StorageCluster, storage))?.spec ?? {}
      expect(mirroring?.peerSecretNames).toContain(hubSecretName(refOf(other)))
    }
  }
  await settled(started, bothWays)
  await started.deleteObject(started.hub, kinds.MirrorPeer, key)
  await settled(started, async () =>
    expect(await started.get(started.hub, kinds.MirrorPeer, key)).toBeUndefined(),
  )
  await bothWays()
})

it('goes on with its spoke while the hub is away, and catches up when it is back', async () => {
  // In memory: a hub that goes away and comes back.
  const started = await startFleet({ start: startCluster })
  fleet = started
  for (const name of ['cluster1', 'cluster2']) await started.startAgent(name)
  await started.hub.apply(mirrorPeer())
  await settled(started, () => expectExchanged(started))

  started.hub.faults.partition()
  const spoke = spokeOf(started, 'cluster1')
  const secret = { namespace, name: hubSecretName(refOf('cluster2')) }
  await started.deleteObject(spoke, kinds.Secret, secret)
  await started.deleteObject(spoke, kinds.VolumeReplicationClass, {
    name: 'rbd-volumereplicationclass-1625360775',
  })
  await eventually(spoke, async () => {
    expect(await started.get(spoke, kinds.Secret, secret)).toBeDefined()
    expect(await started.list(spoke, kinds.VolumeReplicationClass)).toHaveLength(1)
  })
  await started.storage['cluster1']?.rotateKey(storageClusterName)

  started.hub.faults.partition(false)
  await eventually(started.clusters, () => expectExchanged(started), { timeoutMs: 120_000 })
})

it('leaves everything alone when the hub holds secrets of another cluster of its name', async () => {
  const started = await startFleet()
  fleet = started
  const name = hubSecretName(refOf('cluster1'))
  await started.hub.apply({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      namespace: 'cluster1',
      name,
      labels: { [contract.label.secretType]: contract.secretKind.internal },
      annotations: { [contract.annotation.agentClusterUid]: 'another-cluster' },
    },
  })
  await started.hub.apply(mirrorPeer())
  const agent = await started.startAgent('cluster1')
  const finalizers = async (): Promise<readonly string[]> =>
    (await started.get(started.hub, kinds.MirrorPeer, { name: 'mirrorpeer-sample' }))?.metadata.finalizers ??
    []
  await settled(started, () => {
    const [explained] = agent.engine.explain('mirror-peer-finalizer')
    expect(explained?.state).toMatchObject({ is: 'waiting', reason: 'OtherCluster' })
  })
  expect(await finalizers()).toEqual([contract.finalizer.hub])
  await started.deleteObject(started.hub, kinds.Secret, { namespace: 'cluster1', name })
  await settled(started, async () => expect(await finalizers()).toHaveLength(2))
})
