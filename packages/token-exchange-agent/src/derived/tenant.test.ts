import { contract, type ConfigMap, type ObjectBucketClaim, type StorageClass } from '@odfmo/api-types'
import { bucketName } from '@odfmo/secret-naming'
import { describe, expect, it } from 'vitest'
import {
  agentApp,
  bare,
  claim,
  golden,
  hubFinalizer,
  mirrorPeer,
  namespace,
  objectOf,
  ownTokenSecret,
  refOf,
  scopeOf,
  storageCluster,
  wantedOf,
  type Clusters,
} from '../../test/cases.ts'

const answer = (rule: string, key: { namespace?: string; name: string }, clusters: Clusters): string => {
  const wanted = wantedOf(rule, key, clusters)
  return wanted.is === 'waiting' ? wanted.reason : wanted.is
}
const leaving = mirrorPeer({ deleting: true })
const unaccepted = mirrorPeer({ name: 'other', finalizers: [] })
const otherPair = mirrorPeer({ name: 'other', items: [refOf('cluster1'), refOf('cluster3')] })

describe('the OMAP generator', () => {
  const key = { namespace, name: 'rook-ceph-operator-config' }
  const original = golden<ConfigMap>('cluster1__configmaps__openshift-storage__rook-ceph-operator-config')
  const rooks: ConfigMap = { ...original, data: { ROOK_LOG_LEVEL: 'INFO' } }
  const of = (clusters: Clusters): string => answer('omap-generator', key, clusters)

  it('is switched on as the original did, other keys untouched', () => {
    expect(
      bare(objectOf(wantedOf('omap-generator', key, { mirrorPeers: [mirrorPeer()], configMaps: [rooks] }))),
    ).toEqual(bare(original))
  })

  it('is taken out again', () => {
    expect(
      objectOf<ConfigMap>(wantedOf('omap-generator', key, { mirrorPeers: [leaving], configMaps: [original] }))
        .data,
    ).toEqual(rooks.data)
  })

  it.each<readonly [string, string, Clusters]>([
    ['waits for Rook', 'NoRookConfig', { mirrorPeers: [mirrorPeer()] }],
    ['is on already', 'leave', { mirrorPeers: [mirrorPeer()], configMaps: [original] }],
    ['is not for type sync', 'leave', { mirrorPeers: [mirrorPeer({ type: 'sync' })], configMaps: [rooks] }],
    [
      'stays for another MirrorPeer of the StorageCluster',
      'leave',
      { mirrorPeers: [leaving, otherPair], configMaps: [original] },
    ],
    ['stays when no MirrorPeer remembers', 'leave', { configMaps: [original] }],
    ['is done when the ConfigMap is gone', 'leave', { mirrorPeers: [leaving] }],
    [
      'is remembered while only one that is not accepted keeps it',
      'NotTakenOver',
      { mirrorPeers: [leaving, unaccepted], configMaps: [original] },
    ],
    ['is no matter when it is off', 'leave', { mirrorPeers: [leaving, unaccepted], configMaps: [rooks] }],
  ])('%s', (_, expected, clusters) => expect(of(clusters)).toBe(expected))
})

describe('Ramen’s label on StorageClasses', () => {
  const original = golden<StorageClass>('cluster1__storageclasses__ocs-storagecluster-ceph-rbd')
  const key = { name: original.metadata.name ?? '' }
  const fsid = original.metadata.labels?.[contract.label.storageId] ?? ''
  const unlabelled: StorageClass = { ...original, metadata: { name: key.name } }
  const storage: Clusters = {
    mirrorPeers: [mirrorPeer()],
    storageClusters: [storageCluster()],
    secrets: [ownTokenSecret(fsid)],
    storageClasses: [unlabelled],
  }
  const of = (clusters: Clusters): string => answer('storage-class-labels', key, clusters)

  it('is what the original left', () => {
    expect(bare(objectOf(wantedOf('storage-class-labels', key, storage)))).toEqual(bare(original))
  })

  it('keeps other labels, coming and going', () => {
    const labels = { mine: 'yes' }
    const mine = { ...unlabelled, metadata: { ...unlabelled.metadata, labels } }
    const labelled = objectOf<StorageClass>(
      wantedOf('storage-class-labels', key, { ...storage, storageClasses: [mine] }),
    )
    expect(labelled.metadata.labels).toEqual({ ...labels, [contract.label.storageId]: fsid })
    const { resourceVersion: _version, uid: _uid, ...metadata } = labelled.metadata
    const after = wantedOf('storage-class-labels', key, {
      ...storage,
      mirrorPeers: [leaving],
      storageClasses: [{ ...labelled, metadata }],
    })
    expect(objectOf<StorageClass>(after).metadata.labels).toEqual(labels)
  })

  it.each<readonly [string, string, Clusters]>([
    ['waits for the own fsid only', 'NoFsid', { ...storage, secrets: [] }],
    ['is right already', 'leave', { ...storage, storageClasses: [original] }],
    [
      'follows a new fsid',
      'edited',
      { ...storage, secrets: [ownTokenSecret('another')], storageClasses: [original] },
    ],
    [
      'is not for another provisioner',
      'leave',
      { ...storage, storageClasses: [{ ...unlabelled, provisioner: 'elsewhere.rbd.csi.ceph.com' }] },
    ],
    [
      'is not for NooBaa',
      'leave',
      { ...storage, storageClasses: [{ ...unlabelled, provisioner: `${namespace}.noobaa.io/obc` }] },
    ],
    ['is not for type sync', 'leave', { ...storage, mirrorPeers: [mirrorPeer({ type: 'sync' })] }],
    [
      'goes with the last MirrorPeer',
      'edited',
      { ...storage, mirrorPeers: [leaving], storageClasses: [original] },
    ],
    [
      'stays for another MirrorPeer',
      'leave',
      { ...storage, mirrorPeers: [leaving, otherPair], storageClasses: [original] },
    ],
    [
      'stays when no MirrorPeer remembers',
      'leave',
      { ...storage, mirrorPeers: [], storageClasses: [original] },
    ],
    [
      'is remembered while only one that is not accepted keeps it',
      'NotTakenOver',
      { ...storage, mirrorPeers: [leaving, unaccepted], storageClasses: [original] },
    ],
    [
      'is the eldest’s, also while that is starting',
      'NotInForce',
      {
        ...storage,
        mirrorPeers: [
          mirrorPeer({ finalizers: [hubFinalizer] }),
          mirrorPeer({
            name: 'younger',
            created: '2026-01-02T00:00:00Z',
            items: [refOf('cluster1', { name: 'another', namespace }), refOf('cluster3')],
          }),
        ],
        secrets: [
          ownTokenSecret(fsid),
          ownTokenSecret('another-fsid', { name: 'cluster-peer-token-another-cephcluster' }),
        ],
        storageClusters: [storageCluster(), storageCluster({}, { name: 'another' })],
        storageClasses: [original],
      },
    ],
  ])('%s', (_, expected, clusters) => expect(of(clusters)).toBe(expected))
})

