import { contract, type MirrorPeer, type Secret } from '@odfmo/api-types'
import { hubSecretName, originalSpokeFinalizer, spokeFinalizer } from '@odfmo/secret-naming'
import { describe, expect, it } from 'vitest'
import {
  agentApp,
  cephCluster,
  claim,
  exchangedSecret,
  golden,
  hubFinalizer,
  mirrorPeer,
  namespace,
  objectOf,
  ownFinalizer,
  ownTokenSecret,
  refOf,
  scopeOf,
  storageCluster,
  wantedOf,
  type Clusters,
} from '../../test/cases.ts'

const key = { name: 'mp' }
const finalizersOf = (clusters: Clusters, app?: ReturnType<typeof agentApp>): readonly string[] =>
  objectOf<MirrorPeer>(wantedOf('mirror-peer-finalizer', key, clusters, app)).metadata.finalizers ?? []
const answer = (clusters: Clusters, app?: ReturnType<typeof agentApp>): string => {
  const wanted = wantedOf('mirror-peer-finalizer', key, clusters, app)
  return wanted.is === 'waiting' ? wanted.reason : wanted.is
}

const blue = (metadata: Partial<Secret['metadata']> = {}): Secret => ({
  metadata: {
    namespace: 'cluster1',
    name: hubSecretName(refOf('cluster1')),
    labels: { [contract.label.secretType]: 'BLUE' },
    ...metadata,
  },
})

describe('a live MirrorPeer', () => {
  it('gets our finalizer after the hub’s', () => {
    expect(finalizersOf({ mirrorPeers: [mirrorPeer({ finalizers: [hubFinalizer] })] })).toEqual([
      hubFinalizer,
      ownFinalizer,
    ])
  })

  it.each<readonly [string, string, Clusters]>([
    ['waits for the hub', 'NotAccepted', { mirrorPeers: [mirrorPeer({ finalizers: [] })] }],
    ['has it already', 'leave', { mirrorPeers: [mirrorPeer()] }],
    [
      'names other clusters',
      'leave',
      {
        mirrorPeers: [
          mirrorPeer({ finalizers: [hubFinalizer], items: [refOf('cluster2'), refOf('cluster3')] }),
        ],
      },
    ],
    [
      'is left to the right cluster by a clone',
      'OtherCluster',
      {
        mirrorPeers: [mirrorPeer({ finalizers: [hubFinalizer] })],
        hubSecrets: [blue({ annotations: { [contract.annotation.agentClusterUid]: 'another' } })],
      },
    ],
  ])('%s', (_, expected, clusters) => expect(answer(clusters)).toBe(expected))

  const long = 'a-cluster-with-quite-a-long-name'
  const app = agentApp(scopeOf({ clusterName: long }))
  const items = [refOf(long), refOf('cluster2')]

  it('gets the short form of the original replaced', () => {
    const finalizers = [originalSpokeFinalizer(long), hubFinalizer]
    expect(finalizersOf({ mirrorPeers: [mirrorPeer({ finalizers, items })] }, app)).toEqual([
      hubFinalizer,
      spokeFinalizer(long),
    ])
  })

  it('keeps a short form that another item has too', () => {
    const finalizers = [originalSpokeFinalizer(long), hubFinalizer]
    const shared = [refOf(long), refOf(`${long}-2`)]
    expect(finalizersOf({ mirrorPeers: [mirrorPeer({ finalizers, items: shared })] }, app)).toEqual([
      ...finalizers,
      spokeFinalizer(long),
    ])
  })
})

