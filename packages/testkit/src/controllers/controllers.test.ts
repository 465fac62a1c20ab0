import { generateKeyPairSync, sign, X509Certificate } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  bitString,
  explicit,
  objectIdentifier,
  sequence,
  unsignedInteger,
} from '../certificates/der-writer.ts'
import { writeName } from '../certificates/distinguished-name.ts'
import { manualClock } from '../clock/manual-clock.ts'
import type { InMemoryCluster, ClusterOptions } from '../cluster.ts'
import { eventually } from '../eventually.ts'
import type { KubeObject, OwnerReference } from '../kube-object.ts'
import { startCluster } from '../start-cluster.ts'
import { testClient } from '../testing/test-client.ts'
import type { TestClient } from '../testing/test-client.ts'

const path = '/api/v1/namespaces/default/configmaps'
const configMap = { apiVersion: 'v1', kind: 'ConfigMap' }

let cluster: InMemoryCluster
let client: TestClient

const start = async (options: ClusterOptions = {}): Promise<void> => {
  cluster = await startCluster(options)
  client = testClient(cluster)
}
beforeEach(() => start())
afterEach(async () => {
  await client.close()
  await cluster.stop()
})

const find = (name: string): KubeObject | undefined => cluster.get(configMap, { name })
const names = (): string[] =>
  cluster
    .list(configMap, 'default')
    .map(({ metadata }) => metadata.name ?? '')
    .filter((name) => name !== 'kube-root-ca.crt')
const ownerOf = (name: string, more: Partial<OwnerReference> = {}): OwnerReference => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  name,
  uid: find(name)?.metadata.uid ?? '',
  ...more,
})
const make = (name: string, owners: OwnerReference[] = [], finalizers: string[] = []): Promise<void> =>
  cluster.apply({ ...configMap, metadata: { name, ownerReferences: owners, finalizers } })

describe('garbage collection', () => {
  it('takes dependents away behind their owner, through generations', async () => {
    await make('a')
    await make('b', [ownerOf('a')])
    await make('c', [ownerOf('b')])
    await client.delete(`${path}/a`)
    await eventually(cluster, () => expect(names()).toEqual([]))
  })

  it('keeps what still has another owner, without the lost one', async () => {
    await make('a')
    await make('b')
    await make('c', [ownerOf('a'), ownerOf('b')])
    await client.delete(`${path}/a`)
    await eventually(cluster, () => expect(find('c')?.metadata.ownerReferences).toEqual([ownerOf('b')]))
  })

  it('orphans on demand', async () => {
    await make('a')
    await make('b', [ownerOf('a')])
    await client.delete(`${path}/a`, { propagationPolicy: 'Orphan' })
    await eventually(cluster, () => expect(names()).toEqual(['b']))
    expect(find('b')?.metadata.ownerReferences).toBeUndefined()
  })

  it('waits in the foreground for what blocks the owner', async () => {
    await make('a')
    await make('b', [ownerOf('a', { blockOwnerDeletion: true })], ['x/hold'])
    await make('c', [ownerOf('a')])
    const marked = await client.delete(`${path}/a`, { propagationPolicy: 'Foreground' })
    expect(marked.body.metadata.finalizers).toEqual(['foregroundDeletion'])
    await eventually(cluster, () => expect(find('b')?.metadata.deletionTimestamp).toBeDefined())
    expect(find('a')).toBeDefined()
    await client.patch(`${path}/b`, { metadata: { finalizers: null } })
    await eventually(cluster, () => expect(names()).toEqual([]))
  })

  it('takes away what is born with an owner that is not there, or that is somebody else of that name', async () => {
    await make('a')
    await make('orphan', [{ ...ownerOf('a'), uid: 'of-a-former-life' }])
    await eventually(cluster, () => expect(names()).toEqual(['a']))
  })

  it('leaves alone what is owned by a kind nobody serves', async () => {
    await make('a', [{ apiVersion: 'none.example.com/v1', kind: 'None', name: 'x', uid: 'y' }])
    await make('b')
    await make('c', [ownerOf('b')])
    await client.delete(`${path}/b`)
    await eventually(cluster, () => expect(names()).toEqual(['a']))
  })

  it('can be switched off', async () => {
    await client.close()
    await cluster.stop()
    await start({ controllers: { garbageCollection: false } })
    await make('a')
    await make('b', [ownerOf('a')])
    await client.delete(`${path}/a`)
    await make('c')
    expect(names()).toEqual(['b', 'c'])
  })
})

