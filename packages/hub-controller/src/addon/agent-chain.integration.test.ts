import { X509Certificate } from 'node:crypto'
import {
  kinds,
  type CertificateSigningRequest,
  type Deployment,
  type ManagedClusterAddOn,
  type ManifestWork,
  type Secret,
} from '@odfmo/api-types'
import { apiVersionOf, type Kind, type KubeObject, type ObjectKey } from '@odfmo/api-types/meta'
import {
  eventually,
  hubCrds,
  journalOf,
  klusterletGroup,
  klusterletUser,
  ocmHub,
  ocmSpoke,
  sameState,
  spokeCrds,
  startTestCluster,
  type Cluster,
  type Simulator,
} from '@odfmo/testkit'
import { isForbidden } from '@odfmo/controller-kit'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { clientOf } from '../test/client-of.ts'
import { addOn, managedCluster, mirrorPeer } from './test/hub-world.ts'
import { managerRights, manifest, quietMs, startHubProcess, type HubProcess } from './test/hub-process.ts'
import { mirrorPeerCrd } from './test/mirror-peer-crd.ts'

const clusterName = 'c1'
const workKey = { namespace: clusterName, name: 'addon-tokenexchange-deploy-0' }

let hub: Cluster
let spoke: Cluster
let hubProcess: HubProcess
const simulators: Simulator[] = []

const read = async <T extends KubeObject>(cluster: Cluster, kind: Kind<T>, key: ObjectKey): Promise<T> => {
  const found = await cluster.get({ apiVersion: apiVersionOf(kind), kind: kind.kind }, key)
  if (found === undefined)
    throw new Error(`${cluster.name}: no ${kind.kind} ${key.namespace ?? ''}/${key.name}`)
  return found as unknown as T
}
const addOnNow = (): Promise<ManagedClusterAddOn> =>
  read(hub, kinds.ManagedClusterAddOn, { namespace: clusterName, name: 'tokenexchange' })
const conditionNow = async (type: string) =>
  (await addOnNow()).status?.conditions?.find((c) => c.type === type)
const hubKubeconfig = (): Promise<Secret> =>
  read(spoke, kinds.Secret, { namespace: 'storage', name: 'tokenexchange-hub-kubeconfig' })
const deployment = (): Promise<Deployment> =>
  read(spoke, kinds.Deployment, { namespace: 'storage', name: 'token-exchange-agent' })
/** A new process after each write takes its time on a busy machine. */
const settled = <T>(check: () => T) => eventually([hub, spoke], check, { timeoutMs: 120_000 })
const atRest = () =>
  vi.waitFor(() => expect(hubProcess.unsettled()).toEqual([]), { timeout: 60_000, interval: 20 })

beforeEach(async () => {
  ;[hub, spoke] = await Promise.all([
    startTestCluster({ name: 'hub', crds: [...hubCrds, mirrorPeerCrd] }),
    startTestCluster({ name: clusterName, crds: [...spokeCrds] }),
  ])
  await spoke.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'storage' } })
  const klusterlet = { user: klusterletUser(clusterName), groups: [klusterletGroup(clusterName)] }
  simulators.push(
    await ocmHub({ hub: hub.kubeconfig() }),
    await ocmSpoke({
      hub: hub.kubeconfig(klusterlet),
      spoke: spoke.kubeconfig(),
      clusterName,
      statusMs: 200,
    }),
  )
  await hub.apply(...managerRights, manifest(kinds.ManagedCluster, managedCluster(clusterName)))
  await eventually(hub, () => read(hub, kinds.Namespace, { name: clusterName }))
  hubProcess = await startHubProcess(hub)
})

afterEach(async () => {
  await hubProcess.stop()
  await Promise.all(simulators.splice(0).map((simulator) => simulator.stop()))
  await Promise.all([hub.stop(), spoke.stop()])
})

const wishAddOn = async (more: Partial<ManagedClusterAddOn> = {}): Promise<void> => {
  const { uid: _uid, ownerReferences: _owners, ...metadata } = addOn(clusterName).metadata
  await hub.apply(
    manifest(kinds.ManagedClusterAddOn, {
      ...addOn(clusterName),
      ...more,
      metadata: { ...metadata, ...more.metadata },
    }),
    manifest(kinds.MirrorPeer, mirrorPeer([clusterName, 'c2'])),
  )
}

