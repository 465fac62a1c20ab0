import { afterEach, expect, test } from 'vitest'
import { kinds } from '@odfmo/api-types'
import type { ManagedCluster, ManagedClusterAddOn, ManifestWork, Secret } from '@odfmo/api-types'
import type { KubeObject } from '../../kube-object.ts'
import { manualClock } from '../../clock/manual-clock.ts'
import { eventually } from '../../eventually.ts'
import { conditionOf } from '../../access/conditions.ts'
import {
  addOns,
  appliedWorks,
  approve,
  registeredAddOn,
  secrets,
  signingRequests,
  startSmallFleet,
  works,
} from '../test/small-fleet.ts'
import type { SmallFleet } from '../test/small-fleet.ts'
import { heldSecret } from './registration/hub-kubeconfig-secret.ts'

let fleet: SmallFleet

afterEach(async () => {
  await fleet.stop()
})

const at = 'openshift-storage'
const hubAccess = { namespace: at, name: 'tokenexchange-hub-kubeconfig' }
const workKey = { namespace: 'cluster1', name: 'w' }
const accessSecret = async (): Promise<Secret | undefined> =>
  (await fleet.spoke.get(secrets, hubAccess)) as unknown as Secret | undefined
const addOn = async (): Promise<ManagedClusterAddOn> =>
  (await fleet.hub.get(addOns, {
    namespace: 'cluster1',
    name: 'tokenexchange',
  })) as unknown as ManagedClusterAddOn
const work = async (): Promise<ManifestWork> =>
  (await fleet.hub.get(works, workKey)) as unknown as ManifestWork
const configMap = (name: string, data: object = { key: 'value' }): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: at },
  data,
})
const configMaps = { apiVersion: 'v1', kind: 'ConfigMap' }
const workOf = (manifests: KubeObject[], spec: object = {}): KubeObject => ({
  ...works,
  metadata: { ...workKey },
  spec: { workload: { manifests }, ...spec },
})

/** The next request that nobody has decided. */
const openRequest = async (): Promise<KubeObject> =>
  fleet.hub.wait(async () =>
    (await fleet.hub.list(signingRequests)).find(
      ({ status }) => (status as { conditions?: unknown } | undefined)?.conditions === undefined,
    ),
  )

test('an accepted cluster joins and is available', async () => {
  fleet = await startSmallFleet()
  await eventually(fleet.hub, async () => {
    const cluster = (await fleet.hub.get(
      { apiVersion: 'cluster.open-cluster-management.io/v1', kind: 'ManagedCluster' },
      { name: 'cluster1' },
    )) as unknown as ManagedCluster
    expect(cluster.status?.conditions?.map(({ type, status }) => `${type} ${status}`)).toEqual([
      'HubAcceptedManagedCluster True',
      'ManagedClusterJoined True',
      'ManagedClusterConditionAvailable True',
    ])
  })
})

test('a certificate is renewed, with a new key, when a fifth to a quarter of its life is left', async () => {
  const clock = manualClock({ start: Date.UTC(2026, 5, 1) })
  fleet = await startSmallFleet({ clock, certificateSeconds: 3600 })
  await fleet.hub.apply(registeredAddOn())
  await approve(fleet.onHub, await openRequest())
  const first = await fleet.spoke.wait(accessSecret)
  const held = heldSecret(first)
  expect(held).toMatchObject({
    is: 'usable',
    user: registeredAddOn().status?.registrations?.[0]?.subject?.user,
  })
  if (held.is !== 'usable') return
  await eventually(fleet.hub, async () =>
    expect(conditionOf((await addOn()).status?.conditions, 'ClusterCertificateRotated')?.status).toBe('True'),
  )

  clock.advance(held.notBefore + (held.notAfter - held.notBefore) * 0.74 - clock.now())
  await new Promise((resolve) => setImmediate(resolve))
  expect(await fleet.hub.list(signingRequests)).toHaveLength(1)
  clock.advance((held.notAfter - held.notBefore) * 0.07)
  await approve(fleet.onHub, await openRequest())
  await eventually(fleet.spoke, async () =>
    expect((await accessSecret())?.data?.['tls.crt']).not.toBe(first.data?.['tls.crt']),
  )
  expect((await accessSecret())?.data?.['tls.key']).not.toBe(first.data?.['tls.key'])
  expect((await accessSecret())?.metadata.uid).toBe(first.metadata.uid)
})

