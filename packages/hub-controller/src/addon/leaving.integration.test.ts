import { kinds, mirrorPeerCrd, type MirrorPeer } from '@odfmo/api-types'
import type { Kind, ObjectKey } from '@odfmo/api-types/meta'
import { hubCrds } from '@odfmo/testkit'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { hubRbac } from '../rbac.ts'
import { managedCluster, podNamespace } from '../test/builders.ts'
import { clientOf } from '../test/client-of.ts'
import { startHub } from '../test/hub-process.ts'
import { asCreated } from '../test/scene.ts'
import { quietMs } from './test/hub-process.ts'
import { ocmScene, type OcmScene } from './test/ocm-scene.ts'

const clusters = ['cluster1', 'cluster2']
const addOnKey = { namespace: 'cluster2', name: 'tokenexchange' }
const rbac = 'open-cluster-management:token-exchange:agent'
const workName = 'addon-tokenexchange-deploy-0'
/** Of somebody who has to clean up before an add-on goes. */
const finalizer = 'addon.open-cluster-management.io/addon-pre-delete'

let scene: OcmScene

beforeEach(async () => {
  scene = await ocmScene({
    clusters,
    installNamespace: 'openshift-storage',
    crds: [mirrorPeerCrd, ...hubCrds],
    objects: [
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: podNamespace } },
      ...hubRbac(podNamespace),
    ],
    start: startHub,
  })
  await scene.start()
  await scene.hub.apply(asCreated())
  await deployed('cluster1')
  await deployed('cluster2')
})

afterEach(() => scene.end())

const deployed = (cluster: string) =>
  scene.settled(async () => {
    expect((await scene.condition(cluster, 'ManifestApplied'))?.status).toBe('True')
    await scene.read(scene.spoke(cluster), kinds.Secret, {
      namespace: 'openshift-storage',
      name: 'tokenexchange-hub-kubeconfig',
    })
  })
const isGone = async (kind: Kind, key: ObjectKey): Promise<void> =>
  expect(await scene.find(scene.hub, kind, key)).toBeUndefined()
const subjects = async (): Promise<string> =>
  JSON.stringify((await scene.read(scene.hub, kinds.ClusterRoleBinding, { name: rbac })).subjects)

test('a cluster that is detached is left to OCM, and all comes again with it', async () => {
  const admin = await clientOf(scene.hub)
  try {
    const uid = (await scene.addOn('cluster2')).metadata.uid ?? ''
    await admin.patch(kinds.ManagedClusterAddOn, addOnKey, 'merge', { metadata: { finalizers: [finalizer] } })
    const elder = await scene.addOn('cluster1')
    const before = (await scene.writes()).length
    await admin.delete(kinds.ManagedCluster, { name: 'cluster2' })
    await scene.settled(async () => {
      expect((await scene.addOn('cluster2')).metadata.deletionTimestamp).toBeDefined()
      const mirrorPeer = await scene.read<MirrorPeer>(scene.hub, kinds.MirrorPeer, {
        name: 'mirrorpeer-sample',
      })
      expect(mirrorPeer.status?.conditions?.find(({ type }) => type === 'Validated')?.status).toBe('False')
    })
    await quietMs(300)
    // Nothing of the cluster is made or repaired, and its agent can still clean up: its work is OCM's to take.
    expect((await scene.addOn('cluster2')).metadata.uid).toBe(uid)
    await scene.read(scene.hub, kinds.ManifestWork, { namespace: 'cluster2', name: workName })
    await scene.read(scene.hub, kinds.Role, { namespace: 'cluster2', name: rbac })
    expect(await subjects()).toContain('cluster:cluster2:')
    await admin.patch(kinds.ManagedClusterAddOn, addOnKey, 'merge', { metadata: { finalizers: null } })
    await scene.settled(async () => {
      await isGone(kinds.ManagedCluster, { name: 'cluster2' })
      await isGone(kinds.Namespace, { name: 'cluster2' })
    })
    await quietMs(300)
    const later = (await scene.writes()).slice(before)
    expect(later.filter(({ namespace }) => namespace === 'cluster2')).toEqual([])
    expect(later.filter(({ verb }) => verb === 'delete')).toEqual([])
    const { uid: stays, ...rest } = (await scene.addOn('cluster1')).metadata
    expect([stays, rest.ownerReferences]).toEqual([elder.metadata.uid, elder.metadata.ownerReferences])

    await scene.hub.apply(managedCluster('cluster2'))
    await deployed('cluster2')
    expect((await scene.addOn('cluster2')).metadata.uid).not.toBe(uid)
  } finally {
    await admin.close()
  }
})

test('hosted mode refused later leaves what was deployed; without the annotation all goes on', async () => {
  const admin = await clientOf(scene.hub)
  const annotation = 'addon.open-cluster-management.io/hosting-cluster-name'
  const workOf = () => scene.read(scene.hub, kinds.ManifestWork, { namespace: 'cluster2', name: workName })
  const annotate = (annotations: object) =>
    admin.patch(kinds.ManagedClusterAddOn, addOnKey, 'merge', { metadata: { annotations } })
  try {
    const before = await workOf()
    const { registrations } = (await scene.addOn('cluster2')).status ?? {}
    await annotate({ [annotation]: 'management' })
    await scene.settled(async () => {
      for (const type of ['RegistrationApplied', 'ManifestApplied'])
        expect(await scene.condition('cluster2', type)).toMatchObject({ status: 'False' })
      expect((await scene.condition('cluster2', 'ManifestApplied'))?.message).toContain('hosted mode')
    })
    await annotate({ 'multicluster.odf.openshift.io/odr-namespace': 'elsewhere' })
    await quietMs(300)
    expect((await workOf()).spec).toEqual(before.spec)
    expect((await scene.addOn('cluster2')).status?.registrations).toEqual(registrations)
    await annotate({ [annotation]: null })
    await scene.settled(async () => {
      expect(JSON.stringify((await workOf()).spec)).toContain('elsewhere')
      expect((await scene.condition('cluster2', 'RegistrationApplied'))?.status).toBe('True')
    })
    expect((await workOf()).metadata.uid).toBe(before.metadata.uid)
  } finally {
    await admin.close()
  }
})
