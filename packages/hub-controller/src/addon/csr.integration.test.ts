import { X509Certificate } from 'node:crypto'
import {
  kinds,
  type CertificateSigningRequest,
  type ManagedClusterAddOn,
  type Secret,
} from '@odfmo/api-types'
import { apiVersionOf, type KubeObject } from '@odfmo/api-types/meta'
import type { KubeClient } from '@odfmo/controller-kit'
import {
  eventually,
  hubCrds,
  journalOf,
  klusterletGroup,
  klusterletUser,
  startTestCluster,
  type Cluster,
} from '@odfmo/testkit'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { clientOf } from '../test/client-of.ts'
import { requestPem } from './test/certificate-request.ts'
import { managerRights, manifest, quietMs, startHubProcess, type HubProcess } from './test/hub-process.ts'
import { addOn, managedCluster, mirrorPeer } from './test/hub-world.ts'
import { mirrorPeerCrd } from './test/mirror-peer-crd.ts'
import { atRest, ocmScene, wished } from './test/ocm-scene.ts'

const group = 'system:open-cluster-management:cluster:c1:addon:tokenexchange'
const csrKind = { apiVersion: 'certificates.k8s.io/v1', kind: 'CertificateSigningRequest' }
const rbac = 'rbac.authorization.k8s.io'

/** What OCM lets every klusterlet do. */
const klusterletRights: readonly KubeObject[] = [
  {
    apiVersion: `${rbac}/v1`,
    kind: 'ClusterRole',
    metadata: { name: 'klusterlets' },
    rules: [
      { apiGroups: ['certificates.k8s.io'], resources: ['certificatesigningrequests'], verbs: ['create'] },
    ],
  } as KubeObject,
  {
    apiVersion: `${rbac}/v1`,
    kind: 'ClusterRoleBinding',
    metadata: { name: 'klusterlets' },
    roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: 'klusterlets' },
    subjects: ['c1', 'c10'].map((name) => ({ apiGroup: rbac, kind: 'Group', name: klusterletGroup(name) })),
  } as KubeObject,
]

