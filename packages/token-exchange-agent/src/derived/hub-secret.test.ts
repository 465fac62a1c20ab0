import { contract, type ConfigMap, type Secret } from '@odfmo/api-types'
import { hubSecretName, s3SecretName } from '@odfmo/secret-naming'
import { describe, expect, it } from 'vitest'
import {
  base64,
  bucketConfigMap,
  bucketSecret,
  cephCluster,
  claim,
  golden,
  hubFinalizer,
  mirrorPeer,
  namespace,
  objectOf,
  ownTokenSecret,
  refOf,
  route,
  storageCluster,
  uid,
  wantedOf,
  type Clusters,
} from '../../test/cases.ts'

const blueKey = { namespace: 'cluster1', name: hubSecretName(refOf('cluster1')) }
const s3Key = { namespace: 'cluster1', name: s3SecretName(refOf('cluster1')) }
const bucket = 'odrbucket-b1b922184baf'

const ceph: Clusters = {
  mirrorPeers: [mirrorPeer()],
  storageClusters: [storageCluster()],
  cephClusters: [cephCluster()],
  secrets: [ownTokenSecret()],
}
const noobaa: Clusters = {
  mirrorPeers: [mirrorPeer()],
  storageClusters: [storageCluster()],
  claims: [claim(bucket)],
  secrets: [bucketSecret(bucket)],
  configMaps: [bucketConfigMap(bucket)],
  routes: [route()],
}
const there = (
  key: { namespace: string; name: string },
  metadata: Partial<Secret['metadata']> = {},
): Secret => ({
  metadata: { ...key, labels: { [contract.label.secretType]: 'BLUE' }, ...metadata },
  data: { namespace: base64(namespace), 'storage-cluster-name': base64('ocs-storagecluster') },
})

const blue = (clusters: Clusters): string => answer('hub-rook-secret', blueKey, clusters)
const s3 = (clusters: Clusters): string => answer('hub-s3-secret', s3Key, clusters)
const answer = (rule: string, key: { namespace: string; name: string }, clusters: Clusters): string => {
  const wanted = wantedOf(rule, key, clusters)
  return wanted.is === 'waiting' ? wanted.reason : wanted.is
}

