import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { ControlPlane, ControlPlaneCluster } from '../control-plane/control-plane.ts'
import { startControlPlane } from '../control-plane/start-control-plane.ts'
import type { Cluster, InMemoryCluster, KindRef } from '../cluster.ts'
import type { KubeObject } from '../kube-object.ts'
import { sameState } from '../same-state.ts'
import { startCluster } from '../start-cluster.ts'
import { describeControlPlane } from '../testing/describe-control-plane.ts'
import { testClient } from '../testing/test-client.ts'

const configMap = { apiVersion: 'v1', kind: 'ConfigMap' }
const namespaceKind = { apiVersion: 'v1', kind: 'Namespace' }
const thing = { apiVersion: 'example.com/v1', kind: 'Thing' }
const definition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'things.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { plural: 'things', kind: 'Thing' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
}

const held = { namespace: 'app', name: 'held' }

/** What is compared is ours: each server has things of its own. */
const ours = {
  ignore: ({ metadata: { namespace, name } }: KubeObject) => namespace !== 'app' && name !== 'app',
}

const fill = async (cluster: InMemoryCluster): Promise<void> => {
  await cluster.installCrds(definition)
  await cluster.apply(
    { ...namespaceKind, metadata: { name: 'app' } },
    { ...thing, metadata: { namespace: 'app', name: 'owner' }, spec: { a: 1 }, status: { phase: 'Ready' } },
  )
  const owner = cluster.get(thing, { namespace: 'app', name: 'owner' })
  const { uid = '' } = owner?.metadata ?? {}
  await cluster.apply(
    {
      ...configMap,
      // before its owner in the order of names
      metadata: { namespace: 'app', name: 'a-child', ownerReferences: [{ ...thing, name: 'owner', uid }] },
      data: { a: '1' },
    },
    { ...configMap, metadata: { namespace: 'app', name: 'held', finalizers: ['example.com/hold'] } },
    { ...configMap, metadata: { namespace: 'app', name: 'gone' } },
  )
  const client = testClient(cluster)
  // one goes, the other waits for whoever holds it
  for (const name of ['gone', 'held']) await client.delete(`/api/v1/namespaces/app/configmaps/${name}`)
  await client.close()
}

const uidOf = async (cluster: Cluster, kind: KindRef, name: string): Promise<string | undefined> =>
  (await cluster.get(kind, { namespace: 'app', name }))?.metadata.uid

/** Changed, new and missing objects. */
const disturb = async (cluster: Cluster): Promise<void> =>
  cluster.apply(
    { ...configMap, metadata: { namespace: 'app', name: 'a-child' }, data: { a: '2' } },
    { ...thing, metadata: { namespace: 'app', name: 'owner' }, spec: { a: 2 }, status: { phase: 'Lost' } },
    { ...configMap, metadata: { namespace: 'app', name: 'new', finalizers: ['example.com/hold'] } },
  )

describeControlPlane('a snapshot', () => {
  let controlPlane: ControlPlane
  let real: ControlPlaneCluster
  let memory: InMemoryCluster
  beforeAll(async () => {
    controlPlane = await startControlPlane({ clusters: ['real'], controllers: false })
    real = controlPlane.cluster('real')
    await real.installCrds(definition)
  })
  beforeEach(async () => {
    memory = await startCluster({ controllers: false })
    return () => memory.stop()
  })
  afterAll(() => controlPlane.stop())

  it('of a cluster in memory is restored to a control plane, with owners and status, and back', async () => {
    await fill(memory)
    const before = memory.snapshot()
    await real.restore(before)
    expect(sameState(before, await real.snapshot(), ours)).toEqual([])
    expect((await real.get(configMap, held))?.metadata.deletionTimestamp).toBeDefined()
    const child = await real.get(configMap, { namespace: 'app', name: 'a-child' })
    expect(child?.metadata.ownerReferences).toMatchObject([
      { name: 'owner', uid: await uidOf(real, thing, 'owner') },
    ])
    expect(child?.metadata.ownerReferences?.[0]?.uid).not.toBe(await uidOf(memory, thing, 'owner'))

    await disturb(real)
    expect(
      sameState(before, await real.snapshot(), ours).map(({ object, path }) => `${object} ${path}`),
    ).toEqual([
      'configmaps app/a-child data.a',
      'configmaps app/new ',
      'things.example.com app/owner spec.a',
      'things.example.com app/owner status.phase',
    ])
    const disturbed = await real.snapshot()
    await real.restore(before)
    const after = await real.snapshot()
    expect(sameState(before, after, ours)).toEqual([])
    expect(after.revision).toBeGreaterThan(disturbed.revision)

    const other = await startCluster({ controllers: false })
    other.restore(disturbed)
    expect(sameState(disturbed, other.snapshot(), ours)).toEqual([])
    // in memory uids stay, so owners need no looking up
    expect(await uidOf(other, thing, 'owner')).toBe(await uidOf(real, thing, 'owner'))
    await other.stop()
  })
})

it('is restored in another cluster in memory: definitions, uids, owners, what is held by a finalizer', async () => {
  const one = await startCluster({ name: 'one' })
  const other = await startCluster({ name: 'other' })
  const rootCa = (): unknown => other.get(configMap, { name: 'kube-root-ca.crt' })?.['data']
  await other.wait(rootCa)
  const published = rootCa()
  await fill(one)
  await other.apply({ ...configMap, metadata: { name: 'of-the-other' } })
  const before = one.snapshot()
  other.restore(before)
  expect(sameState(before, other.snapshot())).toEqual([])
  expect(rootCa()).toEqual(published)
  expect(other.get(configMap, held)?.metadata.deletionTimestamp).toBeDefined()
  expect(other.get(configMap, { namespace: 'app', name: 'gone' })).toBeUndefined()
  expect(other.get(configMap, { name: 'of-the-other' })).toBeUndefined()
  expect(await uidOf(other, thing, 'owner')).toBe(await uidOf(one, thing, 'owner'))
  await disturb(other)
  other.restore(before)
  expect(sameState(before, other.snapshot())).toEqual([])
  await Promise.all([one.stop(), other.stop()])
})
