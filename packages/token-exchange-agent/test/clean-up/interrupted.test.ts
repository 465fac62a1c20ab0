import { apiVersionOf, contract, kinds, type ObjectKey } from '@odfmo/api-types'
import { hubSecretName, spokeFinalizer } from '@odfmo/secret-naming'
import {
  eventually,
  startCluster,
  type Cluster,
  type InMemoryCluster,
  type KubeObject,
  type RequestRecord,
} from '@odfmo/testkit'
import { afterEach, expect, it } from 'vitest'
import { namespace, spokeUser } from '../agent-rights.ts'
import { deleted, expectExchanged, expectSame, spokeOf } from '../expect-exchanged.ts'
import { mirrorPeer, refOf, settled, startFleet, storageClusterName, type Fleet } from '../fleet.ts'

let fleet: Fleet | undefined

afterEach(async () => {
  await fleet?.stop()
  fleet = undefined
})

const longTest = 300_000
const patience = { timeoutMs: 120_000 }

/** Two clusters that exchanged everything, in memory, and what they were before. */
const exchanged = async () => {
  const started = await startFleet({ start: startCluster })
  fleet = started
  const agent = await started.startAgent('cluster1')
  await started.startAgent('cluster2')
  await settled(started, async () => {
    for (const spoke of Object.values(started.spokes))
      expect(
        await started.get(spoke, kinds.ConfigMap, { namespace, name: contract.spoke.lock }),
      ).toBeDefined()
  })
  const before = await started.snapshots()
  await started.hub.apply(mirrorPeer())
  await settled(started, () => expectExchanged(started))
  return { started, agent, before }
}

const isWrite = ({ verb, status, user, name, resource }: RequestRecord): boolean =>
  ['create', 'patch', 'delete'].includes(verb) &&
  status < 300 &&
  user === spokeUser &&
  name !== contract.spoke.lock &&
  !resource.startsWith('leases.')

/** Calls back in the moment of the next write on a spoke, before its agent has heard of it. */
const atNextWrite = (spoke: InMemoryCluster, act: () => void): void => {
  const end = spoke.requests.subscribe((record) => {
    if (!isWrite(record)) return
    end()
    act()
  })
}

/** A binding, to be made again. */
const bound = async (
  cluster: Cluster,
  { kind, key }: { readonly kind: string; readonly key: ObjectKey },
): Promise<KubeObject> => {
  const live = await cluster.get({ apiVersion: apiVersionOf(kinds.RoleBinding), kind }, key)
  if (live === undefined) throw new Error(`there is no ${kind} ${key.name}`)
  return { ...live, metadata: { ...key } }
}

const finalizersOf = async (started: Fleet): Promise<readonly string[]> =>
  (await started.get(started.hub, kinds.MirrorPeer, { name: 'mirrorpeer-sample' }))?.metadata.finalizers ?? []

const isGone = (started: Fleet): Promise<void> =>
  settled(started, async () => expect(await started.list(started.hub, kinds.MirrorPeer)).toEqual([]))

it(
  'goes on where it was when the hub goes away in the middle of it and comes back',
  async () => {
    const { started, agent, before } = await exchanged()
    const spoke = spokeOf(started, 'cluster1')
    atNextWrite(spoke, () => started.hub.faults.partition())
    await started.deleteObject(started.hub, kinds.MirrorPeer, { name: 'mirrorpeer-sample' })
    // It has found out that it cannot ask the hub any more.
    await eventually(
      started.clusters,
      () => {
        expect(started.hub.faults.isPartitioned).toBe(true)
        expect(agent.engine.explain().filter(({ state }) => state.is === 'failed')).not.toEqual([])
      },
      patience,
    )
    expect(await finalizersOf(started)).toContain(spokeFinalizer('cluster1'))
    started.hub.faults.partition(false)
    await isGone(started)
    await expectSame(started, before)
  },
  longTest,
)

it(
  'does no harm when the add-on is taken away meanwhile, and ends the work when it is brought again',
  async () => {
    const { started, agent, before } = await exchanged()
    const spoke = spokeOf(started, 'cluster1')
    const roleBinding = (cluster: Cluster, at: string): Promise<KubeObject> =>
      bound(cluster, { kind: 'RoleBinding', key: { namespace: at, name: 'agent' } })
    const onSpoke = [
      await roleBinding(spoke, namespace),
      await bound(spoke, { kind: 'ClusterRoleBinding', key: { name: 'agent' } }),
    ]
    const onHub = [await roleBinding(started.hub, 'cluster1')]
    const removals: Promise<unknown>[] = []
    atNextWrite(spoke, () => {
      // What a klusterlet does with the objects of a work that is gone, in no order.
      removals.push(
        started.deleteObject(spoke, kinds.ClusterRoleBinding, { name: 'agent' }),
        started.deleteObject(spoke, kinds.RoleBinding, { namespace, name: 'agent' }),
        started.deleteObject(started.hub, kinds.RoleBinding, { namespace: 'cluster1', name: 'agent' }),
      )
    })
    await started.deleteObject(started.hub, kinds.MirrorPeer, { name: 'mirrorpeer-sample' })
    // It was refused something, and only then it is told to end.
    await eventually(
      started.clusters,
      () => {
        expect(removals).toHaveLength(3)
        expect(spoke.requests.all({ user: spokeUser }).filter(({ status }) => status === 403)).not.toEqual([])
      },
      patience,
    )
    await Promise.all(removals)
    await agent.stop()
    expect(await finalizersOf(started)).toContain(spokeFinalizer('cluster1'))

    await spoke.apply(...onSpoke)
    await started.hub.apply(...onHub)
    await started.startAgent('cluster1')
    await isGone(started)
    await expectSame(started, before)
  },
  longTest,
)

it.each(['before it', 'together with it'])(
  'ends when the StorageCluster is deleted %s',
  async (when) => {
    const started = await startFleet()
    fleet = started
    for (const name of ['cluster1', 'cluster2']) await started.startAgent(name)
    await started.hub.apply(mirrorPeer())
    await settled(started, () => expectExchanged(started))
    const spoke = spokeOf(started, 'cluster1')
    const storageCluster = { namespace, name: storageClusterName }
    const goes = async (): Promise<void> => {
      await started.deleteObject(spoke, kinds.StorageCluster, storageCluster)
      await settled(started, async () =>
        expect(await started.get(spoke, kinds.StorageCluster, storageCluster)).toBeUndefined(),
      )
    }
    const going = goes()
    if (when === 'before it') await going
    await Promise.all([going, deleted(started)])

    const secret = { namespace, name: hubSecretName(refOf('cluster2')) }
    expect(await started.get(spoke, kinds.Secret, secret)).toBeUndefined()
    expect(await started.list(spoke, kinds.VolumeReplicationClass)).toEqual([])
    expect(await started.list(spoke, kinds.ObjectBucketClaim)).toEqual([])
    const config = { namespace, name: contract.spoke.rookOperatorConfig }
    expect((await started.get(spoke, kinds.ConfigMap, config))?.data).toEqual({ ROOK_LOG_LEVEL: 'INFO' })
    for (const name of ['cluster1', 'cluster2']) {
      const secrets = await started.list(started.hub, kinds.Secret, name)
      expect(
        secrets.filter(({ metadata }) => metadata.labels?.[contract.label.secretType] !== undefined),
      ).toEqual([])
    }
  },
  longTest,
)