test('another registration takes the secret away and begins again', async () => {
  fleet = await startSmallFleet()
  await fleet.hub.apply(registeredAddOn())
  await approve(fleet.onHub, await openRequest())
  const first = await fleet.spoke.wait(accessSecret)
  await fleet.hub.apply(registeredAddOn('somebody-else'))
  await eventually(fleet.spoke, async () => expect(await accessSecret()).toBeUndefined())
  await approve(fleet.onHub, await openRequest())
  const second = await fleet.spoke.wait(accessSecret)
  expect(second.metadata.uid).not.toBe(first.metadata.uid)
  expect(heldSecret(second)).toMatchObject({ user: 'somebody-else' })
})

test('a denied request is followed by another', async () => {
  fleet = await startSmallFleet()
  await fleet.hub.apply(registeredAddOn())
  const request = await openRequest()
  const condition = { type: 'Denied', status: 'True', reason: 'Test', message: 'no' }
  await fleet.onHub.update(
    kinds.CertificateSigningRequest,
    { ...request, status: { conditions: [condition] } } as never,
    'approval',
  )
  const next = await openRequest()
  expect(next.metadata.name).not.toBe(request.metadata.name)
})

test('a secret deleted by hand is asked for again', async () => {
  fleet = await startSmallFleet()
  await fleet.hub.apply(registeredAddOn())
  await approve(fleet.onHub, await openRequest())
  await fleet.spoke.wait(accessSecret)
  await fleet.onSpoke.remove(kinds.Secret, hubAccess)
  await approve(fleet.onHub, await openRequest())
  await fleet.spoke.wait(accessSecret)
})