describe('the chain through OCM', () => {
  test('from the add-on to a Deployment on the spoke and the agent’s identity on the hub', async () => {
    await wishAddOn()
    await settled(async () => {
      expect((await conditionNow('ManifestApplied'))?.status).toBe('True')
      expect((await conditionNow('Progressing'))?.reason).toBe('Completed')
      expect((await deployment()).spec?.template.spec.containers[0]?.args).toContain('--cluster-name=c1')
    })
    const { data = {} } = await settled(hubKubeconfig)
    const { subject } = new X509Certificate(Buffer.from(data['tls.crt'] ?? '', 'base64'))
    expect(subject).toContain(
      'CN=system:open-cluster-management:cluster:c1:addon:tokenexchange:agent:tokenexchange',
    )
    await atRest()
    // The klusterlet then goes by the agent's Lease.
    expect((await addOnNow()).status).not.toHaveProperty('healthCheck')
    const ownWrites = async () =>
      (await journalOf(hub)).writes().filter(({ user }) => user.includes('operators'))
    const before = (await ownWrites()).length
    await quietMs(600)
    expect((await ownWrites()).slice(before)).toEqual([])
  })

  test('the agent may do what it needs in its namespace on the hub, and nothing elsewhere', async () => {
    await wishAddOn()
    await hub.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'c2' } })
    await settled(async () => expect((await conditionNow('RegistrationApplied'))?.status).toBe('True'))
    const { user = '', groups = [] } = (await addOnNow()).status?.registrations?.[0]?.subject ?? {}
    const agent = await clientOf(hub, { user, groups })
    const secret = (namespace: string) => ({ metadata: { namespace, name: 's' }, type: 'Opaque', data: {} })
    try {
      await agent.create(kinds.Secret, secret('c1'))
      await agent.delete(kinds.Secret, { namespace: 'c1', name: 's' })
      await agent.list(kinds.MirrorPeer)
      await agent.get(kinds.ManagedClusterAddOn, { namespace: 'c1', name: 'tokenexchange' })
      await agent.patch(kinds.MirrorPeer, { name: 'c1-c2' }, 'merge', {
        metadata: { finalizers: ['c1.spoke.multicluster.odf.openshift.io'] },
      })
      await expect(agent.create(kinds.Secret, secret('c2'))).rejects.toSatisfy(isForbidden)
      await expect(agent.list(kinds.Secret)).rejects.toSatisfy(isForbidden)
      await expect(agent.list(kinds.Secret, { namespace: 'c2' })).rejects.toSatisfy(isForbidden)
      await expect(agent.delete(kinds.MirrorPeer, { name: 'c1-c2' })).rejects.toSatisfy(isForbidden)
      await expect(agent.list(kinds.ManagedCluster)).rejects.toSatisfy(isForbidden)
      await expect(agent.list(kinds.ManifestWork, { namespace: 'c1' })).rejects.toSatisfy(isForbidden)
    } finally {
      await agent.close()
    }
  })

  test('a configuration reaches the Deployment, and OCM sees that it did', async () => {
    await hub.apply(
      manifest(kinds.AddOnDeploymentConfig, {
        metadata: { namespace: clusterName, name: 'mine' },
        spec: { nodePlacement: { nodeSelector: { zone: 'a' } } },
      }),
    )
    const configs = [
      {
        group: 'addon.open-cluster-management.io',
        resource: 'addondeploymentconfigs',
        namespace: clusterName,
        name: 'mine',
      },
    ]
    await wishAddOn({ spec: { installNamespace: 'storage', configs } })
    await settled(async () => {
      expect((await deployment()).spec?.template.spec.nodeSelector).toEqual({ zone: 'a' })
      expect((await addOnNow()).status?.configReferences?.[0]?.lastAppliedConfig?.specHash).toBeDefined()
    })
    await hub.apply(
      manifest(kinds.AddOnDeploymentConfig, {
        metadata: { namespace: clusterName, name: 'mine' },
        spec: { nodePlacement: { nodeSelector: { zone: 'b' } } },
      }),
    )
    await settled(async () =>
      expect((await deployment()).spec?.template.spec.nodeSelector).toEqual({ zone: 'b' }),
    )
    const admin = await clientOf(hub)
    try {
      await admin.delete(kinds.AddOnDeploymentConfig, { namespace: clusterName, name: 'mine' })
    } finally {
      await admin.close()
    }
    await settled(async () =>
      expect(await conditionNow('ManifestApplied')).toMatchObject({
        status: 'False',
        reason: 'ManifestWorkApplyFailed',
        message: expect.stringContaining('c1/mine, which is not there') as string,
      }),
    )
    expect((await deployment()).spec?.template.spec.nodeSelector).toEqual({ zone: 'b' })
    await hub.apply(
      manifest(kinds.AddOnDeploymentConfig, {
        metadata: { namespace: clusterName, name: 'mine' },
        spec: { resourceRequirements: [{ containerID: '*:*:*', resources: { limits: { memory: 'much' } } }] },
      }),
    )
    // What the spoke refuses comes back with its words.
    await settled(async () =>
      expect((await conditionNow('ManifestApplied'))?.message).toContain(
        'Deployment storage/token-exchange-agent',
      ),
    )
    await hub.apply(
      manifest(kinds.AddOnDeploymentConfig, {
        metadata: { namespace: clusterName, name: 'mine' },
        spec: { nodePlacement: { nodeSelector: { zone: 'c' } }, resourceRequirements: [] },
      }),
    )
    await settled(async () => {
      expect((await deployment()).spec?.template.spec.nodeSelector).toEqual({ zone: 'c' })
      expect((await conditionNow('ManifestApplied'))?.status).toBe('True')
    })
  })

  test('a forged request of another cluster’s klusterlet is left alone', async () => {
    await wishAddOn()
    await settled(hubKubeconfig)
    const [good] = (await hub.list({
      apiVersion: 'certificates.k8s.io/v1',
      kind: 'CertificateSigningRequest',
    })) as unknown as CertificateSigningRequest[]
    const { request, signerName, usages } = good?.spec ?? { request: '', signerName: '' }
    await hub.apply(
      manifest(kinds.CertificateSigningRequest, {
        metadata: { name: 'addon-c1-forged', labels: good?.metadata.labels },
        spec: {
          request,
          signerName,
          usages,
          username: 'system:open-cluster-management:c:agent',
          groups: ['system:open-cluster-management:c'],
        },
      }),
    )
    await vi.waitFor(() => expect(hubProcess.unsettled().join()).toContain('OtherRequester'), {
      timeout: 60_000,
      interval: 20,
    })
    expect(
      (await read(hub, kinds.CertificateSigningRequest, { name: 'addon-c1-forged' })).status?.conditions,
    ).toBeUndefined()
  })

  test('hosted mode is refused with conditions, and nothing is deployed', async () => {
    await wishAddOn({
      metadata: { annotations: { 'addon.open-cluster-management.io/hosting-cluster-name': 'm' } },
    })
    await settled(async () =>
      expect(await conditionNow('ManifestApplied')).toMatchObject({
        status: 'False',
        reason: 'ManifestWorkApplyFailed',
      }),
    )
    expect(
      await hub.list({ apiVersion: 'work.open-cluster-management.io/v1', kind: 'ManifestWork' }),
    ).toEqual([])
  })

  test('ended and started again after each of its writes it comes to the same end, registered once', async () => {
    let restarts = 0
    let restarting = Promise.resolve()
    const requests = await journalOf(hub)
    const unsubscribe = requests.subscribe(({ user, verb }) => {
      if (!user.includes('operators') || !['create', 'patch', 'delete'].includes(verb)) return
      restarts += 1
      restarting = restarting.then(async () => {
        await hubProcess.stop()
        hubProcess = await startHubProcess(hub)
      })
    })
    await wishAddOn()
    await settled(async () => {
      expect((await conditionNow('ManifestApplied'))?.status).toBe('True')
      expect((await conditionNow('Progressing'))?.reason).toBe('Completed')
      await hubKubeconfig()
    })
    unsubscribe()
    await restarting
    await atRest()
    expect(restarts).toBeGreaterThan(6)
    expect(
      await hub.list({ apiVersion: 'certificates.k8s.io/v1', kind: 'CertificateSigningRequest' }),
    ).toHaveLength(1)
    expect(
      await hub.list({ apiVersion: 'work.open-cluster-management.io/v1', kind: 'ManifestWork' }),
    ).toHaveLength(1)
  })

  test('when nobody holds it any more the spoke is as it was', async () => {
    const before = await spoke.snapshot()
    await wishAddOn()
    await settled(async () => expect((await conditionNow('ManifestApplied'))?.status).toBe('True'))
    await settled(hubKubeconfig)
    await hub.apply({
      ...manifest(kinds.MirrorPeer, mirrorPeer([clusterName, 'c2'])),
      metadata: { name: 'c1-c2', finalizers: [] },
    })
    await settled(async () => {
      await expect(read<ManifestWork>(hub, kinds.ManifestWork, workKey)).rejects.toThrow()
      const left = sameState(before, await spoke.snapshot())
      expect(
        left
          .map((difference) => JSON.stringify(difference))
          .filter((text) => !text.includes('hub-kubeconfig')),
      ).toEqual([])
    })
  })
})