describe('namespaces', () => {
  const namespace = { apiVersion: 'v1', kind: 'Namespace' }

  it('are emptied, refuse what is new meanwhile, and go', async () => {
    await cluster.apply(
      { ...namespace, metadata: { name: 'n' } },
      { ...configMap, metadata: { name: 'held', namespace: 'n', finalizers: ['x/y'] } },
    )
    expect(cluster.get(namespace, { name: 'n' })).toMatchObject({
      spec: { finalizers: ['kubernetes'] },
      status: { phase: 'Active' },
    })
    await eventually(cluster, () =>
      expect(
        cluster.get({ apiVersion: 'v1', kind: 'ServiceAccount' }, { namespace: 'n', name: 'default' }),
      ).toBeDefined(),
    )
    expect((await client.delete('/api/v1/namespaces/n')).body).toMatchObject({
      kind: 'Namespace',
      status: { phase: 'Terminating' },
    })
    await eventually(cluster, () =>
      expect(cluster.list({ apiVersion: 'v1', kind: 'ServiceAccount' }, 'n')).toEqual([]),
    )
    const refused = await client.post('/api/v1/namespaces/n/configmaps', { metadata: { name: 'late' } })
    expect(refused.body).toMatchObject({
      code: 403,
      reason: 'Forbidden',
      message:
        'configmaps "late" is forbidden: unable to create new content in namespace n because it is being terminated',
      details: { causes: [{ reason: 'NamespaceTerminating' }] },
    })
    await client.patch('/api/v1/namespaces/n/configmaps/held', { metadata: { finalizers: null } })
    await eventually(cluster, () => expect(cluster.get(namespace, { name: 'n' })).toBeUndefined())
  })

  it('that the cluster lives by stay', async () => {
    expect((await client.delete('/api/v1/namespaces/default')).body).toMatchObject({
      code: 403,
      message: 'namespaces "default" is forbidden: this namespace may not be deleted',
    })
  })

  it('stay as they are without their controller', async () => {
    await client.close()
    await cluster.stop()
    await start({ controllers: false })
    await cluster.apply({ ...namespace, metadata: { name: 'n' } })
    await client.delete('/api/v1/namespaces/n')
    expect(cluster.get(namespace, { name: 'n' })).toMatchObject({ status: { phase: 'Terminating' } })
    expect(
      (
        await client.put('/api/v1/namespaces/n/finalize', {
          metadata: { name: 'n' },
          spec: { finalizers: [] },
        })
      ).status,
    ).toBe(200)
    expect(cluster.get(namespace, { name: 'n' })).toBeUndefined()
  })
})

const csrPath = '/apis/certificates.k8s.io/v1/certificatesigningrequests'
const keys = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
const requestFor = (commonName: string, organizations: string[]): string => {
  const info = sequence(
    unsignedInteger(Buffer.from([0])),
    writeName({ commonName, organizations }),
    keys.publicKey.export({ type: 'spki', format: 'der' }),
    explicit(0),
  )
  const der = sequence(
    info,
    sequence(objectIdentifier('1.2.840.10045.4.3.2')),
    bitString(sign('sha256', info, keys.privateKey)),
  )
  return Buffer.from(
    `-----BEGIN CERTIFICATE REQUEST-----\n${der.toString('base64')}\n-----END CERTIFICATE REQUEST-----\n`,
  ).toString('base64')
}
const csr = (name: string, spec: object = {}): object => ({
  metadata: { name },
  spec: {
    request: requestFor('agent', ['team']),
    signerName: 'kubernetes.io/kube-apiserver-client',
    usages: ['client auth', 'digital signature'],
    ...spec,
  },
})
const approval = {
  status: { conditions: [{ type: 'Approved', status: 'True', reason: 'Test', message: 'ok' }] },
}