describe('the bucket claim', () => {
  const original = golden<ObjectBucketClaim>(
    'cluster1__objectbucketclaims__openshift-storage__odrbucket-b1b922184baf',
  )
  const name = bucketName(['cluster1', 'cluster2'])
  const swapped = bucketName(['cluster2', 'cluster1'])
  const key = { namespace, name }
  const swappedKey = { namespace, name: swapped }
  const swappedPeer = mirrorPeer({ items: [refOf('cluster2'), refOf('cluster1')] })
  const of = (clusters: Clusters, at = key): string => answer('bucket-claim', at, clusters)

  it('is what the original left', () => {
    expect(objectOf(wantedOf('bucket-claim', key, { mirrorPeers: [mirrorPeer()] }))).toEqual(bare(original))
  })

  it('goes to ODR_NAMESPACE when that is set', () => {
    const app = agentApp(scopeOf({ odrNamespace: 'odr' }))
    const wanted = wantedOf('bucket-claim', { namespace: 'odr', name }, { mirrorPeers: [mirrorPeer()] }, app)
    expect(objectOf<ObjectBucketClaim>(wanted)).toMatchObject({
      metadata: { namespace: 'odr' },
      spec: { bucketName: name, storageClassName: 'odr.noobaa.io' },
    })
    expect(wantedOf('bucket-claim', key, { mirrorPeers: [mirrorPeer()] }, app).is).toBe('leave')
  })

  it.each<readonly [string, string, Clusters, typeof key]>([
    [
      'is left as it is once it is there',
      'leave',
      { mirrorPeers: [mirrorPeer()], claims: [{ ...claim(name), spec: {} }] },
      key,
    ],
    ['is there for type sync', 'present', { mirrorPeers: [mirrorPeer({ type: 'sync' })] }, key],
    [
      'is not made before the finalizers are on',
      'NotInForce',
      { mirrorPeers: [mirrorPeer({ finalizers: [] })] },
      key,
    ],
    ['stays the bucket after a swap', 'leave', { mirrorPeers: [swappedPeer], claims: [claim(name)] }, key],
    [
      'is not made anew after a swap',
      'leave',
      { mirrorPeers: [swappedPeer], claims: [claim(name)] },
      swappedKey,
    ],
    [
      'goes with a swapped MirrorPeer',
      'absent',
      { mirrorPeers: [mirrorPeer({ items: swappedPeer.spec.items, deleting: true })], claims: [claim(name)] },
      key,
    ],
    [
      'of another’s order is not taken for a swap',
      'present',
      {
        mirrorPeers: [
          mirrorPeer(),
          { ...swappedPeer, metadata: { ...swappedPeer.metadata, name: 'swapped', uid: 'u2' } },
        ],
        claims: [claim(name)],
      },
      swappedKey,
    ],
    ['goes with its MirrorPeer', 'absent', { mirrorPeers: [leaving], claims: [claim(name)] }, key],
    [
      'stays for another with the same name',
      'leave',
      { mirrorPeers: [leaving, mirrorPeer({ name: 'other' })], claims: [claim(name)] },
      key,
    ],
    ['stays when no MirrorPeer remembers', 'leave', { claims: [claim(name)] }, key],
    [
      'is remembered while only one that is not accepted keeps it',
      'NotTakenOver',
      { mirrorPeers: [leaving, unaccepted], claims: [claim(name)] },
      key,
    ],
  ])('%s', (_, expected, clusters, at) => expect(of(clusters, at)).toBe(expected))
})
