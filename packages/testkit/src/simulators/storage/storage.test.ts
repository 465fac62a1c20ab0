import { afterEach, beforeEach, expect, test } from 'vitest'
import type { CephCluster, ConfigMap, ObjectBucketClaim, Secret, StorageCluster } from '@odfmo/api-types'
import { kinds } from '@odfmo/api-types'
import { namespace, storageCluster } from '../../builders/builders.ts'
import type { Cluster } from '../../cluster.ts'
import { eventually } from '../../eventually.ts'
import { startTestCluster } from '../../start-test-cluster.ts'
import { ClusterClient } from '../../access/cluster-client.ts'
import { spokeCrds } from '../crds/crds.ts'
import { storage } from './storage.ts'
import type { StorageSimulator } from './storage.ts'

let spoke: Cluster
let admin: ClusterClient
let simulator: StorageSimulator

const at = 'openshift-storage'
const secretRef = { apiVersion: 'v1', kind: 'Secret' }
const tokenSecret = 'cluster-peer-token-ocs-storagecluster-cephcluster'
const text = (value: string | undefined): string => Buffer.from(value ?? '', 'base64').toString('utf8')
const secretOf = async (name: string): Promise<Secret | undefined> =>
  (await spoke.get(secretRef, { namespace: at, name })) as unknown as Secret | undefined
const tokenOf = async (): Promise<Record<string, string>> =>
  JSON.parse(text(text((await secretOf(tokenSecret))?.data?.['token']))) as Record<string, string>
const live = async (): Promise<StorageCluster | undefined> =>
  admin.get(kinds.StorageCluster, { namespace: at, name: 'ocs-storagecluster' })

beforeEach(async () => {
  spoke = await startTestCluster({ name: 'cluster1', crds: spokeCrds })
  admin = new ClusterClient(spoke.kubeconfig(), 'test')
  await spoke.apply(namespace(at))
  simulator = await storage({ spoke: spoke.kubeconfig(), seed: 'one', routeDomain: 'apps.cluster1.example' })
})

afterEach(async () => {
  await simulator.stop()
  await admin.close()
  await spoke.stop()
})

