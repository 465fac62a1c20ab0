import {
  contract,
  type ObjectKey,
  type Secret,
  type StorageClass,
  type VolumeReplicationClass,
} from '@odfmo/api-types'
import { bucketName, hubSecretName, s3SecretName, volumeReplicationClassName } from '@odfmo/secret-naming'
import { describe, expect, it } from 'vitest'
import {
  app,
  claim,
  exchangedSecret,
  golden,
  mirrorPeer,
  namespace,
  ownTokenSecret,
  refOf,
  storageCluster,
  storageClusterName,
  wantedOf,
  type Clusters,
} from '../../test/cases.ts'

const name2 = hubSecretName(refOf('cluster2'))
const storageClass = golden<StorageClass>('cluster1__storageclasses__ocs-storagecluster-ceph-rbd')
const hubSecret = (name: string, type: string, metadata: Partial<Secret['metadata']> = {}): Secret => ({
  metadata: { namespace: 'cluster1', name, labels: { [contract.label.secretType]: type }, ...metadata },
})
const blue = hubSecret(hubSecretName(refOf('cluster1')), 'BLUE')
const s3 = hubSecret(s3SecretName(refOf('cluster1')), 'INTERNAL')

/** Everything that a MirrorPeer brought here. */
const exchanged: Clusters = {
  hubSecrets: [blue, s3],
  secrets: [ownTokenSecret(), exchangedSecret()],
  storageClusters: [storageCluster({ mirroring: { enabled: true, peerSecretNames: [name2] } })],
  configMaps: [golden('cluster1__configmaps__openshift-storage__rook-ceph-operator-config')],
  storageClasses: [storageClass],
  classes: [
    golden<VolumeReplicationClass>(
      'cluster1__volumereplicationclasses__rbd-volumereplicationclass-1625360775',
    ),
  ],
  claims: [claim(bucketName(['cluster1', 'cluster2']))],
}
const keys: Readonly<Record<string, ObjectKey>> = {
  'mirror-peer-finalizer': { name: 'mp' },
  'bucket-claim': { namespace, name: bucketName(['cluster1', 'cluster2']) },
  'hub-s3-secret': { namespace: 'cluster1', name: s3SecretName(refOf('cluster1')) },
  'hub-rook-secret': { namespace: 'cluster1', name: hubSecretName(refOf('cluster1')) },
  'spoke-secret': { namespace, name: name2 },
  'storage-cluster-mirroring': { namespace, name: storageClusterName },
  'omap-generator': { namespace, name: contract.spoke.rookOperatorConfig },
  'volume-replication-class': { name: volumeReplicationClassName('5m') },
  'storage-class-labels': { name: storageClass.metadata.name ?? '' },
}
const rules = app.derived.map(({ name }) => name)
const answer = (rule: string, clusters: Clusters): string => {
  const wanted = wantedOf(rule, keys[rule] ?? { name: '' }, clusters)
  return wanted.is === 'waiting' ? wanted.reason : wanted.is
}

it('is tested with every rule there is', () => expect(Object.keys(keys).toSorted()).toEqual(rules.toSorted()))

describe.each(rules)('%s', (rule) => {
  it('takes nothing for unwanted when the hub serves no MirrorPeers at all', () => {
    expect(answer(rule, { ...exchanged, mirrorPeersNotServed: true })).toBe('KindNotServed')
  })

  it.each([
    ['in force', [mirrorPeer()]],
    ['being deleted', [mirrorPeer({ deleting: true })]],
    ['gone', []],
  ])('does nothing on a cloned spoke, the MirrorPeer %s', (_, mirrorPeers) => {
    const foreign = { annotations: { [contract.annotation.agentClusterUid]: 'another' } }
    for (const [type, name] of [
      ['BLUE', hubSecretName(refOf('cluster1'))],
      ['INTERNAL', 'of-another-peer-ref'],
    ] as const) {
      const hubSecrets = [...(exchanged.hubSecrets ?? []), hubSecret(name, type, foreign)]
      expect(answer(rule, { ...exchanged, mirrorPeers, hubSecrets })).toBe('OtherCluster')
    }
  })

  it('is not held back by what the hub writes, whatever it is annotated with', () => {
    const green = hubSecret(name2, 'GREEN', {
      annotations: { [contract.annotation.agentClusterUid]: 'another' },
    })
    const hubSecrets = [...(exchanged.hubSecrets ?? []), green]
    expect(answer(rule, { ...exchanged, mirrorPeers: [mirrorPeer()], hubSecrets })).not.toBe('OtherCluster')
  })
})
