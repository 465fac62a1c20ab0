import {
  kinds,
  type ClusterRoleBinding,
  type ManagedClusterAddOn,
  type ManifestWork,
  type MirrorPeer,
} from '@odfmo/api-types'
import type { Kind, KubeObject, ObjectKey } from '@odfmo/api-types/meta'
import {
  eventually,
  hubCrds,
  journalOf,
  startCluster,
  startTestCluster,
  type Cluster,
  type MaybePromise,
} from '@odfmo/testkit'
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
const get = async <T extends KubeObject>(kind: Kind<T>, key: ObjectKey): Promise<T> => {
  const found = await hub.get(ref(kind), key)
  if (found === undefined) throw new Error(`no ${kind.kind} ${key.namespace ?? ''}/${key.name}`)
  return found as unknown as T
}
const has = async (kind: Kind, key: ObjectKey): Promise<boolean> =>
  (await hub.get(ref(kind), key)) !== undefined
const addOnOf = (cluster: string): Promise<ManagedClusterAddOn> =>
  get(kinds.ManagedClusterAddOn, { namespace: cluster, name: 'tokenexchange' })
const conditionOf = async (cluster: string, type: string) =>
  (await addOnOf(cluster)).status?.conditions?.find((c) => c.type === type)
const subjects = async (): Promise<readonly string[]> =>
  (await get<ClusterRoleBinding>(kinds.ClusterRoleBinding, { name: names.rbac })).subjects?.map(
    ({ name }) => name,
  ) ?? []
const settled = (check: () => MaybePromise<void>) => eventually(hub, check)
/** The engine's own picture: it changes after the cluster's. */
const atRest = (running: HubProcess) =>
  vi.waitFor(() => expect(running.unsettled()).toEqual([]), { timeout: 60_000, interval: 20 })

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

afterEach(async () => {
  await Promise.all(processes.splice(0).map((running) => running.stop()))
  await hub.stop()
})