test('a StorageCluster brings its Ceph, its token, its classes and its route', async () => {
  await spoke.apply(storageCluster())
  await eventually(spoke, async () =>
    expect(
      await spoke.get(kindOf(kinds.StorageCluster), { namespace: at, name: 'ocs-storagecluster' }),
    ).toMatchObject({ status: { phase: 'Ready' } }),
  )
  const ceph = (await spoke.get(kindOf(kinds.CephCluster), {
    namespace: at,
    name: 'ocs-storagecluster-cephcluster',
  })) as unknown as CephCluster
  expect(ceph.metadata.ownerReferences).toMatchObject([
    { kind: 'StorageCluster', name: 'ocs-storagecluster', controller: true },
  ])
  expect(Object.keys(await tokenOf())).toEqual(['fsid', 'client_id', 'key', 'mon_host', 'namespace'])
  expect(await tokenOf()).toMatchObject({
    fsid: ceph.status?.ceph?.fsid,
    client_id: 'rbd-mirror-peer',
    namespace: at,
  })
  expect(text((await secretOf(tokenSecret))?.data?.['cluster'])).toBe('ceph')
  expect((await secretOf(tokenSecret))?.metadata.ownerReferences).toMatchObject([
    { kind: 'CephCluster', uid: ceph.metadata.uid },
  ])
  const classes = await spoke.list({ apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass' })
  expect(classes.map(({ metadata, provisioner }) => `${metadata.name} ${String(provisioner)}`)).toEqual([
    'ocs-storagecluster-ceph-rbd openshift-storage.rbd.csi.ceph.com',
    'ocs-storagecluster-cephfs openshift-storage.cephfs.csi.ceph.com',
    'openshift-storage.noobaa.io openshift-storage.noobaa.io/obc',
  ])
  expect(await spoke.get(kindOf(kinds.Route), { namespace: at, name: 's3' })).toMatchObject({
    spec: { host: 's3-openshift-storage.apps.cluster1.example' },
  })
  expect(
    await spoke.get(
      { apiVersion: 'v1', kind: 'ConfigMap' },
      { namespace: at, name: 'rook-ceph-operator-config' },
    ),
  ).toMatchObject({ data: { ROOK_LOG_LEVEL: 'INFO' } })
})

test('an external Ceph brings rook-ceph-mon in place of a peer token', async () => {
  await spoke.apply(storageCluster({ spec: { externalStorage: { enable: true } } }))
  await spoke.wait(() => secretOf('rook-ceph-mon'))
  expect(Object.keys((await secretOf('rook-ceph-mon'))?.data ?? {}).sort()).toEqual([
    'ceph-secret',
    'ceph-username',
    'fsid',
    'mon-secret',
  ])
  expect((await secretOf('rook-ceph-mon'))?.metadata.ownerReferences).toMatchObject([
    { kind: 'StorageCluster' },
  ])
  expect(await secretOf(tokenSecret)).toBeUndefined()
})

test('a rotated key is another key of the same Ceph; a reinstallation is another Ceph', async () => {
  await spoke.apply(storageCluster())
  await spoke.wait(() => secretOf(tokenSecret))
  const first = await tokenOf()
  await simulator.rotateKey('ocs-storagecluster')
  const rotated = await tokenOf()
  expect(rotated['fsid']).toBe(first['fsid'])
  expect(rotated['key']).not.toBe(first['key'])
  await simulator.reinstall('openshift-storage/ocs-storagecluster')
  const reinstalled = await tokenOf()
  expect(reinstalled['fsid']).not.toBe(first['fsid'])
  expect(reinstalled['key']).not.toBe(rotated['key'])
  expect(simulator.fsid('ocs-storagecluster')).toBe(reinstalled['fsid'])
  const values = simulator.secretValues()
  for (const token of [first, rotated, reinstalled]) expect(values).toContain(token['key'])
  await expect(simulator.rotateKey('other')).rejects.toThrow('got "other"')
})

test('a deleted token comes back', async () => {
  await spoke.apply(storageCluster())
  const { metadata } = await spoke.wait(() => secretOf(tokenSecret))
  await admin.remove(kinds.Secret, { namespace: at, name: tokenSecret })
  await eventually(spoke, async () => {
    expect(await secretOf(tokenSecret)).toBeDefined()
    expect((await secretOf(tokenSecret))?.metadata.uid).not.toBe(metadata.uid)
  })
})

test('mirroring waits for every peer secret, and goes with the wish', async () => {
  await spoke.apply(storageCluster({ spec: { mirroring: { enabled: true, peerSecretNames: ['peer'] } } }))
  await eventually(spoke, async () =>
    expect(
      await spoke.get(kindOf(kinds.StorageCluster), { namespace: at, name: 'ocs-storagecluster' }),
    ).toMatchObject({
      status: {
        phase: 'Error',
        conditions: [{ message: 'Error while reconciling: peer secret openshift-storage/peer is not found' }],
      },
    }),
  )
  const pool = async (): Promise<unknown> =>
    spoke.get(
      { apiVersion: 'ceph.rook.io/v1', kind: 'CephBlockPool' },
      { namespace: at, name: 'ocs-storagecluster-cephblockpool' },
    )
  const { data } = await spoke.wait(() => secretOf(tokenSecret))
  await spoke.apply({ ...secretRef, metadata: { name: 'peer', namespace: at }, data })
  await eventually(spoke, async () => {
    expect(await pool()).toMatchObject({
      spec: { mirroring: { enabled: true, peers: { secretNames: ['peer'] } } },
      status: { mirroringStatus: { summary: { health: 'OK' } } },
    })
  })
  await admin.patch(
    kinds.StorageCluster,
    { namespace: at, name: 'ocs-storagecluster' },
    { spec: { mirroring: null } },
  )
  await eventually(spoke, async () => {
    expect(await pool()).not.toMatchObject({ spec: { mirroring: {} } })
    expect(await pool()).not.toMatchObject({ status: { mirroringStatus: {} } })
  })
  expect((await live())?.status?.phase).toBe('Ready')
})

test('a bucket claim is bound with keys and an address, and takes them along when it goes', async () => {
  const name = 'odrbucket-b1b922184baf'
  await spoke.apply({
    ...kindOf(kinds.ObjectBucketClaim),
    metadata: { name, namespace: at },
    spec: { bucketName: name, storageClassName: 'openshift-storage.noobaa.io' },
  })
  await eventually(spoke, async () => {
    const claim = (await spoke.get(kindOf(kinds.ObjectBucketClaim), {
      namespace: at,
      name,
    })) as unknown as ObjectBucketClaim
    expect(claim.status?.phase).toBe('Bound')
  })
  const { data = {}, metadata } = (await secretOf(name)) ?? { metadata: {} }
  expect(text(data['AWS_ACCESS_KEY_ID'])).toMatch(/^[A-Za-z0-9]{20}$/)
  expect(text(data['AWS_SECRET_ACCESS_KEY'])).toMatch(/^[A-Za-z0-9+/]{40}$/)
  expect(metadata.ownerReferences).toMatchObject([{ kind: 'ObjectBucketClaim', name }])
  const configMap = (await spoke.get(
    { apiVersion: 'v1', kind: 'ConfigMap' },
    { namespace: at, name },
  )) as unknown as ConfigMap
  expect(configMap.data).toEqual({
    BUCKET_HOST: 's3.openshift-storage.svc',
    BUCKET_NAME: name,
    BUCKET_PORT: '443',
  })
  await admin.remove(kinds.ObjectBucketClaim, { namespace: at, name })
  await eventually(spoke, async () => {
    expect(await secretOf(name)).toBeUndefined()
    expect(await spoke.list(kindOf(kinds.ObjectBucketClaim))).toEqual([])
  })
})

test('what is deleted takes everything along', async () => {
  const before = await spoke.snapshot()
  await spoke.apply(storageCluster())
  await spoke.wait(() => secretOf(tokenSecret))
  await admin.remove(kinds.StorageCluster, { namespace: at, name: 'ocs-storagecluster' })
  await eventually(spoke, async () => {
    for (const kind of [kinds.StorageCluster, kinds.CephCluster, kinds.Route])
      expect(await spoke.list(kindOf(kind))).toEqual([])
    expect(await spoke.list({ apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass' })).toEqual([])
    expect(await secretOf(tokenSecret)).toBeUndefined()
  })
  expect(before).toBeDefined()
})

test('another seed, other keys; the same seed, the same', async () => {
  await spoke.apply(storageCluster())
  await spoke.wait(() => secretOf(tokenSecret))
  const other = await startTestCluster({ crds: spokeCrds })
  const twin = await storage({ spoke: other.kubeconfig(), seed: 'one' })
  await other.apply(namespace(at), storageCluster())
  await other.wait(() => other.get(secretRef, { namespace: at, name: tokenSecret }))
  expect(twin.fsid('ocs-storagecluster')).toBe(simulator.fsid('ocs-storagecluster'))
  await twin.stop()
  const stranger = await storage({ spoke: other.kubeconfig() })
  expect(stranger.fsid('ocs-storagecluster')).not.toBe(simulator.fsid('ocs-storagecluster'))
  await stranger.stop()
  await other.stop()
})

const kindOf = ({
  group,
  version,
  kind,
}: {
  group: string
  version: string
  kind: string
}): { apiVersion: string; kind: string } => ({
  apiVersion: `${group}/${version}`,
  kind,
})
