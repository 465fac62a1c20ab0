import {
  kinds,
  type ClusterRoleBinding,
  type ManagedClusterAddOn,
  type ManifestWork,
  type MirrorPeer,
} from '@odfmo/api-types'
import type { Kind, KubeObject, ObjectKey } from '@odfmo/api-types/meta'
import { eventually, hubCrds, startCluster, type Cluster } from '@odfmo/testkit'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { addOn, condition, managedCluster, mirrorPeer } from './test/hub-world.ts'
import { mirrorPeerCrd } from './test/mirror-peer-crd.ts'
import { managerRights, manifest, quietMs, startHubProcess, type HubProcess } from './test/hub-process.ts'

const names = { rbac: 'open-cluster-management:token-exchange:agent', work: 'addon-tokenexchange-deploy-0' }

const crds = [...hubCrds, mirrorPeerCrd]

let hub: Cluster
const processes: HubProcess[] = []
const start = async (): Promise<HubProcess> => {
  const running = await startHubProcess(hub)
  processes.push(running)
  return running
}
const ref = (kind: Kind) => ({
  apiVersion: kind.group === '' ? kind.version : `${kind.group}/${kind.version}`,
  kind: kind.kind,
})
const get = <T extends KubeObject>(kind: Kind<T>, key: ObjectKey): T => {
  const found = hub.get(ref(kind), key)
  if (found === undefined) throw new Error(`no ${kind.kind} ${key.namespace ?? ''}/${key.name}`)
  return found as unknown as T
}
const has = (kind: Kind, key: ObjectKey): boolean => hub.get(ref(kind), key) !== undefined
const addOnOf = (cluster: string): ManagedClusterAddOn =>
  get(kinds.ManagedClusterAddOn, { namespace: cluster, name: 'tokenexchange' })
const conditionOf = (cluster: string, type: string) =>
  addOnOf(cluster).status?.conditions?.find((c) => c.type === type)
const subjects = (): readonly string[] =>
  get<ClusterRoleBinding>(kinds.ClusterRoleBinding, { name: names.rbac }).subjects?.map(({ name }) => name) ??
  []
const settled = (check: () => void) => eventually(hub, check)
/** The engine's own picture: it changes after the cluster's. */
const atRest = (running: HubProcess) =>
  vi.waitFor(() => expect(running.unsettled()).toEqual([]), { timeout: 5000, interval: 20 })

const clusterObjects = (name: string): readonly KubeObject[] => [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name } },
  manifest(kinds.ManagedCluster, managedCluster(name)),
]
const bareAddOn = (cluster: string): ManagedClusterAddOn => {
  const { uid: _uid, ownerReferences: _owners, ...metadata } = addOn(cluster).metadata
  return manifest(kinds.ManagedClusterAddOn, { ...addOn(cluster), metadata })
}
const peer = (clusters: readonly [string, string]): MirrorPeer =>
  manifest(kinds.MirrorPeer, mirrorPeer(clusters))

beforeEach(async () => {
  hub = await startCluster({ name: 'hub', crds })
  await hub.apply(...managerRights)
})

afterEach(async () => {
  await Promise.all(processes.splice(0).map((running) => running.stop()))
  await hub.stop()
})

