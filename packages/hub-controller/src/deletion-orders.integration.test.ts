import { contract, kinds } from '@odfmo/api-types'
import { keyOf, type Kind, type KubeObject, type ObjectKey } from '@odfmo/api-types/meta'
import { eventually, sameState, type Cluster, type Snapshot } from '@odfmo/testkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { greenKey, managedCluster } from './test/builders.ts'
import { conditionOf, find, list, peer, withoutMirrorPeers } from './test/hub-cluster.ts'
import { playedAgents, type PlayedAgents } from './test/played-agents.ts'
import { asCreated, one, quiet, scene, two, type Scene } from './test/scene.ts'

const name = 'mirrorpeer-sample'
const addOn = (namespace: string): ObjectKey => ({ namespace, name: contract.addon.name })
const namespace = (of: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: of },
})

let stage: Scene
let cluster: Cluster
let agents: PlayedAgents
let before: Snapshot

/** A MirrorPeer with all its effects and both agents; `before` is what there was without it. */
beforeEach(async () => {
  stage = await scene()
  cluster = stage.cluster
  agents = playedAgents(stage)
  await stage.start()
  before = await withoutMirrorPeers(cluster)
  await cluster.apply(asCreated())
  await agents.join(name, one)
  await agents.join(name, two)
  await stage.converged()
})
afterEach(() => stage.end())

const remove = (kind: Kind, key: ObjectKey): Promise<void> => stage.remove(kind, key)
const gone = (): Promise<void> =>
  eventually(cluster, async () => expect(await list(cluster, kinds.MirrorPeer)).toEqual([]))
const asBefore = (): Promise<void> =>
  eventually(cluster, async () => expect(sameState(before, await cluster.snapshot())).toEqual([]))
/** A real server takes seconds to empty a namespace. */
const namespaceGone = (of: string): Promise<void> =>
  eventually(cluster, async () => expect(await find(cluster, kinds.Namespace, { name: of })).toBeUndefined())
const message = async (): Promise<string> => (await peer(cluster)).status?.message ?? ''

describe('a deleted MirrorPeer leaves the state from before it', () => {
  it('when the agents leave in the other order, one of them late', async () => {
    await remove(kinds.MirrorPeer, { name })
    await agents.leave(name, two)
    await eventually(cluster, async () => {
      expect(await message()).toContain('the agent of cluster1 has not cleaned up yet')
      expect(await message()).not.toContain('cluster2 has')
    })
    // All that the agent works with stays meanwhile.
    expect(await find(cluster, kinds.ManagedClusterAddOn, addOn('cluster1'))).toBeDefined()
    expect(await find(cluster, kinds.Secret, greenKey(one, two))).toBeDefined()
    await agents.leave(name, one)
    await gone()
    await asBefore()
  })

  it('when its add-ons are deleted first, which the agents need for cleaning up', async () => {
    await remove(kinds.ManagedClusterAddOn, addOn('cluster1'))
    await remove(kinds.MirrorPeer, { name })
    await remove(kinds.ManagedClusterAddOn, addOn('cluster2')).catch(() => undefined)
    for (const of of ['cluster1', 'cluster2'])
      await eventually(cluster, async () =>
        expect(await find(cluster, kinds.ManagedClusterAddOn, addOn(of))).toBeDefined(),
      )
    await agents.leave(name, one)
    await agents.leave(name, two)
    await gone()
    await asBefore()
  })

  it('when a ManagedCluster and its namespace went first', async () => {
    await remove(kinds.ManagedCluster, { name: 'cluster1' })
    await remove(kinds.Namespace, { name: 'cluster1' })
    await remove(kinds.MirrorPeer, { name })
    await agents.leave(name, two)
    await gone()
    await namespaceGone('cluster1')
    await cluster.apply(namespace('cluster1'), managedCluster('cluster1'))
    await asBefore()
  })

  it('when both ManagedClusters went first, and their agents never come back', async () => {
    for (const of of ['cluster1', 'cluster2']) {
      await remove(kinds.ManagedCluster, { name: of })
      await remove(kinds.Namespace, { name: of })
    }
    await remove(kinds.MirrorPeer, { name })
    await gone()
    for (const of of ['cluster1', 'cluster2']) await namespaceGone(of)
    await cluster.apply(...['cluster1', 'cluster2'].flatMap((of) => [namespace(of), managedCluster(of)]))
    await asBefore()
  })

  it('when a cluster’s namespace went first', async () => {
    await remove(kinds.Namespace, { name: 'cluster2' })
    await namespaceGone('cluster2')
    await remove(kinds.MirrorPeer, { name })
    await agents.leave(name, one)
    await agents.leave(name, two)
    await gone()
    await cluster.apply(namespace('cluster2'))
    await asBefore()
  })

  it('when a ManagedCluster terminates for long: OCM takes its add-on first, and nothing is made again', async () => {
    const holding = { metadata: { finalizers: ['example.com/import'] } }
    await stage.edit(kinds.ManagedCluster, { name: 'cluster2' }, holding)
    await remove(kinds.ManagedCluster, { name: 'cluster2' })
    await eventually(cluster, async () =>
      expect(conditionOf(await peer(cluster), 'Validated')?.reason).toBe('ClusterDeleting'),
    )
    await remove(kinds.ManagedClusterAddOn, addOn('cluster2'))
    await remove(kinds.Secret, greenKey(one, two))
    await remove(kinds.MirrorPeer, { name })
    await agents.leave(name, one)
    await eventually(cluster, async () =>
      expect(await message()).toContain('the agent of cluster2 has not cleaned up yet'),
    )
    await quiet()
    expect(await find(cluster, kinds.ManagedClusterAddOn, addOn('cluster2'))).toBeUndefined()
    expect(await find(cluster, kinds.Secret, greenKey(one, two))).toBeUndefined()
    await stage.edit(kinds.ManagedCluster, { name: 'cluster2' }, { metadata: { finalizers: null } })
    await gone()
    await cluster.apply(managedCluster('cluster2'))
    await asBefore()
  })

  it('when a namespace terminates for long: what was taken from it is not made again', async () => {
    const held: KubeObject = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'held', namespace: 'cluster2', finalizers: ['example.com/x'] },
    }
    await cluster.apply(held)
    await remove(kinds.Namespace, { name: 'cluster2' })
    await eventually(cluster, async () => {
      expect(await find(cluster, kinds.Secret, greenKey(one, two))).toBeUndefined()
      expect(await message()).toContain('namespace cluster2 is being deleted')
    })
    await remove(kinds.MirrorPeer, { name })
    await agents.leave(name, one)
    await agents.leave(name, two)
    await gone()
    await stage.edit(kinds.ConfigMap, keyOf(held), { metadata: { finalizers: null } })
    await namespaceGone('cluster2')
    await cluster.apply(namespace('cluster2'))
    await asBefore()
  })
})
