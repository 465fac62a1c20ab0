import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { X509Certificate } from 'node:crypto'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { ClusterClient } from '../access/cluster-client.ts'
import type { InMemoryCluster } from '../cluster.ts'
import { startFaultProxy } from '../fault-proxy/start-fault-proxy.ts'
import { textAt } from '../kube-object.ts'
import { newSigningRequest } from '../simulators/ocm-spoke/registration/signing-request.ts'
import { startCluster } from '../start-cluster.ts'
import { testClient } from '../testing/test-client.ts'
import { pemBlocks } from './pem.ts'

const requests = '/apis/certificates.k8s.io/v1/certificatesigningrequests'
const configMap = { apiVersion: 'v1', kind: 'ConfigMap' }
const secret = { apiVersion: 'v1', kind: 'Secret' }

let cluster: InMemoryCluster
beforeEach(async () => {
  cluster = await startCluster()
  await cluster.wait(() => cluster.get(configMap, { name: 'kube-root-ca.crt' }))
})
afterEach(() => cluster.stop())

const published = (): string => textAt(cluster.get(configMap, { name: 'kube-root-ca.crt' }), 'data', 'ca.crt')

it('brings the new authority to every namespace and to the tokens in secrets, which go on', async () => {
  await cluster.apply({
    ...secret,
    metadata: { name: 't', annotations: { 'kubernetes.io/service-account.name': 'default' } },
    type: 'kubernetes.io/service-account-token',
  })
  const data = (): Record<string, string> | undefined =>
    cluster.get(secret, { name: 't' })?.['data'] as Record<string, string> | undefined
  const before = await cluster.wait(() => (data()?.['token'] === undefined ? undefined : data()))
  const old = cluster.ca
  cluster.faults.rotateCertificates()
  expect(cluster.ca).not.toBe(old)
  await cluster.wait(() => (published() === cluster.ca ? true : undefined))
  const after = await cluster.wait(() => (data()?.['ca.crt'] === before['ca.crt'] ? undefined : data()))
  expect(after).toEqual({ ...before, 'ca.crt': Buffer.from(cluster.ca).toString('base64') })
  // tokens are of the account, not of the client authority
  const token = Buffer.from(before['token'] ?? '', 'base64').toString('utf8')
  const account = testClient(cluster, { token })
  expect((await account.get('/version')).status).toBe(200)
  await account.close()
})

it('signs requests by the new authority', async () => {
  cluster.faults.rotateCertificates({ serving: false })
  const { request, key } = newSigningRequest({ commonName: 'bob', organizations: [] }, [])
  const admin = testClient(cluster)
  const { body } = await admin.post(requests, {
    metadata: { name: 'bob' },
    spec: {
      request: Buffer.from(request).toString('base64'),
      signerName: 'kubernetes.io/kube-apiserver-client',
      usages: ['client auth'],
    },
  })
  const conditions = [{ type: 'Approved', status: 'True', reason: 'Test', message: '' }]
  await admin.put(`${requests}/bob/approval`, { ...body, status: { conditions } })
  const signed = await cluster.wait(() => {
    const csr = cluster.get(
      { apiVersion: 'certificates.k8s.io/v1', kind: 'CertificateSigningRequest' },
      { name: 'bob' },
    )
    return (csr?.['status'] as { certificate?: string } | undefined)?.certificate
  })
  const cert = Buffer.from(signed, 'base64').toString('utf8')
  const bob = testClient({ url: cluster.url, credentials: () => ({ ca: cluster.ca, cert, key }) })
  expect((await bob.get('/version')).status).toBe(200)
  // and they too are gone with their authority
  cluster.faults.rotateCertificates({ serving: false })
  expect((await bob.get('/version')).status).toBe(401)
  await Promise.all([bob, admin].map((client) => client.close()))
})

it('keeps the old authorities in the bundle while they overlap', () => {
  expect(pemBlocks(cluster.ca)).toHaveLength(1)
  cluster.faults.rotateCertificates({ keepOld: true })
  cluster.faults.rotateCertificates({ keepOld: true })
  expect(pemBlocks(cluster.ca)).toHaveLength(3)
  cluster.faults.rotateCertificates({ serving: 'certificate' })
  expect(pemBlocks(cluster.ca)).toHaveLength(3)
  cluster.faults.rotateCertificates()
  expect(new X509Certificate(cluster.ca).subject).toContain('cluster-ca')
})

it('renews kubeconfig files, of clusters and of proxies, readable by their owner alone', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'odfmo-testkit-'))
  const proxy = await startFaultProxy(cluster)
  for (const [name, one] of Object.entries({ cluster, proxy })) {
    const path = join(folder, name)
    one.writeKubeconfig(path, { user: 'bob', groups: ['system:masters'] })
    const old = new ClusterClient(await readFile(path, 'utf8'), 'test')
    expect(await old.text('/readyz')).toBe('ok')
    one.faults.rotateCertificates()
    await expect(old.text('/readyz')).rejects.toThrow(/certificate|Unauthorized/)
    const renewed = new ClusterClient(await readFile(path, 'utf8'), 'test')
    expect(await renewed.text('/readyz')).toBe('ok')
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    await Promise.all([old.close(), renewed.close()])
  }
  await proxy.stop()
  await rm(folder, { recursive: true })
})