describe('certificate signing requests', () => {
  it('are signed once approved, and the certificate lets its owner in', async () => {
    const bob = testClient(cluster, { identity: { user: 'bob', groups: ['system:masters'] } })
    const made = await bob.post(csrPath, {
      ...csr('r'),
      spec: { ...(csr('r') as { spec: object }).spec, username: 'somebody-else', expirationSeconds: 600 },
    })
    await bob.close()
    expect(made.body.spec).toMatchObject({
      username: 'bob',
      groups: ['system:masters', 'system:authenticated'],
    })
    expect((await client.patch(`${csrPath}/r/approval`, approval)).status).toBe(200)
    const certificate = await cluster.wait(() => {
      const found = cluster.get(
        { apiVersion: 'certificates.k8s.io/v1', kind: 'CertificateSigningRequest' },
        { name: 'r' },
      )
      return (found?.['status'] as { certificate?: string } | undefined)?.certificate
    })
    const parsed = new X509Certificate(Buffer.from(certificate, 'base64'))
    expect(parsed.subject).toBe('O=team\nCN=agent')
    expect(Date.parse(parsed.validTo) - Date.now()).toBeLessThan(601_000)
    expect(parsed.checkPrivateKey(keys.privateKey)).toBe(true)
  })

  it('are approved only by who may approve for the signer', async () => {
    await client.post(csrPath, csr('r'))
    const bob = testClient(cluster, { identity: { user: 'bob' } })
    const allow = async (name: string, rules: object[]): Promise<void> =>
      cluster.apply(
        { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name }, rules },
        {
          apiVersion: 'rbac.authorization.k8s.io/v1',
          kind: 'ClusterRoleBinding',
          metadata: { name },
          roleRef: { kind: 'ClusterRole', name },
          subjects: [{ kind: 'User', name: 'bob' }],
        },
      )
    await allow('approval', [
      {
        verbs: ['update', 'patch'],
        apiGroups: ['certificates.k8s.io'],
        resources: ['certificatesigningrequests/approval'],
      },
    ])
    const refused = await bob.patch(`${csrPath}/r/approval`, approval)
    expect(refused.body.message).toBe(
      'certificatesigningrequests.certificates.k8s.io "r" is forbidden: user not permitted to approve requests with signerName "kubernetes.io/kube-apiserver-client"',
    )
    await allow('signer', [
      {
        verbs: ['approve'],
        apiGroups: ['certificates.k8s.io'],
        resources: ['signers'],
        resourceNames: ['kubernetes.io/*'],
      },
    ])
    expect((await bob.patch(`${csrPath}/r/approval`, approval)).status).toBe(200)
    await bob.close()
  })

  it('fail when they ask for usages the signer does not give, and stay untouched when denied', async () => {
    await client.post(csrPath, csr('server', { usages: ['server auth'] }))
    await client.patch(`${csrPath}/server/approval`, approval)
    const conditionsOf = (name: string): string[] =>
      (
        (
          cluster.get(
            { apiVersion: 'certificates.k8s.io/v1', kind: 'CertificateSigningRequest' },
            { name },
          )?.['status'] as { conditions?: { type: string }[] } | undefined
        )?.conditions ?? []
      ).map(({ type }) => type)
    await eventually(cluster, () => expect(conditionsOf('server')).toEqual(['Approved', 'Failed']))
    await client.post(csrPath, csr('no'))
    const denial = {
      status: { conditions: [{ type: 'Denied', status: 'True', reason: 'No', message: 'no' }] },
    }
    expect((await client.patch(`${csrPath}/no/approval`, denial)).status).toBe(200)
    expect((await client.patch(`${csrPath}/no/approval`, approval)).status).toBe(422)
    expect(conditionsOf('no')).toEqual(['Denied'])
  })

  it('go an hour after they were decided, and after a day when they never were', async () => {
    await client.close()
    await cluster.stop()
    const clock = manualClock()
    await start({ clock })
    await client.post(csrPath, csr('decided'))
    await client.patch(`${csrPath}/decided/approval`, approval)
    await client.post(csrPath, csr('pending'))
    const left = (): unknown[] =>
      cluster
        .list({ apiVersion: 'certificates.k8s.io/v1', kind: 'CertificateSigningRequest' })
        .map(({ metadata }) => metadata.name)
    clock.advance(3_600_000)
    expect(left()).toEqual(['decided', 'pending'])
    clock.advance(3_600_000)
    expect(left()).toEqual(['pending'])
    clock.advance(24 * 3_600_000)
    expect(left()).toEqual([])
  })

  it('are refused when malformed, for masters, or changed afterwards', async () => {
    expect((await client.post(csrPath, csr('x', { request: 'aGVsbG8=' }))).body.message).toContain(
      'spec.request: Invalid value',
    )
    expect((await client.post(csrPath, csr('x', { usages: [] }))).body.message).toContain(
      'spec.usages: Required value',
    )
    const masters = await client.post(csrPath, csr('x', { request: requestFor('evil', ['system:masters']) }))
    expect(masters.body.message).toContain(
      'use of kubernetes.io/kube-apiserver-client signer with system:masters group is not allowed',
    )
    await client.post(csrPath, csr('r'))
    await client.patch(`${csrPath}/r`, { spec: { signerName: 'other.io/x' }, status: approval.status })
    expect(
      cluster.get({ apiVersion: 'certificates.k8s.io/v1', kind: 'CertificateSigningRequest' }, { name: 'r' }),
    ).toMatchObject({
      spec: { signerName: 'kubernetes.io/kube-apiserver-client' },
      status: {},
    })
  })
})
