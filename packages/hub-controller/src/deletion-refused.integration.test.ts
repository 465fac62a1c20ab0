import { contract, kinds, type Condition, type MirrorPeer } from '@odfmo/api-types'
import {
  eventually,
  sameState,
  startCluster,
  startWebhookServer,
  type Cluster,
  type InMemoryCluster,
  type Snapshot,
  type WebhookServer,
} from '@odfmo/testkit'
import { afterEach, describe, expect, it } from 'vitest'
import { conditionOf, find, list, peer, withoutMirrorPeers } from './test/hub-cluster.ts'
import { hubUser, type HubProcess } from './test/hub-process.ts'
import { writesOf } from './test/journal.ts'
import { asCreated, delivered, scene, type Scene } from './test/scene.ts'

const name = 'mirrorpeer-sample'
let stage: Scene
let cluster: Cluster
let hub: HubProcess
let before: Snapshot
afterEach(() => stage.end())

const begin = async (started: Scene): Promise<void> => {
  stage = started
  cluster = started.cluster
  hub = await stage.start()
  before = await withoutMirrorPeers(cluster)
  await cluster.apply(asCreated(), ...delivered)
  await stage.converged()
}
const message = async (): Promise<string> => (await peer(cluster)).status?.message ?? ''
const ready = async (): Promise<Condition | undefined> => conditionOf(await peer(cluster), 'Ready')
const finalizers = async (): Promise<MirrorPeer['metadata']['finalizers']> =>
  (await peer(cluster)).metadata.finalizers
const asBefore = (): Promise<void> =>
  eventually(cluster, async () => expect(sameState(before, await cluster.snapshot())).toEqual([]))

// In memory: a server that fails on demand.
describe('whatever the server answers, the finalizer stays, the message tells, and it is tried again', () => {
  it('one refusal after the other, until the last is over', async () => {
    const failing: Scene<InMemoryCluster> = await scene({ start: startCluster })
    await begin(failing)
    const { faults, requests } = failing.cluster
    const refusals = [
      { verb: 'delete', resource: 'secrets', code: 500, what: 'Secret ' },
      { verb: 'delete', resource: 'drclusters.ramendr.openshift.io', code: 403, what: 'DRCluster ' },
      { verb: 'patch', resource: 'configmaps', code: 503, what: 'profile ' },
      {
        verb: 'delete',
        resource: 'managedclusteraddons.addon.open-cluster-management.io',
        code: 429,
        what: 'ManagedClusterAddOn ',
      },
      { verb: 'delete', resource: 'roles.rbac.authorization.k8s.io', code: 403, what: 'Role ' },
      {
        verb: 'patch',
        resource: 'mirrorpeers.multicluster.odf.openshift.io',
        code: 500,
        what: 'mirror-peer-metadata',
      },
    ].map(({ verb, resource, code, what }) => ({
      what,
      code,
      verb,
      resource,
      rule: faults.add({ match: { verb, resource, user: hubUser }, fault: { kind: 'status', code } }),
    }))
    await stage.remove(kinds.MirrorPeer, { name })
    for (const { what, code, verb, resource, rule } of refusals) {
      // Till the last one the message names it; that of our own finalizer is the rule's failure.
      if (what !== 'mirror-peer-metadata')
        await eventually(cluster, async () => expect(await message()).toContain(what))
      await eventually(cluster, () =>
        expect(requests.all({ verb, resource, status: code }).length).toBeGreaterThan(1),
      )
      expect(await finalizers()).toEqual([contract.finalizer.hub])
      rule()
    }
    await eventually(cluster, async () => expect(await list(cluster, kinds.MirrorPeer)).toEqual([]))
    await asBefore()
  })

  it.each([500, 403])(
    'a read that fails with %s is no object that is gone: nothing goes before it is known',
    async (code) => {
      const failing: Scene<InMemoryCluster> = await scene({ start: startCluster })
      await begin(failing)
      const { faults, requests } = failing.cluster
      const match = { user: hubUser }
      const rules = ['get', 'list'].map((verb) =>
        faults.add({ match: { ...match, verb }, fault: { kind: 'status', code } }),
      )
      const writes = (await writesOf(cluster, hubUser)).length
      await stage.remove(kinds.MirrorPeer, { name })
      await eventually(cluster, () =>
        expect(requests.all({ ...match, status: code }).length).toBeGreaterThan(5),
      )
      expect(await finalizers()).toEqual([contract.finalizer.hub])
      const written = (await writesOf(cluster, hubUser)).slice(writes)
      expect(written.filter(({ verb }) => verb === 'delete')).toEqual([])
      for (const rule of rules) rule()
      await eventually(cluster, async () => expect(await list(cluster, kinds.MirrorPeer)).toEqual([]), {
        timeoutMs: 120_000,
      })
      await asBefore()
    },
  )
})