describe('requests of klusterlets', () => {
  let hub: Cluster
  let hubProcess: HubProcess
  const clients: KubeClient[] = []

  beforeEach(async () => {
    hub = await startTestCluster({ name: 'hub', crds: [...hubCrds, mirrorPeerCrd] })
    await hub.apply(...managerRights, ...klusterletRights, {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'c1' },
    })
    hubProcess = await startHubProcess(hub)
  })

  afterEach(async () => {
    await hubProcess.stop()
    await Promise.all(clients.splice(0).map((client) => client.close()))
    await hub.stop()
  })

  const ask = async (
    name: string,
    by: string,
    identity = { user: klusterletUser(by), groups: [klusterletGroup(by)] },
  ): Promise<void> => {
    const klusterlet = await clientOf(hub, identity)
    clients.push(klusterlet)
    const pem = requestPem({
      commonNames: [`${group}:agent:tokenexchange`],
      organisations: [group, 'system:open-cluster-management:addon:tokenexchange'],
      names: [[2, 'tokenexchange.addon.open-cluster-management.io']],
    })
    await klusterlet.create(kinds.CertificateSigningRequest, {
      metadata: {
        name,
        labels: {
          'open-cluster-management.io/cluster-name': 'c1',
          'open-cluster-management.io/addon-name': 'tokenexchange',
        },
      },
      spec: {
        request: Buffer.from(pem).toString('base64'),
        signerName: 'kubernetes.io/kube-apiserver-client',
        usages: ['digital signature', 'key encipherment', 'client auth'],
      },
    })
  }
  const request = async (name: string): Promise<CertificateSigningRequest> =>
    (await hub.get(csrKind, { name })) as unknown as CertificateSigningRequest
  const waitsFor = (reason: string) =>
    vi.waitFor(() => expect(hubProcess.unsettled().join()).toContain(reason), {
      timeout: 60_000,
      interval: 20,
    })
  const approvals = async () =>
    (await journalOf(hub)).all().filter(({ subresource }) => subresource === 'approval')

  test('that come before everything they need are approved when it is there, once', async () => {
    await ask('addon-c1-early', 'c1')
    await waitsFor('NoManagedCluster')
    await hub.apply(manifest(kinds.ManagedCluster, managedCluster('c1', false)))
    await waitsFor('NotAccepted')
    await hub.apply(manifest(kinds.ManagedCluster, managedCluster('c1')))
    await waitsFor('NoAddOn')
    expect((await request('addon-c1-early')).status?.conditions).toBeUndefined()
    await hub.apply(...wished(mirrorPeer(['c1', 'c2']), [addOn('c1')]))
    const certificate = await eventually(hub, async () => {
      const text = (await request('addon-c1-early')).status?.certificate ?? ''
      expect(text).not.toBe('')
      return new X509Certificate(Buffer.from(text, 'base64'))
    })
    expect(certificate.subject).toContain(`CN=${group}:agent:tokenexchange`)
    // A label that changes, and a hub that starts again, are no reasons to approve once more.
    await hub.apply({ ...csrKind, metadata: { name: 'addon-c1-early', labels: { more: 'x' } } })
    await hubProcess.stop()
    hubProcess = await startHubProcess(hub)
    await quietMs(300)
    expect(await approvals()).toHaveLength(1)
    expect((await request('addon-c1-early')).status?.conditions?.map(({ type }) => type)).toEqual([
      'Approved',
    ])
  })

  test('of another cluster, and those that somebody has denied, stay as they are; the right one beside them does not', async () => {
    await ask('addon-c1-of-c10', 'c10')
    await ask('addon-c1-denied', 'c1')
    const admin = await clientOf(hub)
    clients.push(admin)
    const denied = { type: 'Denied', status: 'True', reason: 'Test', message: 'no' }
    await admin.patch(
      kinds.CertificateSigningRequest,
      { name: 'addon-c1-denied' },
      'merge',
      { status: { conditions: [denied] } },
      { subresource: 'approval' },
    )
    await hub.apply(
      manifest(kinds.ManagedCluster, managedCluster('c1')),
      ...wished(mirrorPeer(['c1', 'c2']), [addOn('c1')]),
    )
    await ask('addon-c1-right', 'c1')
    await eventually(hub, async () =>
      expect((await request('addon-c1-right')).status?.conditions?.map(({ type }) => type)).toEqual([
        'Approved',
      ]),
    )
    await waitsFor('OtherRequester')
    expect((await request('addon-c1-of-c10')).status?.conditions).toBeUndefined()
    expect((await request('addon-c1-denied')).status?.conditions?.map(({ type }) => type)).toEqual(['Denied'])
    // The cleaner takes it away after a day: nothing is left of it here either.
    await admin.delete(kinds.CertificateSigningRequest, { name: 'addon-c1-of-c10' })
    await vi.waitFor(() => expect(hubProcess.unsettled().join()).not.toContain('OtherRequester'), {
      timeout: 60_000,
      interval: 20,
    })
  })

  test('over gRPC are refused, and a condition says it as long as one waits', async () => {
    const user = 'system:serviceaccount:open-cluster-management-hub:grpc-server-sa'
    await hub.apply(
      manifest(kinds.ManagedCluster, managedCluster('c1')),
      ...wished(mirrorPeer(['c1', 'c2']), [addOn('c1')]),
    )
    const applied = async () => {
      const found = (await hub.get(
        { apiVersion: apiVersionOf(kinds.ManagedClusterAddOn), kind: kinds.ManagedClusterAddOn.kind },
        { namespace: 'c1', name: 'tokenexchange' },
      )) as unknown as ManagedClusterAddOn
      return found.status?.conditions?.find(({ type }) => type === 'RegistrationApplied')
    }
    await eventually(hub, async () => expect((await applied())?.status).toBe('True'))
    await ask('addon-c1-grpc', 'c1', { user, groups: [klusterletGroup('c1')] })
    await eventually(hub, async () =>
      expect(await applied()).toMatchObject({
        status: 'False',
        message: expect.stringContaining('gRPC') as string,
      }),
    )
    expect((await request('addon-c1-grpc')).status?.conditions).toBeUndefined()
    const admin = await clientOf(hub)
    clients.push(admin)
    await admin.delete(kinds.CertificateSigningRequest, { name: 'addon-c1-grpc' })
    await eventually(hub, async () => expect((await applied())?.status).toBe('True'))
  })
})

test('a certificate is renewed by another request, and the registration stays as it is', async () => {
  const scene = await ocmScene()
  try {
    const hubProcess = await scene.start()
    await scene.hub.apply(...wished(mirrorPeer(['c1', 'c2']), [addOn('c1')]))
    const access = { namespace: 'storage', name: 'tokenexchange-hub-kubeconfig' }
    const certificate = async (): Promise<string> =>
      (await scene.read<Secret>(scene.spoke('c1'), kinds.Secret, access)).data?.['tls.crt'] ?? ''
    const first = await scene.settled(certificate)
    await scene.settled(async () =>
      expect((await scene.condition('c1', 'ManifestApplied'))?.status).toBe('True'),
    )
    await atRest(hubProcess)
    const registrations = (one: ManagedClusterAddOn): string => JSON.stringify(one.status?.registrations)
    const before = registrations(await scene.addOn('c1'))
    const writes = (await scene.writes()).length
    scene.klusterlet('c1').renewCertificate('tokenexchange')
    await scene.settled(async () => expect(await certificate()).not.toBe(first))
    await atRest(hubProcess)
    expect((await scene.writes()).slice(writes).map(({ subresource }) => subresource)).toEqual(['approval'])
    expect(registrations(await scene.addOn('c1'))).toBe(before)
    expect(await scene.requests()).toHaveLength(2)
  } finally {
    await scene.end()
  }
})