describe('the add-on manager on a hub', () => {
  test('registers and deploys an agent per cluster, under its own rights', async () => {
    await hub.apply(
      ...clusterObjects('c1'),
      ...clusterObjects('c2'),
      bareAddOn('c1'),
      bareAddOn('c2'),
      peer(['c1', 'c2']),
    )
    const running = await start()
    await settled(() => {
      for (const cluster of ['c1', 'c2']) {
        expect(has(kinds.Role, { namespace: cluster, name: names.rbac })).toBe(true)
        expect(has(kinds.RoleBinding, { namespace: cluster, name: names.rbac })).toBe(true)
        expect(conditionOf(cluster, 'RegistrationApplied')?.status).toBe('True')
        expect(addOnOf(cluster).metadata.ownerReferences).toHaveLength(1)
        const work = get<ManifestWork>(kinds.ManifestWork, { namespace: cluster, name: names.work })
        expect(work.metadata.ownerReferences?.[0]?.uid).toBe(addOnOf(cluster).metadata.uid)
      }
      expect(has(kinds.ClusterManagementAddOn, { name: 'tokenexchange' })).toBe(true)
      expect(subjects()).toHaveLength(4)
    })
    await atRest(running)
  })

  test('writes nothing once all is well, nor after a restart', async () => {
    await hub.apply(
      ...clusterObjects('c1'),
      ...clusterObjects('c2'),
      bareAddOn('c1'),
      bareAddOn('c2'),
      peer(['c1', 'c2']),
    )
    const first = await start()
    await settled(() => {
      expect(has(kinds.ManifestWork, { namespace: 'c1', name: names.work })).toBe(true)
      expect(has(kinds.ManifestWork, { namespace: 'c2', name: names.work })).toBe(true)
    })
    await atRest(first)
    const before = hub.requests.writes().length
    await first.stop()
    const second = await start()
    await atRest(second)
    await quietMs(600)
    expect(hub.requests.writes().slice(before)).toEqual([])
  })

  test('takes things in any order: the add-on first, then the MirrorPeer, the cluster last', async () => {
    await start()
    await hub.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'c1' } }, bareAddOn('c1'))
    await hub.apply(peer(['c1', 'c2']))
    await hub.apply(...clusterObjects('c1'))
    await settled(() => {
      expect(conditionOf('c1', 'RegistrationApplied')?.status).toBe('True')
      expect(has(kinds.ManifestWork, { namespace: 'c1', name: names.work })).toBe(true)
    })
  })

  test('a second pair of clusters does not disturb the first one', async () => {
    await hub.apply(
      ...clusterObjects('c1'),
      ...clusterObjects('c2'),
      bareAddOn('c1'),
      bareAddOn('c2'),
      peer(['c1', 'c2']),
    )
    await start()
    await settled(() => expect(conditionOf('c1', 'RegistrationApplied')?.status).toBe('True'))
    const registrations = JSON.stringify(addOnOf('c1').status?.registrations)
    await hub.apply(...clusterObjects('c3'), bareAddOn('c3'), peer(['c3', 'c1']))
    await settled(() => {
      expect(conditionOf('c3', 'RegistrationApplied')?.status).toBe('True')
      expect(subjects()).toHaveLength(6)
    })
    expect(JSON.stringify(addOnOf('c1').status?.registrations)).toBe(registrations)
  })

  test('takes the original’s work over in place', async () => {
    const old = { namespace: 'c1', name: 'addon-tokenexchange-deploy' }
    await hub.apply(
      ...clusterObjects('c1'),
      bareAddOn('c1'),
      manifest(kinds.ManifestWork, {
        metadata: { ...old, labels: { 'open-cluster-management.io/addon-name': 'tokenexchange' } },
        spec: {
          workload: {
            manifests: [
              { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'old', namespace: 'x' } },
            ],
          },
        },
      }),
      peer(['c1', 'c2']),
    )
    const { uid } = get(kinds.ManifestWork, old).metadata
    await start()
    await settled(() =>
      expect(get<ManifestWork>(kinds.ManifestWork, old).spec?.workload?.manifests).toHaveLength(6),
    )
    expect(get(kinds.ManifestWork, old).metadata.uid).toBe(uid)
    expect(hub.list(ref(kinds.ManifestWork), 'c1')).toHaveLength(1)
  })

  test('lives beside another writer of the add-on’s status', async () => {
    await hub.apply(...clusterObjects('c1'), bareAddOn('c1'), peer(['c1', 'c2']))
    await start()
    for (let i = 0; i < 20; i += 1) {
      const { metadata, status } = addOnOf('c1')
      const others = (status?.conditions ?? []).filter(({ type }) => type !== 'Progressing')
      await hub.apply({
        ...ref(kinds.ManagedClusterAddOn),
        metadata: { name: metadata.name, namespace: 'c1' },
        status: { conditions: [...others, condition('Progressing', i % 2 === 0 ? 'True' : 'False')] },
      })
      await quietMs(5)
    }
    await settled(() => {
      expect(conditionOf('c1', 'RegistrationApplied')?.status).toBe('True')
      expect(conditionOf('c1', 'Progressing')?.status).toBe('False')
    })
  })

  test('drift is set back', async () => {
    await hub.apply(...clusterObjects('c1'), bareAddOn('c1'), peer(['c1', 'c2']))
    await start()
    await settled(() => expect(has(kinds.ManifestWork, { namespace: 'c1', name: names.work })).toBe(true))
    await hub.apply(
      { ...ref(kinds.Role), metadata: { namespace: 'c1', name: names.rbac }, rules: [] },
      {
        ...ref(kinds.ManifestWork),
        metadata: { namespace: 'c1', name: names.work },
        spec: { workload: { manifests: [] } },
      },
    )
    await settled(() => {
      expect(get(kinds.Role, { namespace: 'c1', name: names.rbac }).rules).toHaveLength(2)
      expect(
        get(kinds.ManifestWork, { namespace: 'c1', name: names.work }).spec?.workload?.manifests,
      ).toHaveLength(6)
    })
  })

  test('what nobody holds goes; the rest stays', async () => {
    await hub.apply(
      ...clusterObjects('c1'),
      ...clusterObjects('c2'),
      ...clusterObjects('c3'),
      ...['c1', 'c2', 'c3'].map(bareAddOn),
      peer(['c1', 'c2']),
      peer(['c1', 'c3']),
    )
    await start()
    await settled(() => {
      for (const cluster of ['c1', 'c2', 'c3'])
        expect(has(kinds.ManifestWork, { namespace: cluster, name: names.work })).toBe(true)
      expect(subjects()).toHaveLength(6)
    })
    await hub.apply({ ...ref(kinds.MirrorPeer), metadata: { name: 'c1-c3', finalizers: [] } })
    await settled(() => {
      expect(has(kinds.ManifestWork, { namespace: 'c3', name: names.work })).toBe(false)
      expect(has(kinds.Role, { namespace: 'c3', name: names.rbac })).toBe(false)
      expect(has(kinds.RoleBinding, { namespace: 'c3', name: names.rbac })).toBe(false)
      expect(subjects()).toHaveLength(4)
    })
    expect(has(kinds.Role, { namespace: 'c1', name: names.rbac })).toBe(true)
    await hub.apply({ ...ref(kinds.MirrorPeer), metadata: { name: 'c1-c2', finalizers: [] } })
    await settled(() => {
      expect(has(kinds.ClusterRoleBinding, { name: names.rbac })).toBe(false)
      expect(has(kinds.ClusterRole, { name: names.rbac })).toBe(false)
      expect(hub.list(ref(kinds.ManifestWork))).toEqual([])
    })
  })

  test('says on the add-on that the hub’s RBAC cannot be written, and goes on when it can', async () => {
    const role = managerRights[0] as KubeObject & { rules: readonly { resources?: readonly string[] }[] }
    const rules = role.rules.filter(({ resources }) => !(resources ?? []).includes('secrets'))
    await hub.apply(...clusterObjects('c1'), bareAddOn('c1'), peer(['c1', 'c2']), { ...role, rules })
    await start()
    await settled(() => {
      expect(conditionOf('c1', 'RegistrationApplied')).toMatchObject({
        status: 'False',
        reason: 'SetPermissionFailed',
      })
    })
    await hub.apply(role)
    await settled(() => expect(conditionOf('c1', 'RegistrationApplied')?.status).toBe('True'))
  })

  test('a conflict on the status is nothing but another try', async () => {
    const match = { verb: 'patch', resource: 'managedclusteraddons.addon.open-cluster-management.io/status' }
    hub.faults.add({ match, fault: { kind: 'status', code: 409 }, times: 3 })
    await hub.apply(...clusterObjects('c1'), bareAddOn('c1'), peer(['c1', 'c2']))
    await start()
    await settled(() => expect(conditionOf('c1', 'RegistrationApplied')?.status).toBe('True'))
  })

  test('the original’s binding of all secrets goes', async () => {
    const original = { name: 'spoke-clusterrole-bindings' }
    await hub.apply(...clusterObjects('c1'), bareAddOn('c1'), {
      ...ref(kinds.ClusterRoleBinding),
      metadata: original,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: names.rbac },
      subjects: [],
    })
    await start()
    await settled(() => expect(has(kinds.ClusterRoleBinding, original)).toBe(false))
  })
})