test('the lease decides whether an add-on is available', async () => {
  const clock = manualClock({ start: Date.UTC(2026, 5, 1) })
  fleet = await startSmallFleet({ clock })
  await fleet.hub.apply(registeredAddOn())
  const available = async (): Promise<string> => {
    const condition = conditionOf((await addOn()).status?.conditions, 'Available')
    return `${condition?.status} ${condition?.reason}`
  }
  await eventually(fleet.hub, async () =>
    expect(await available()).toBe('Unknown ManagedClusterAddOnLeaseNotFound'),
  )
  const renewTime = `${new Date(clock.now()).toISOString().slice(0, 19)}.000000Z`
  const lease = {
    ...{ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease' },
    metadata: { name: 'tokenexchange', namespace: at },
    spec: { renewTime },
  }
  await fleet.spoke.apply(lease)
  clock.advance(30_000)
  await eventually(fleet.hub, async () =>
    expect(await available()).toBe('True ManagedClusterAddOnLeaseUpdated'),
  )
  clock.advance(271_000)
  await eventually(fleet.hub, async () =>
    expect(await available()).toBe('False ManagedClusterAddOnLeaseUpdateStopped'),
  )
})

test('a cluster whose klusterlet is silent is unknown, and so are its add-ons; it comes back with it', async () => {
  const clock = manualClock({ start: Date.UTC(2026, 5, 1) })
  fleet = await startSmallFleet({ clock })
  await fleet.hub.apply(registeredAddOn())
  const cluster = async (): Promise<ManagedCluster> =>
    (await fleet.hub.get(
      { apiVersion: 'cluster.open-cluster-management.io/v1', kind: 'ManagedCluster' },
      { name: 'cluster1' },
    )) as unknown as ManagedCluster
  const available = async (): Promise<unknown> =>
    conditionOf((await cluster()).status?.conditions, 'ManagedClusterConditionAvailable')
  const lease = async (): Promise<KubeObject | undefined> =>
    fleet.hub.get(
      { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease' },
      { namespace: 'cluster1', name: 'managed-cluster-lease' },
    )
  await eventually(fleet.hub, async () => {
    expect(await lease()).toBeDefined()
    expect(conditionOf((await addOn()).status?.conditions, 'Available')?.status).toBe('Unknown')
    expect(await available()).toMatchObject({ status: 'True' })
  })
  await fleet.klusterlet.stop()
  await expect
    .poll(async () => {
      clock.advance(10_000)
      return await available()
    })
    .toMatchObject({ status: 'Unknown', reason: 'ManagedClusterLeaseUpdateStopped' })
  await eventually(fleet.hub, async () =>
    expect(conditionOf((await addOn()).status?.conditions, 'Available')?.reason).toBe(
      'ManagedClusterLeaseUpdateStopped',
    ),
  )
  await fleet.startKlusterlet()
  await eventually(fleet.hub, async () => expect(await available()).toMatchObject({ status: 'True' }))
})

test('what drifts is set back in the next round, and what leaves the work leaves the spoke', async () => {
  const clock = manualClock({ start: Date.UTC(2026, 5, 1) })
  fleet = await startSmallFleet({ clock, resyncMs: 60_000 })
  await fleet.hub.apply(workOf([configMap('one'), configMap('two')]))
  await eventually([fleet.hub, fleet.spoke], async () =>
    expect(conditionOf((await work()).status?.conditions, 'Available')?.status).toBe('True'),
  )
  const live = async (name: string): Promise<KubeObject | undefined> =>
    fleet.spoke.get(configMaps, { namespace: at, name })
  expect((await live('one'))?.metadata.ownerReferences).toMatchObject([{ kind: 'AppliedManifestWork' }])
  expect((await fleet.spoke.list(appliedWorks))[0]).toMatchObject({
    status: { appliedResources: [{ name: 'one' }, { name: 'two' }] },
  })

  await fleet.spoke.apply(configMap('one', { key: 'drifted', more: 'kept' }))
  clock.advance(60_001)
  await eventually(fleet.spoke, async () =>
    expect(await live('one')).toMatchObject({ data: { key: 'value', more: 'kept' } }),
  )

  await fleet.hub.apply(workOf([configMap('one', { key: 'changed' })]))
  await eventually(fleet.spoke, async () => {
    expect(await live('one')).toMatchObject({ data: { key: 'changed' } })
    expect(await live('two')).toBeUndefined()
  })
})

test('a manifest that cannot be applied does not hold up the others', async () => {
  fleet = await startSmallFleet()
  const unknown = { apiVersion: 'example.com/v1', kind: 'Unknown', metadata: { name: 'x', namespace: at } }
  await fleet.hub.apply(workOf([unknown, configMap('one')]))
  await eventually([fleet.hub, fleet.spoke], async () => {
    const { conditions, resourceStatus } = (await work()).status ?? {}
    expect(conditionOf(conditions, 'Applied')).toMatchObject({
      status: 'False',
      reason: 'AppliedManifestWorkFailed',
    })
    const applied = resourceStatus?.manifests?.map(
      (manifest) => conditionOf(manifest.conditions, 'Applied')?.status,
    )
    expect(applied).toEqual(['False', 'True'])
  })
})

test('a work that goes takes all along but what is to be orphaned', async () => {
  fleet = await startSmallFleet()
  const rule = { group: '', resource: 'configmaps', name: 'stays', namespace: at }
  const deleteOption = {
    propagationPolicy: 'SelectivelyOrphan',
    selectivelyOrphans: { orphaningRules: [rule] },
  }
  await fleet.hub.apply(workOf([configMap('goes'), configMap('stays')], { deleteOption }))
  await eventually([fleet.hub, fleet.spoke], async () =>
    expect(conditionOf((await work()).status?.conditions, 'Applied')?.status).toBe('True'),
  )
  await fleet.onHub.remove(kinds.ManifestWork, workKey)
  await eventually([fleet.hub, fleet.spoke], async () => {
    expect(await fleet.hub.list(works)).toEqual([])
    expect(await fleet.spoke.list(appliedWorks)).toEqual([])
    expect((await fleet.spoke.list(configMaps, at)).map(({ metadata }) => metadata.name)).toEqual([
      'kube-root-ca.crt',
      'stays',
    ])
  })
})

test('a ManagedCluster that goes takes its add-ons, works and namespace along', async () => {
  fleet = await startSmallFleet()
  await fleet.hub.apply(registeredAddOn(), workOf([configMap('one')]))
  await eventually([fleet.hub, fleet.spoke], async () =>
    expect(conditionOf((await work()).status?.conditions, 'Applied')?.status).toBe('True'),
  )
  await fleet.onHub.remove(kinds.ManagedCluster, { name: 'cluster1' })
  await eventually([fleet.hub, fleet.spoke], async () => {
    expect(
      await fleet.hub.list({ apiVersion: 'cluster.open-cluster-management.io/v1', kind: 'ManagedCluster' }),
    ).toEqual([])
    expect(await fleet.hub.get({ apiVersion: 'v1', kind: 'Namespace' }, { name: 'cluster1' })).toBeUndefined()
    expect(await fleet.spoke.get(configMaps, { namespace: at, name: 'one' })).toBeUndefined()
  })
})

test('the addon-manager owns the add-on and says how far it is', async () => {
  fleet = await startSmallFleet()
  await fleet.hub.apply(registeredAddOn())
  const owner = {
    apiVersion: 'addon.open-cluster-management.io/v1alpha1',
    kind: 'ClusterManagementAddOn',
    metadata: { name: 'tokenexchange' },
    spec: {},
  }
  await fleet.hub.apply(owner)
  await eventually(fleet.hub, async () => {
    expect((await addOn()).metadata.ownerReferences).toMatchObject([
      { kind: 'ClusterManagementAddOn', controller: true, blockOwnerDeletion: true },
    ])
    expect(conditionOf((await addOn()).status?.conditions, 'Configured')?.status).toBe('True')
    expect(conditionOf((await addOn()).status?.conditions, 'Progressing')?.reason).toBe(
      'WaitingForManifestApplied',
    )
  })
})

test('once quiet, nothing is written', async () => {
  const clock = manualClock({ start: Date.UTC(2026, 5, 1) })
  fleet = await startSmallFleet({ clock })
  await fleet.hub.apply(registeredAddOn(), workOf([configMap('one')]))
  await approve(fleet.onHub, await openRequest())
  await eventually([fleet.hub, fleet.spoke], async () => {
    expect(await accessSecret()).toBeDefined()
    expect(conditionOf((await work()).status?.conditions, 'Available')?.status).toBe('True')
    expect(conditionOf((await addOn()).status?.conditions, 'ClusterCertificateRotated')?.status).toBe('True')
    expect(conditionOf((await addOn()).status?.conditions, 'Available')?.status).toBe('Unknown')
  })
  const writes = (): number =>
    [fleet.hub, fleet.spoke]
      .flatMap(({ requests }) => requests?.writes() ?? [])
      .filter(({ resource }) => !resource.startsWith('leases')).length
  const reads = (): number =>
    (fleet.spoke.requests?.all({ verb: 'get', resource: 'configmaps' }) ?? []).length
  /** Time goes by until all has been looked at again; no faster than leases are renewed. */
  const round = async (): Promise<void> => {
    const seen = reads()
    // Again after a while: what is not yet waiting for the time does not notice that it passes.
    for (let look = 0; reads() <= seen; look++) {
      if (look % 50 === 0) clock.advance(30_000)
      await Promise.all([fleet.onHub, fleet.onSpoke].map((client) => client.list(kinds.Namespace, {})))
    }
  }
  for (let last = -1; last !== writes();) {
    last = writes()
    await round()
  }
  const before = writes()
  for (let count = 0; count < 20; count++) await round()
  expect(writes()).toBe(before)
})