describe('the add-on manager on a hub', () => {
  beforeEach(async () => {
    hub = await startTestCluster({ name: 'hub', crds })
    await hub.apply(...managerRights)
  })

  test('registers and deploys an agent per cluster, under its own rights', async () => {
    await hub.apply(
      ...clusterObjects('c1'),
      ...clusterObjects('c2'),
      bareAddOn('c1'),
      bareAddOn('c2'),
      peer(['c1', 'c2']),
    )
    const running = await start()
    await settled(async () => {
      for (const cluster of ['c1', 'c2']) {
        expect(await has(kinds.Role, { namespace: cluster, name: names.rbac })).toBe(true)
        expect(await has(kinds.RoleBinding, { namespace: cluster, name: names.rbac })).toBe(true)
        expect((await conditionOf(cluster, 'RegistrationApplied'))?.status).toBe('True')
        expect((await addOnOf(cluster)).metadata.ownerReferences).toHaveLength(1)
        const work = await get<ManifestWork>(kinds.ManifestWork, { namespace: cluster, name: names.work })
        expect(work.metadata.ownerReferences?.[0]?.uid).toBe((await addOnOf(cluster)).metadata.uid)
      }
      expect(await has(kinds.ClusterManagementAddOn, { name: 'tokenexchange' })).toBe(true)
      expect(await subjects()).toHaveLength(4)
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
    await settled(async () => {
      expect(await has(kinds.ManifestWork, { namespace: 'c1', name: names.work })).toBe(true)
      expect(await has(kinds.ManifestWork, { namespace: 'c2', name: names.work })).toBe(true)
    })
    await atRest(first)
    const before = (await journalOf(hub)).writes().length
    await first.stop()
    const second = await start()
    await atRest(second)
    await quietMs(600)
    expect((await journalOf(hub)).writes().slice(before)).toEqual([])
  })

  test('takes things in any order: the add-on first, then the MirrorPeer, the cluster last', async () => {
    await start()
    await hub.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'c1' } }, bareAddOn('c1'))
    await hub.apply(peer(['c1', 'c2']))
    await hub.apply(...clusterObjects('c1'))
    await settled(async () => {
      expect((await conditionOf('c1', 'RegistrationApplied'))?.status).toBe('True')
      expect(await has(kinds.ManifestWork, { namespace: 'c1', name: names.work })).toBe(true)
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
    await settled(async () => expect((await conditionOf('c1', 'RegistrationApplied'))?.status).toBe('True'))
    const registrations = JSON.stringify((await addOnOf('c1')).status?.registrations)
    await hub.apply(...clusterObjects('c3'), bareAddOn('c3'), peer(['c3', 'c1']))
    await settled(async () => {
      expect((await conditionOf('c3', 'RegistrationApplied'))?.status).toBe('True')
      expect(await subjects()).toHaveLength(6)
    })
    expect(JSON.stringify((await addOnOf('c1')).status?.registrations)).toBe(registrations)
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
    const { uid } = (await get(kinds.ManifestWork, old)).metadata
    await start()
    await settled(async () =>
      expect((await get<ManifestWork>(kinds.ManifestWork, old)).spec?.workload?.manifests).toHaveLength(6),
    )
    expect((await get(kinds.ManifestWork, old)).metadata.uid).toBe(uid)
    expect(await hub.list(ref(kinds.ManifestWork), 'c1')).toHaveLength(1)
  })

  test('lives beside another writer of the add-on’s status', async () => {
    await hub.apply(...clusterObjects('c1'), bareAddOn('c1'), peer(['c1', 'c2']))
    await start()
    for (let i = 0; i < 20; i += 1) {
      const { metadata, status } = await addOnOf('c1')
      const others = (status?.conditions ?? []).filter(({ type }) => type !== 'Progressing')
      await hub.apply({
        ...ref(kinds.ManagedClusterAddOn),
        metadata: { name: metadata.name, namespace: 'c1' },
        status: { conditions: [...others, condition('Progressing', i % 2 === 0 ? 'True' : 'False')] },
      })
      await quietMs(5)
    }
    await settled(async () => {
      expect((await conditionOf('c1', 'RegistrationApplied'))?.status).toBe('True')
      expect((await conditionOf('c1', 'Progressing'))?.status).toBe('False')
    })
  })

  test('drift is set back', async () => {
    await hub.apply(...clusterObjects('c1'), bareAddOn('c1'), peer(['c1', 'c2']))
    await start()
    await settled(async () =>
      expect(await has(kinds.ManifestWork, { namespace: 'c1', name: names.work })).toBe(true),
    )
    const group = (name: string) => ({ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name })
    const mine = await subjects()
    await hub.apply(
      {
        ...ref(kinds.ClusterRoleBinding),
        metadata: { name: names.rbac },
        subjects: [group('system:authenticated'), group('system:unauthenticated')],
      },
      {
        ...ref(kinds.RoleBinding),
        metadata: { namespace: 'c1', name: names.rbac },
        subjects: [group('system:authenticated')],
      },
      { ...ref(kinds.Role), metadata: { namespace: 'c1', name: names.rbac }, rules: [] },
      {
        ...ref(kinds.ManifestWork),
        metadata: { namespace: 'c1', name: names.work },
        spec: { workload: { manifests: [] } },
      },
    )
    await settled(async () => {
      expect((await get(kinds.Role, { namespace: 'c1', name: names.rbac })).rules).toHaveLength(2)
      expect(await subjects()).toEqual(mine)
      expect((await get(kinds.RoleBinding, { namespace: 'c1', name: names.rbac })).subjects).toEqual([
        group('system:open-cluster-management:cluster:c1:addon:tokenexchange'),
      ])
      expect(
        (await get(kinds.ManifestWork, { namespace: 'c1', name: names.work })).spec?.workload?.manifests,
      ).toHaveLength(6)
    })
  })

  test('whoever may write the add-on’s status gains nothing by it, and hears of it', async () => {
    await hub.apply(...clusterObjects('c1'), bareAddOn('c1'), peer(['c1', 'c2']))
    const running = await start()
    await settled(async () => expect((await conditionOf('c1', 'RegistrationApplied'))?.status).toBe('True'))
    await atRest(running)
    const mine = await subjects()
    const { registrations } = (await addOnOf('c1')).status ?? {}
    const write = (entries: unknown) =>
      hub.apply({
        ...ref(kinds.ManagedClusterAddOn),
        metadata: { namespace: 'c1', name: 'tokenexchange' },
        status: { registrations: entries },
      })
    for (const subject of [
      { user: 'system:admin', groups: ['system:masters'] },
      { user: 'system:serviceaccount:c2:tokenexchange-agent' },
    ]) {
      const foreign = [{ signerName: 'kubernetes.io/kube-apiserver-client', subject }]
      await write(foreign)
      await settled(async () =>
        expect(await conditionOf('c1', 'RegistrationApplied')).toMatchObject({
          status: 'False',
          reason: 'SetPermissionFailed',
          message: expect.stringContaining(subject.user) as string,
        }),
      )
      await atRest(running)
      expect((await addOnOf('c1')).status?.registrations).toEqual(foreign)
      expect(await subjects()).toEqual(mine)
    }
    await write(registrations)
    await settled(async () => expect((await conditionOf('c1', 'RegistrationApplied'))?.status).toBe('True'))
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
    await settled(async () => {
      for (const cluster of ['c1', 'c2', 'c3'])
        expect(await has(kinds.ManifestWork, { namespace: cluster, name: names.work })).toBe(true)
      expect(await subjects()).toHaveLength(6)
    })
    await hub.apply({ ...ref(kinds.MirrorPeer), metadata: { name: 'c1-c3', finalizers: [] } })
    await settled(async () => {
      expect(await has(kinds.ManifestWork, { namespace: 'c3', name: names.work })).toBe(false)
      expect(await has(kinds.Role, { namespace: 'c3', name: names.rbac })).toBe(false)
      expect(await has(kinds.RoleBinding, { namespace: 'c3', name: names.rbac })).toBe(false)
      expect(await subjects()).toHaveLength(4)
    })
    expect(await has(kinds.Role, { namespace: 'c1', name: names.rbac })).toBe(true)
    await hub.apply({ ...ref(kinds.MirrorPeer), metadata: { name: 'c1-c2', finalizers: [] } })
    await settled(async () => {
      expect(await has(kinds.ClusterRoleBinding, { name: names.rbac })).toBe(false)
      expect(await has(kinds.ClusterRole, { name: names.rbac })).toBe(false)
      expect(await hub.list(ref(kinds.ManifestWork))).toEqual([])
    })
  })

  test('says on the add-on that the hub’s RBAC cannot be written, and goes on when it can', async () => {
    const role = managerRights[0] as KubeObject & { rules: readonly { resources?: readonly string[] }[] }
    const rules = role.rules.filter(({ resources }) => !(resources ?? []).includes('secrets'))
    await hub.apply(...clusterObjects('c1'), bareAddOn('c1'), peer(['c1', 'c2']), { ...role, rules })
    await start()
    await settled(async () => {
      expect(await conditionOf('c1', 'RegistrationApplied')).toMatchObject({
        status: 'False',
        reason: 'SetPermissionFailed',
      })
    })
    await hub.apply(role)
    await settled(async () => expect((await conditionOf('c1', 'RegistrationApplied'))?.status).toBe('True'))
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
    await settled(async () => expect(await has(kinds.ClusterRoleBinding, original)).toBe(false))
  })
})

// In memory: a server that fails on demand.
describe('when the server fails', () => {
  test('a conflict on the status is nothing but another try', async () => {
    const match = { verb: 'patch', resource: 'managedclusteraddons.addon.open-cluster-management.io/status' }
    const failing = await startCluster({ name: 'hub', crds })
    hub = failing
    failing.faults.add({ match, fault: { kind: 'status', code: 409 }, times: 3 })
    await hub.apply(...managerRights, ...clusterObjects('c1'), bareAddOn('c1'), peer(['c1', 'c2']))
    await start()
    await settled(async () => expect((await conditionOf('c1', 'RegistrationApplied'))?.status).toBe('True'))
  })

  test('a condition that somebody writes while the hub’s cache is behind survives', async () => {
    const behind = await startCluster({ name: 'hub', crds })
    hub = behind
    await hub.apply(...managerRights, ...clusterObjects('c1'), bareAddOn('c1'), peer(['c1', 'c2']))
    const running = await start()
    await settled(async () => {
      expect((await conditionOf('c1', 'RegistrationApplied'))?.status).toBe('True')
      expect(await has(kinds.ManifestWork, { namespace: 'c1', name: names.work })).toBe(true)
    })
    await atRest(running)
    const match = { resource: 'managedclusteraddons' }
    expect(behind.faults.stallWatches(match)).toBeGreaterThan(0)
    const { conditions = [] } = (await addOnOf('c1')).status ?? {}
    await hub.apply(
      {
        ...ref(kinds.ManagedClusterAddOn),
        metadata: { namespace: 'c1', name: 'tokenexchange' },
        status: { conditions: [...conditions, condition('Configured', 'True')] },
      },
      {
        ...ref(kinds.ManifestWork),
        metadata: { namespace: 'c1', name: names.work },
        status: { conditions: [condition('Applied', 'True')] },
      },
    )
    await settled(async () => expect((await conditionOf('c1', 'ManifestApplied'))?.status).toBe('True'))
    expect((await conditionOf('c1', 'Configured'))?.status).toBe('True')
    const statusWrites = behind.requests.all({ resource: 'managedclusteraddons/status' })
    expect(statusWrites.map(({ verb, status }) => `${verb} ${status}`)).toContain('patch 409')
    expect(statusWrites.filter(({ verb }) => verb === 'update')).toEqual([])
    behind.faults.stallWatches(match, false)
    await atRest(running)
  })
})