describe('the blue secret', () => {
  it('is what the original left, and the uid of the spoke', () => {
    const green = golden<Secret>(
      'cluster2__secrets__openshift-storage__271080886d225db56027eda82b520e9b2c019e1',
    )
    const source = { ...ownTokenSecret(), data: green.data }
    const made = objectOf<Secret>(wantedOf('hub-rook-secret', blueKey, { ...ceph, secrets: [source] }))
    const original = golden<Secret>('hub__secrets__cluster1__271080886d225db56027eda82b520e9b2c019e1')
    expect(made.data).toEqual(original.data)
    expect(made.type).toBe(original.type)
    expect(made.metadata).toEqual({
      ...blueKey,
      labels: original.metadata.labels,
      annotations: { [contract.annotation.agentClusterUid]: uid },
    })
  })

  it.each<readonly [string, string, Clusters]>([
    ['waits for Rook', 'NoPeerToken', { ...ceph, secrets: [] }],
    ['goes when its source goes', 'absent', { ...ceph, secrets: [], hubSecrets: [there(blueKey)] }],
    [
      'goes when its MirrorPeer is being deleted',
      'absent',
      { ...ceph, mirrorPeers: [mirrorPeer({ deleting: true })], hubSecrets: [there(blueKey)] },
    ],
    ['goes when nobody names it', 'absent', { ...ceph, mirrorPeers: [], hubSecrets: [there(blueKey)] }],
    [
      'stays for another live MirrorPeer',
      'present',
      { ...ceph, mirrorPeers: [mirrorPeer({ deleting: true }), mirrorPeer({ name: 'other' })] },
    ],
    [
      'is not made before the hub has accepted',
      'NotInForce',
      {
        ...ceph,
        mirrorPeers: [mirrorPeer({ finalizers: ['cluster1.spoke.multicluster.odf.openshift.io'] })],
      },
    ],
    [
      'is not made for another cluster’s MirrorPeer',
      'absent',
      { ...ceph, mirrorPeers: [mirrorPeer({ items: [refOf('cluster2'), refOf('cluster3')] })] },
    ],
    [
      'is left to the spoke that wrote it',
      'OtherCluster',
      {
        ...ceph,
        hubSecrets: [there(blueKey, { annotations: { [contract.annotation.agentClusterUid]: 'another' } })],
      },
    ],
    [
      'is left to the spoke that wrote it on deletion too',
      'OtherCluster',
      {
        ...ceph,
        mirrorPeers: [],
        hubSecrets: [there(blueKey, { annotations: { [contract.annotation.agentClusterUid]: 'another' } })],
      },
    ],
    [
      'goes though a MirrorPeer names it that the hub has not accepted',
      'absent',
      {
        ...ceph,
        mirrorPeers: [mirrorPeer({ deleting: true }), mirrorPeer({ name: 'other', finalizers: [] })],
        hubSecrets: [there(blueKey)],
      },
    ],
    [
      'stays while its source is there without the CephCluster that owns it',
      'NoOwner',
      { ...ceph, cephClusters: [], hubSecrets: [there(blueKey)] },
    ],
    [
      'stays while its source is there without the StorageCluster behind it',
      'NoOwner',
      { ...ceph, storageClusters: [], hubSecrets: [there(blueKey)] },
    ],
    [
      'goes with its StorageCluster and its source',
      'absent',
      { ...ceph, storageClusters: [], cephClusters: [], secrets: [], hubSecrets: [there(blueKey)] },
    ],
    [
      'goes when only another StorageCluster’s token is left beside it',
      'absent',
      {
        ...ceph,
        cephClusters: [
          {
            metadata: {
              namespace,
              name: 'another-cephcluster',
              ownerReferences: [{ apiVersion: 'x/v1', kind: 'StorageCluster', name: 'another', uid: 'u' }],
            },
          },
        ],
        secrets: [
          ownTokenSecret('f', {
            name: 'cluster-peer-token-another-cephcluster',
            ownerReferences: [
              { apiVersion: 'x/v1', kind: 'CephCluster', name: 'another-cephcluster', uid: 'u' },
            ],
          }),
        ],
        hubSecrets: [there(blueKey)],
      },
    ],
    ['takes over what the original wrote', 'present', { ...ceph, hubSecrets: [there(blueKey)] }],
    ['needs the uid of kube-system', 'NoClusterUid', { ...ceph, namespaces: [] }],
    [
      'ignores rook-ceph-mon on converged storage',
      'NoPeerToken',
      {
        ...ceph,
        secrets: [
          {
            metadata: {
              namespace,
              name: 'rook-ceph-mon',
              ownerReferences: [
                { apiVersion: 'x/v1', kind: 'StorageCluster', name: 'ocs-storagecluster', uid: 'u' },
              ],
            },
            data: { fsid: base64('f') },
          },
        ],
      },
    ],
  ])('%s', (_, expected, clusters) => expect(blue(clusters)).toBe(expected))

  it('is internal with external Ceph', () => {
    const mon: Secret = {
      metadata: {
        namespace,
        name: 'rook-ceph-mon',
        ownerReferences: [
          { apiVersion: 'x/v1', kind: 'StorageCluster', name: 'ocs-storagecluster', uid: 'u' },
        ],
      },
      data: { fsid: base64('f') },
    }
    const clusters = {
      ...ceph,
      storageClusters: [storageCluster({ externalStorage: { enable: true } })],
      secrets: [mon],
    }
    expect(objectOf<Secret>(wantedOf('hub-rook-secret', blueKey, clusters)).metadata.labels).toEqual({
      [contract.label.secretType]: 'INTERNAL',
    })
  })
})

