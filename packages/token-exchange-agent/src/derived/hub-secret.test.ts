import { contract, type Secret } from '@odfmo/api-types'
import { hubSecretName } from '@odfmo/secret-naming'
import { describe, expect, it } from 'vitest'
import {
  agentApp,
  base64,
  cephCluster,
  golden,
  hubFinalizer,
  mirrorPeer,
  namespace,
  objectOf,
  ownTokenSecret,
  refOf,
  scopeOf,
  storageCluster,
  uid,
  wantedOf,
  type Clusters,
} from '../../test/cases.ts'

const blueKey = { namespace: 'cluster1', name: hubSecretName(refOf('cluster1')) }

const ceph: Clusters = {
  mirrorPeers: [mirrorPeer()],
  storageClusters: [storageCluster()],
  cephClusters: [cephCluster()],
  secrets: [ownTokenSecret()],
}
const there = (metadata: Partial<Secret['metadata']> = {}): Secret => ({
  metadata: { ...blueKey, labels: { [contract.label.secretType]: 'BLUE' }, ...metadata },
  data: { namespace: base64(namespace), 'storage-cluster-name': base64('ocs-storagecluster') },
})

const blue = (clusters: Clusters, app?: ReturnType<typeof agentApp>): string => {
  const wanted = wantedOf('hub-rook-secret', blueKey, clusters, app)
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
    ['goes when its source goes', 'absent', { ...ceph, secrets: [], hubSecrets: [there()] }],
    [
      'goes when its MirrorPeer is being deleted',
      'absent',
      { ...ceph, mirrorPeers: [mirrorPeer({ deleting: true })], hubSecrets: [there()] },
    ],
    [
      'is not written again when our part is done and the MirrorPeer is still there',
      'absent',
      { ...ceph, mirrorPeers: [mirrorPeer({ deleting: true, finalizers: [hubFinalizer] })] },
    ],
    ['goes when nobody names it', 'absent', { ...ceph, mirrorPeers: [], hubSecrets: [there()] }],
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
        hubSecrets: [there({ annotations: { [contract.annotation.agentClusterUid]: 'another' } })],
      },
    ],
    [
      'is left to the spoke that wrote it on deletion too',
      'OtherCluster',
      {
        ...ceph,
        mirrorPeers: [],
        hubSecrets: [there({ annotations: { [contract.annotation.agentClusterUid]: 'another' } })],
      },
    ],
    [
      'goes though a MirrorPeer names it that the hub has not accepted',
      'absent',
      {
        ...ceph,
        mirrorPeers: [mirrorPeer({ deleting: true }), mirrorPeer({ name: 'other', finalizers: [] })],
        hubSecrets: [there()],
      },
    ],
    [
      'stays while its source is there without the CephCluster that owns it',
      'NoOwner',
      { ...ceph, cephClusters: [], hubSecrets: [there()] },
    ],
    [
      'stays while its source is there without the StorageCluster behind it',
      'NoOwner',
      { ...ceph, storageClusters: [], hubSecrets: [there()] },
    ],
    [
      'goes with its StorageCluster and its source',
      'absent',
      { ...ceph, storageClusters: [], cephClusters: [], secrets: [], hubSecrets: [there()] },
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
        hubSecrets: [there()],
      },
    ],
    ['takes over what the original wrote', 'present', { ...ceph, hubSecrets: [there()] }],
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

  it('is made of a token with the name that the environment gives', () => {
    const app = agentApp(scopeOf({ match: { token: 'tokens-of', s3: 'odrbucket' } }))
    expect(blue(ceph, app)).toBe('NoPeerToken')
    const secrets = [ownTokenSecret('f', { name: 'tokens-of-rook' })]
    expect(blue({ ...ceph, secrets }, app)).toBe('present')
    expect(blue({ ...ceph, secrets })).toBe('NoPeerToken')
  })
})
