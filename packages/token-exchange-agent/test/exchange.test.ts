import { contract, kinds, type MirrorPeer } from '@odfmo/api-types'
import { hubSecretName, replicationId, spokeFinalizer } from '@odfmo/secret-naming'
import { eventually, startCluster, type MaybePromise } from '@odfmo/testkit'
import { afterEach, expect, it, vi } from 'vitest'
import { namespace } from './agent-rights.ts'
import { nextWrite, writesOf } from './agent-writes.ts'
import { deleted, expectAtRest, expectExchanged, expectSame, spokeOf } from './expect-exchanged.ts'
import { mirrorPeer, refOf, settled, startFleet, storageClusterName, type Fleet } from './fleet.ts'

// Each of them waits several times, and a busy machine takes its time.
vi.setConfig({ testTimeout: 300_000 })

let fleet: Fleet | undefined

afterEach(async () => {
  await fleet?.stop()
  fleet = undefined
})

/** A fleet whose agents are both there. */
const running = async (): Promise<Fleet> => {
  const started = await startFleet()
  fleet = started
  await Promise.all(['cluster1', 'cluster2'].map((name) => started.startAgent(name)))
  await settled(started, async () => {
    for (const spoke of Object.values(started.spokes))
      expect(
        await started.get(spoke, kinds.ConfigMap, { namespace, name: contract.spoke.lock }),
      ).toBeDefined()
  })
  return started
}

const exchanged = async (): Promise<Fleet> => {
  const started = await running()
  await started.hub.apply(mirrorPeer())
  await settled(started, () => expectExchanged(started))
  return started
}

it('brings the tokens to the other side, turns mirroring on, and leaves nothing behind on deletion', async () => {
  const started = await running()
  const before = await started.snapshots()
  await started.hub.apply(mirrorPeer())
  await settled(started, () => expectExchanged(started))
  await deleted(started)
  await expectSame(started, before)
})

it('names a secret only after it is there, and takes it away only after its name', async () => {
  const started = await running()
  const wrong: string[] = []
  const spoke = spokeOf(started, 'cluster1')
  const name = hubSecretName(refOf('cluster2'))
  const storageCluster = () =>
    started.get(spoke, kinds.StorageCluster, { namespace, name: storageClusterName })
  const look = async (): Promise<void> => {
    const before = await storageCluster()
    const isThere = (await started.get(spoke, kinds.Secret, { namespace, name })) !== undefined
    const after = await storageCluster()
    // Both were true at one moment only if nothing changed between the readings.
    if (before?.metadata.resourceVersion !== after?.metadata.resourceVersion) return look()
    const { mirroring } = after?.spec ?? {}
    const isNamed = mirroring?.peerSecretNames?.includes(name) ?? false
    if (isNamed && !isThere) wrong.push('named without its secret')
    if ((mirroring?.enabled ?? false) !== isNamed) wrong.push('enabled and the name came or went apart')
  }
  const looks: Promise<void>[] = []
  const end = spoke.onChange(() => void looks.push(look()))
  await started.hub.apply(mirrorPeer())
  await settled(started, () => expectExchanged(started))
  await deleted(started)
  end()
  await Promise.all(looks)
  expect(looks.length).toBeGreaterThan(2)
  expect(wrong).toEqual([])
})

it('brings a rotated key and a new fsid to the other side', async () => {
  const started = await exchanged()
  await started.storage['cluster1']?.rotateKey(storageClusterName)
  await settled(started, () => expectExchanged(started))
  await started.storage['cluster2']?.reinstall(storageClusterName)
  await settled(started, async () => {
    await expectExchanged(started)
    const fsids = ['cluster1', 'cluster2'].map(
      (name) => started.storage[name]?.fsid(storageClusterName) ?? '',
    )
    const [replicationClass] = await started.list(spokeOf(started, 'cluster1'), kinds.VolumeReplicationClass)
    expect(replicationClass?.metadata.labels?.[contract.label.replicationId]).toBe(replicationId(fsids))
  })
})