describe('the S3 secret', () => {
  it('is what the original left, and the uid of the spoke', () => {
    const configMap: ConfigMap = bucketConfigMap(bucket)
    const secrets = [
      bucketSecret(bucket, {
        AWS_ACCESS_KEY_ID: base64('access1'),
        AWS_SECRET_ACCESS_KEY: base64('secret1+/=&<>'),
      }),
    ]
    const made = objectOf<Secret>(
      wantedOf('hub-s3-secret', s3Key, {
        ...noobaa,
        secrets,
        configMaps: [configMap],
        routes: [route('s3-openshift-storage.apps.cluster1.example')],
      }),
    )
    const original = golden<Secret>('hub__secrets__cluster1__a6bd33b0ff333553dce289cbbbb56976a789b8f')
    expect(made.data).toEqual(original.data)
    expect(made.metadata).toEqual({
      ...s3Key,
      labels: original.metadata.labels,
      annotations: { [contract.annotation.agentClusterUid]: uid },
    })
  })

  const younger = mirrorPeer({
    name: 'younger',
    created: '2026-01-02T00:00:00Z',
    items: [refOf('cluster1'), refOf('cluster3')],
  })
  const youngersBucket = 'odrbucket-4587d143e928'

  it.each<readonly [string, string, Clusters]>([
    ['waits for the secret of the claim', 'NoBucketSecret', { ...noobaa, secrets: [] }],
    [
      'waits for the config map',
      'NoBucketConfigMap',
      { ...noobaa, configMaps: [], hubSecrets: [there(s3Key)] },
    ],
    ['waits for the route', 'NoS3Route', { ...noobaa, routes: [], hubSecrets: [there(s3Key)] }],
    [
      'goes when the claim’s secret goes',
      'absent',
      { ...noobaa, secrets: [], configMaps: [], hubSecrets: [there(s3Key)] },
    ],
    ['is there for type sync too', 'present', { ...noobaa, mirrorPeers: [mirrorPeer({ type: 'sync' })] }],
    [
      'never takes a younger one’s bucket instead',
      'NoBucketSecret',
      {
        ...noobaa,
        mirrorPeers: [mirrorPeer(), younger],
        secrets: [bucketSecret(youngersBucket)],
        configMaps: [bucketConfigMap(youngersBucket)],
      },
    ],
    ...(['starting', 'in force'] as const).map((standing): readonly [string, string, Clusters] => [
      `of a younger one stays until the bucket of an elder that is ${standing} has answered`,
      'NoBucketSecret',
      {
        ...noobaa,
        mirrorPeers: [mirrorPeer(standing === 'starting' ? { finalizers: [hubFinalizer] } : {}), younger],
        claims: [claim(youngersBucket)],
        secrets: [bucketSecret(youngersBucket)],
        configMaps: [bucketConfigMap(youngersBucket)],
        hubSecrets: [there(s3Key)],
      },
    ]),
    [
      'takes no bucket of a user',
      'NoBucketSecret',
      { ...noobaa, secrets: [bucketSecret('odrbucket-a-users-own')] },
    ],
  ])('%s', (_, expected, clusters) => expect(s3(clusters)).toBe(expected))

  it('follows a claim that was made before the items were swapped', () => {
    const clusters = {
      ...noobaa,
      mirrorPeers: [mirrorPeer({ items: [refOf('cluster2'), refOf('cluster1')] })],
    }
    expect(s3(clusters)).toBe('present')
  })
})

it('is not held up by an elder MirrorPeer that the hub never accepts', () => {
  const invalid = mirrorPeer({
    name: 'elder',
    created: '2025-01-01T00:00:00Z',
    finalizers: [],
    items: [refOf('cluster1'), refOf('cluster3')],
  })
  expect(s3({ ...noobaa, mirrorPeers: [invalid, mirrorPeer()] })).toBe('present')
  expect(s3({ ...noobaa, mirrorPeers: [invalid] })).toBe('NotInForce')
})