// In memory: a watch that lags.
it('a namespace that terminates before the hub has heard of it is waited for, which is no error', async () => {
  const lagging: Scene<InMemoryCluster> = await scene({ start: startCluster })
  await begin(lagging)
  const { faults, requests } = lagging.cluster
  const held = { name: 'held', namespace: 'cluster2', finalizers: ['example.com/x'] }
  await cluster.apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata: held })
  faults.lagWatches(3_600_000, { resource: 'namespaces', user: hubUser })
  await stage.remove(kinds.Namespace, { name: 'cluster2' })
  await eventually(cluster, () => {
    expect(requests.all({ user: hubUser, verb: 'create', status: 403 })).not.toEqual([])
    const states = hub.unsettled().filter((text) => text.includes('NamespaceTerminating'))
    expect(states.length).toBeGreaterThan(0)
    expect(states.filter((text) => !text.includes('"is":"waiting"'))).toEqual([])
  })
  await eventually(cluster, async () => expect(await message()).toContain('because it is being terminated'))
  await stage.remove(kinds.MirrorPeer, { name })
  await eventually(cluster, async () => expect(await list(cluster, kinds.MirrorPeer)).toEqual([]))
})

describe('a webhook that refuses a delete', () => {
  let server: WebhookServer
  afterEach(() => server.stop())

  it('keeps the finalizer on, and the condition says who it was and why', async () => {
    let locked = true
    server = await startWebhookServer(() => ({
      allowed: !locked,
      status: { code: 403, message: 'clusters in use are locked' },
    }))
    await begin(await scene())
    await cluster.apply({
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingWebhookConfiguration',
      metadata: { name: 'locks' },
      webhooks: [
        {
          name: 'locks.example.com',
          clientConfig: { url: `${server.url}/`, caBundle: server.caBundle },
          rules: [
            {
              operations: ['DELETE'],
              apiGroups: ['ramendr.openshift.io'],
              apiVersions: ['*'],
              resources: ['drclusters'],
            },
          ],
          sideEffects: 'None',
          admissionReviewVersions: ['v1'],
        },
      ],
    })
    // A real server hears of it a moment later; what it lets through till then, the hub makes again.
    await expect
      .poll(() => stage.remove(kinds.DRCluster, { name: 'cluster1' }).then(() => '', String), {
        timeout: 120_000,
      })
      .toContain('locked')
    await stage.converged()
    await stage.remove(kinds.MirrorPeer, { name })
    await eventually(cluster, async () => {
      expect(await message()).toMatch(
        /DRCluster cluster1 \(.*admission webhook "locks.example.com" denied the request: clusters in use are locked/,
      )
      expect(await ready()).toMatchObject({
        status: 'False',
        reason: 'Deleting',
        message: expect.stringContaining('clusters in use are locked'),
      })
    })
    expect(await finalizers()).toEqual([contract.finalizer.hub])
    expect(await find(cluster, kinds.DRCluster, { name: 'cluster1' })).toBeDefined()
    locked = false
    await eventually(cluster, async () => expect(await list(cluster, kinds.MirrorPeer)).toEqual([]), {
      timeoutMs: 60_000,
    })
    expect(await list(cluster, kinds.DRCluster)).toEqual([])
  })
})