it('repairs what somebody takes away by hand', async () => {
  const started = await exchanged()
  const spoke = spokeOf(started, 'cluster1')
  await started.deleteObject(spoke, kinds.Secret, { namespace, name: hubSecretName(refOf('cluster2')) })
  await started.deleteObject(spoke, kinds.VolumeReplicationClass, {
    name: 'rbd-volumereplicationclass-1625360775',
  })
  await started.deleteObject(spoke, kinds.ObjectBucketClaim, { namespace, name: 'odrbucket-b1b922184baf' })
  await started.deleteObject(started.hub, kinds.Secret, {
    namespace: 'cluster1',
    name: hubSecretName(refOf('cluster1')),
  })
  await spoke.apply(
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { namespace, name: 'rook-ceph-operator-config' },
      data: { CSI_ENABLE_OMAP_GENERATOR: 'false' },
    },
    {
      apiVersion: 'ocs.openshift.io/v1',
      kind: 'StorageCluster',
      metadata: { namespace, name: storageClusterName },
      spec: { mirroring: { enabled: false, peerSecretNames: [] } },
    },
  )
  await settled(started, () => expectExchanged(started))
})

it('writes nothing once it is done, not after a restart either', async () => {
  const started = await startFleet()
  fleet = started
  const agents = await Promise.all(['cluster1', 'cluster2'].map((name) => started.startAgent(name)))
  await started.hub.apply(mirrorPeer())
  await settled(started, () => expectExchanged(started))
  await Promise.all(agents.map((agent) => agent.stop()))
  const counts = (): Promise<readonly number[]> =>
    Promise.all(['cluster1', 'cluster2'].map(async (name) => (await writesOf(started, name)).length))
  const before = await counts()
  const restarted = await Promise.all(['cluster1', 'cluster2'].map((name) => started.startAgent(name)))
  await settled(started, () => {
    for (const agent of restarted) expectAtRest(agent)
  })
  expect(await counts()).toEqual(before)
})

it('ends in the same state when it is killed after each of its writes', async () => {
  // In memory: it hears of a write before the agent does, and lets nothing through from then on.
  const started = await startFleet({ start: startCluster })
  fleet = started
  const other = await started.startAgent('cluster2')
  const drive = async (isDone: () => MaybePromise<void>): Promise<number> => {
    const done = eventually(started.clusters, isDone, { timeoutMs: 120_000 }).then(() => 'done' as const)
    for (let lives = 1; ; lives += 1) {
      const { written, revive } = nextWrite(started, 'cluster1')
      // One worker: so no second write is under way when the first has been answered.
      const agent = await started.startAgent('cluster1', { workers: 1 })
      const what = await Promise.race([written.then(() => 'written' as const), done])
      await agent.kill()
      revive()
      if (what === 'done') return lives
    }
  }
  const isGone = async (): Promise<void> =>
    expect(await started.list(started.hub, kinds.MirrorPeer)).toEqual([])

  const undisturbed = await started.startAgent('cluster1')
  const before = await started.snapshots()
  await started.hub.apply(mirrorPeer())
  await settled(started, () => expectExchanged(started))
  const expected = await started.snapshots()
  await deleted(started)
  await undisturbed.stop()

  await started.hub.apply(mirrorPeer())
  expect(await drive(() => expectExchanged(started))).toBeGreaterThan(8)
  await started.startAgent('cluster1')
  await expectSame(started, expected)

  await started.deleteObject(started.hub, kinds.MirrorPeer, { name: 'mirrorpeer-sample' })
  await drive(isGone)
  await other.stop()
  await expectSame(started, before)
})

it('takes its part out when two MirrorPeers are deleted together', async () => {
  const started = await running()
  const before = await started.snapshots()
  await started.hub.apply(mirrorPeer(), mirrorPeer('second', { schedulingIntervals: ['1h'] }))
  await settled(started, async () => {
    for (const spoke of Object.values(started.spokes))
      expect(await started.list(spoke, kinds.VolumeReplicationClass)).toHaveLength(2)
    const finalizers = (await started.list<MirrorPeer>(started.hub, kinds.MirrorPeer)).flatMap(
      ({ metadata }) => metadata.finalizers ?? [],
    )
    expect(finalizers.filter((finalizer) => finalizer === spokeFinalizer('cluster1'))).toHaveLength(2)
  })
  await Promise.all([deleted(started), deleted(started, 'second')])
  await expectSame(started, before)
})

it('takes its finalizer by an update where patching is forbidden', async () => {
  const started = await startFleet({ mirrorPeerVerbs: 'update' })
  fleet = started
  await started.startAgent('cluster1')
  await started.hub.apply(mirrorPeer())
  await settled(started, async () =>
    expect(
      (await started.get(started.hub, kinds.MirrorPeer, { name: 'mirrorpeer-sample' }))?.metadata.finalizers,
    ).toContain(spokeFinalizer('cluster1')),
  )
  expect(await writesOf(started, 'cluster1')).toContain(
    'hub: update mirrorpeers.multicluster.odf.openshift.io /mirrorpeer-sample',
  )
})