describe('a deleting MirrorPeer', () => {
  const leaving = mirrorPeer({ deleting: true })
  const name2 = hubSecretName(refOf('cluster2'))

  it('loses our finalizer, judged on fresh reads, when nothing is left', () => {
    const wanted = wantedOf('mirror-peer-finalizer', key, {
      mirrorPeers: [leaving],
      storageClusters: [storageCluster()],
    })
    expect(objectOf<MirrorPeer>(wanted).metadata.finalizers).toEqual([hubFinalizer])
    expect(wanted).toMatchObject({ options: { confirm: true } })
  })

  it.each<readonly [string, Clusters]>([
    ['the hub secret', { hubSecrets: [blue()] }],
    ['the exchanged secret', { secrets: [exchangedSecret()] }],
    [
      'the name of the peer’s secret',
      { storageClusters: [storageCluster({ mirroring: { peerSecretNames: [name2] } })] },
    ],
    ['mirroring', { storageClusters: [storageCluster({ mirroring: { enabled: true } })] }],
    [
      'the OMAP generator',
      { configMaps: [golden('cluster1__configmaps__openshift-storage__rook-ceph-operator-config')] },
    ],
    [
      'the replication class',
      { classes: [golden('cluster1__volumereplicationclasses__rbd-volumereplicationclass-1625360775')] },
    ],
    [
      'the replication class of an interval that it had before',
      {
        mirrorPeers: [mirrorPeer({ deleting: true, schedulingIntervals: ['1h'] })],
        classes: [golden('cluster1__volumereplicationclasses__rbd-volumereplicationclass-1625360775')],
      },
    ],
    ['the bucket claim', { claims: [claim('odrbucket-b1b922184baf')] }],
    [
      'a StorageClass’s label',
      { storageClasses: [golden('cluster1__storageclasses__ocs-storagecluster-cephfs')] },
    ],
  ])('keeps our finalizer while there is %s', (_, clusters) => {
    expect(answer({ mirrorPeers: [leaving], ...clusters })).toBe('CleaningUp')
  })

  it('keeps our finalizer for what only a MirrorPeer shares that the hub has not accepted, and names that', () => {
    const wanted = wantedOf('mirror-peer-finalizer', key, {
      mirrorPeers: [leaving, mirrorPeer({ name: 'invalid', finalizers: [] })],
      storageClusters: [storageCluster({ mirroring: { enabled: true, peerSecretNames: [name2] } })],
    })
    expect(wanted).toMatchObject({
      reason: 'CleaningUp',
      message: expect.stringContaining('MirrorPeer invalid'),
    })
  })

  it('says why something is still there', () => {
    const wanted = wantedOf('mirror-peer-finalizer', key, {
      mirrorPeers: [leaving],
      secrets: [exchangedSecret()],
      storageClusters: [
        storageCluster({ mirroring: { peerSecretNames: [name2] } }, { namespace, name: 'another' }),
      ],
    })
    expect(wanted).toMatchObject({
      message: expect.stringContaining('StorageCluster openshift-storage/another still names the Secret'),
    })
  })

  it('leaves to another live MirrorPeer what that needs', () => {
    const clusters: Clusters = {
      mirrorPeers: [leaving, mirrorPeer({ name: 'other' })],
      hubSecrets: [blue(), golden('hub__secrets__cluster1__4446d6504fadb8362e6814327c7a1172b9735c0')],
      secrets: [ownTokenSecret(), exchangedSecret()],
      cephClusters: [cephCluster()],
      storageClusters: [storageCluster({ mirroring: { enabled: true, peerSecretNames: [name2] } })],
      claims: [claim('odrbucket-b1b922184baf')],
      configMaps: [golden('cluster1__configmaps__openshift-storage__rook-ceph-operator-config')],
    }
    expect(answer(clusters)).toBe('edited')
  })

  it.each<readonly [string, string, Clusters]>([
    [
      'has nothing of ours any more',
      'leave',
      {
        mirrorPeers: [mirrorPeer({ deleting: true, finalizers: [hubFinalizer] })],
        secrets: [exchangedSecret()],
      },
    ],
    [
      'leaves the replication class of another that is live',
      'edited',
      {
        mirrorPeers: [
          mirrorPeer({ deleting: true, schedulingIntervals: ['1h'] }),
          mirrorPeer({ name: 'other', items: [refOf('cluster1'), refOf('cluster3')] }),
        ],
        classes: [golden('cluster1__volumereplicationclasses__rbd-volumereplicationclass-1625360775')],
      },
    ],
    [
      'leaves what is somebody else’s',
      'edited',
      {
        mirrorPeers: [leaving],
        secrets: [
          exchangedSecret(refOf('cluster2'), 'f', { labels: { [contract.label.createdBy]: 'another' } }),
        ],
      },
    ],
    [
      'of type sync touches no mirroring',
      'edited',
      {
        mirrorPeers: [mirrorPeer({ deleting: true, type: 'sync' })],
        storageClusters: [storageCluster({ mirroring: { enabled: true } })],
      },
    ],
    [
      'of type sync waits for its bucket claim',
      'CleaningUp',
      {
        mirrorPeers: [mirrorPeer({ deleting: true, type: 'sync' })],
        claims: [claim('odrbucket-b1b922184baf')],
      },
    ],
    [
      'is left to the right cluster by a clone',
      'OtherCluster',
      {
        mirrorPeers: [leaving],
        hubSecrets: [blue({ annotations: { [contract.annotation.agentClusterUid]: 'another' } })],
      },
    ],
    [
      'waits for the StorageCluster elsewhere in the namespace that names the secret',
      'CleaningUp',
      {
        mirrorPeers: [leaving],
        secrets: [exchangedSecret()],
        storageClusters: [
          storageCluster({ mirroring: { peerSecretNames: [name2] } }, { namespace, name: 'another' }),
        ],
      },
    ],
  ])('%s', (_, expected, clusters) => expect(answer(clusters)).toBe(expected))
})
