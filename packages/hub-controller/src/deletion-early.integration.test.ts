import { contract, keyOf, kinds } from '@odfmo/api-types'
import { eventually, sameState, type Cluster, type Snapshot } from '@odfmo/testkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { blue, peerRef, s3 } from './test/builders.ts'
import { conditionOf, find, get, list, peer, withoutMirrorPeers } from './test/hub-cluster.ts'
import { hubUser } from './test/hub-process.ts'
import { writesOf } from './test/journal.ts'
import { playedAgents, type PlayedAgents } from './test/played-agents.ts'
import { asCreated, one, quiet, scene, two, type Scene } from './test/scene.ts'

const name = 'mirrorpeer-sample'
const theirs = 'example.com/keep'

let stage: Scene
let cluster: Cluster
let agents: PlayedAgents
let before: Snapshot
beforeEach(async () => {
  stage = await scene()
  cluster = stage.cluster
  agents = playedAgents(stage)
  await stage.start()
  before = await withoutMirrorPeers(cluster)
})
afterEach(() => stage.end())

const gone = (): Promise<void> =>
  eventually(cluster, async () => expect(await list(cluster, kinds.MirrorPeer)).toEqual([]))
const asBefore = (): Promise<void> =>
  eventually(cluster, async () => expect(sameState(before, await cluster.snapshot())).toEqual([]))
const uids = async (): Promise<readonly string[]> => {
  const { metadata } = await get(cluster, kinds.ManagedClusterAddOn, {
    namespace: 'cluster1',
    name: contract.addon.name,
  })
  return (metadata.ownerReferences ?? []).filter(({ kind }) => kind === 'MirrorPeer').map(({ uid }) => uid)
}

describe('a MirrorPeer that is deleted early', () => {
  it('before it ever was valid: nothing was made, and another’s finalizer is all that is waited for', async () => {
    const never = asCreated({ spec: { items: [one, peerRef('nowhere')] } })
    await cluster.apply({ ...never, metadata: { ...never.metadata, finalizers: [theirs] } })
    await eventually(cluster, async () =>
      expect(conditionOf(await peer(cluster), 'Validated')?.reason).toBe('ClusterNotFound'),
    )
    await stage.remove(kinds.MirrorPeer, { name })
    await eventually(cluster, async () =>
      expect((await peer(cluster)).status).toMatchObject({
        phase: 'Deleting',
        message: expect.stringContaining(theirs),
      }),
    )
    expect((await peer(cluster)).metadata.finalizers).toEqual([theirs])
    await stage.edit(kinds.MirrorPeer, { name }, { metadata: { finalizers: null } })
    await gone()
    await asBefore()
  })

  it('before its finalizer: the hub that comes then puts none on and makes nothing', async () => {
    await stage.stopAll()
    const waiting = asCreated()
    await cluster.apply({ ...waiting, metadata: { ...waiting.metadata, finalizers: [theirs] } })
    await stage.remove(kinds.MirrorPeer, { name })
    const writes = (await writesOf(cluster, hubUser)).length
    await stage.start()
    await eventually(cluster, async () => expect((await peer(cluster)).status?.phase).toBe('Deleting'))
    await quiet()
    expect((await writesOf(cluster, hubUser)).slice(writes).map(({ resource }) => resource)).toEqual([
      'mirrorpeers.multicluster.odf.openshift.io/status',
    ])
    await stage.edit(kinds.MirrorPeer, { name }, { metadata: { finalizers: null } })
    await gone()
    await asBefore()
  })

  it('while secrets are still coming: what comes late goes too', async () => {
    await cluster.apply(asCreated())
    await agents.join(name, one)
    await stage.remove(kinds.Secret, keyOf(blue(one)))
    await stage.remove(kinds.MirrorPeer, { name })
    await eventually(cluster, async () => expect((await peer(cluster)).status?.phase).toBe('Deleting'))
    // An agent of the original, which looks at no deletion, delivers all the same and takes nothing back.
    await cluster.apply(blue(one), blue(two), s3(two))
    await stage.edit(kinds.MirrorPeer, { name }, { metadata: { finalizers: [contract.finalizer.hub] } })
    await gone()
    await asBefore()
  })
})

describe('a MirrorPeer that is created again under its name at once', () => {
  const beginAgain = async (end: () => Promise<void>): Promise<void> => {
    await cluster.apply(asCreated())
    for (const ref of [one, two]) await agents.join(name, ref)
    await stage.converged()
    const old = (await peer(cluster)).metadata.uid
    await end()
    await gone()
    await cluster.apply(asCreated())
    for (const ref of [one, two]) await agents.join(name, ref)
    await stage.converged()
    const { uid = '' } = (await peer(cluster)).metadata
    expect(uid).not.toBe(old)
    await eventually(cluster, async () => expect(await uids()).toEqual([uid]))
    await stage.remove(kinds.MirrorPeer, { name })
    for (const ref of [one, two]) await agents.leave(name, ref)
    await gone()
    await asBefore()
  }

  it('is another one, with everything of its own', async () => {
    await beginAgain(async () => {
      await stage.remove(kinds.MirrorPeer, { name })
      for (const ref of [one, two]) await agents.leave(name, ref)
    })
  })

  it('takes over what is left where somebody took all finalizers off by hand', async () => {
    await beginAgain(async () => {
      await stage.remove(kinds.MirrorPeer, { name })
      await stage.edit(kinds.MirrorPeer, { name }, { metadata: { finalizers: null } })
    })
    expect(await find(cluster, kinds.Secret, keyOf(blue(one)))).toBeUndefined()
  })
})
