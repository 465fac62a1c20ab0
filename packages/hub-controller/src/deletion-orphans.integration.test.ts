import { contract, kinds } from '@odfmo/api-types'
import { originalSpokeFinalizer, spokeFinalizer } from '@odfmo/secret-naming'
import { eventually, sameState, type Cluster, type Snapshot } from '@odfmo/testkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { managedCluster, peerRef } from './test/builders.ts'
import { list, peer, withoutMirrorPeers } from './test/hub-cluster.ts'
import { playedAgents, type PlayedAgents } from './test/played-agents.ts'
import { asCreated, scene, type Scene } from './test/scene.ts'

const name = 'mirrorpeer-sample'
const theirs = 'example.com/keep'
const [longA, longB] = ['production-cluster-europe-west-0001', 'production-cluster-europe-west-0002']
const clusters = [longA, longB, 'cluster1']
const [refA, refB, ref1] = [peerRef(longA), peerRef(longB), peerRef('cluster1')]

let stage: Scene
let cluster: Cluster
let agents: PlayedAgents
let before: Snapshot
beforeEach(async () => {
  stage = await scene({ clusters })
  cluster = stage.cluster
  agents = playedAgents(stage)
  await stage.start()
  before = await withoutMirrorPeers(cluster)
})
afterEach(() => stage.end())

const finalizersAre = (...finalizers: readonly string[]): Promise<void> =>
  eventually(cluster, async () => {
    const live = await peer(cluster)
    expect(live.metadata.finalizers?.toSorted()).toEqual(finalizers.toSorted())
  })
const isTold = (finalizer: string): Promise<void> =>
  eventually(cluster, async () => {
    const removed = (await list(cluster, kinds.Event)).filter(
      ({ reason }) => reason === 'SpokeFinalizerRemoved',
    )
    expect(removed.map(({ note }) => note).join()).toContain(finalizer)
  })
const end = async (...gone: readonly string[]): Promise<void> => {
  await eventually(cluster, async () => expect(await list(cluster, kinds.MirrorPeer)).toEqual([]))
  await cluster.apply(...gone.map((of) => managedCluster(of)))
  await eventually(cluster, async () => expect(sameState(before, await cluster.snapshot())).toEqual([]))
}

describe('a spoke finalizer of a cluster that is gone', () => {
  it('goes in its plain and its hashed form, with an Event; others’ stay', async () => {
    expect(spokeFinalizer(longA)).not.toContain(longA)
    await cluster.apply(asCreated({ spec: { items: [refA, ref1] } }))
    await agents.join(name, refA)
    await agents.join(name, ref1)
    await agents.join(name, ref1, theirs)
    await stage.remove(kinds.MirrorPeer, { name })
    await stage.remove(kinds.ManagedCluster, { name: longA })
    await finalizersAre(contract.finalizer.hub, spokeFinalizer('cluster1'), theirs)
    await isTold(spokeFinalizer(longA))
    await stage.remove(kinds.ManagedCluster, { name: 'cluster1' })
    await finalizersAre(theirs)
    await isTold(spokeFinalizer('cluster1'))
    await eventually(cluster, async () => expect((await peer(cluster)).status?.message).toContain(theirs))
    await stage.edit(kinds.MirrorPeer, { name }, { metadata: { finalizers: null } })
    await end(longA, 'cluster1')
  })

  it('in the original’s short form goes when no item that has it is a ManagedCluster any more', async () => {
    const short = originalSpokeFinalizer(longA)
    expect(short).toBe(originalSpokeFinalizer(longB))
    await cluster.apply(asCreated({ spec: { items: [refA, refB] } }))
    await agents.join(name, refA, short)
    await agents.join(name, refB, spokeFinalizer(longB))
    await stage.remove(kinds.MirrorPeer, { name })
    await stage.remove(kinds.ManagedCluster, { name: longA })
    await agents.leave(name, refB)
    await finalizersAre(contract.finalizer.hub, short)
    await eventually(cluster, async () => expect((await peer(cluster)).status?.message).toContain(short))
    await stage.remove(kinds.ManagedCluster, { name: longB })
    await isTold(short)
    await end(longA, longB)
  })
})
