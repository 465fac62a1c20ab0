import {
  contract,
  type ObjectKey,
  type Secret,
  type StorageClass,
  type VolumeReplicationClass,
} from '@odfmo/api-types'
import { bucketName, hubSecretName, s3SecretName, volumeReplicationClassName } from '@odfmo/secret-naming'
import {
  bucketConfigMap,
  bucketSecret,
  cephCluster,
  claim,
  exchangedSecret,
  golden,
  namespace,
  ownTokenSecret,
  refOf,
  route,
  storageCluster,
  storageClusterName,
  type Clusters,
} from './cases.ts'

const bucket = bucketName(['cluster1', 'cluster2'])
const name2 = hubSecretName(refOf('cluster2'))
const storageClass = golden<StorageClass>('cluster1__storageclasses__ocs-storagecluster-ceph-rbd')
export const hubSecret = (
  name: string,
  type: string,
  metadata: Partial<Secret['metadata']> = {},
): Secret => ({
  metadata: { namespace: 'cluster1', name, labels: { [contract.label.secretType]: type }, ...metadata },
})
const blue = hubSecret(hubSecretName(refOf('cluster1')), 'BLUE')
const s3 = hubSecret(s3SecretName(refOf('cluster1')), 'INTERNAL')

/** Everything that a MirrorPeer brought here, and what it was made of. */
export const exchanged: Clusters = {
  hubSecrets: [blue, s3],
  secrets: [
    ownTokenSecret(storageClass.metadata.labels?.[contract.label.storageId]),
    exchangedSecret(),
    bucketSecret(bucket),
  ],
  cephClusters: [cephCluster()],
  routes: [route()],
  storageClusters: [storageCluster({ mirroring: { enabled: true, peerSecretNames: [name2] } })],
  configMaps: [
    golden('cluster1__configmaps__openshift-storage__rook-ceph-operator-config'),
    bucketConfigMap(bucket),
  ],
  storageClasses: [storageClass],
  classes: [
    golden<VolumeReplicationClass>(
      'cluster1__volumereplicationclasses__rbd-volumereplicationclass-1625360775',
    ),
  ],
  claims: [claim(bucket)],
}
/** What each rule made of it, by the rule's name. */
export const keys: Readonly<Record<string, ObjectKey>> = {
  'mirror-peer-finalizer': { name: 'mp' },
  'bucket-claim': { namespace, name: bucket },
  'hub-s3-secret': { namespace: 'cluster1', name: s3SecretName(refOf('cluster1')) },
  'hub-rook-secret': { namespace: 'cluster1', name: hubSecretName(refOf('cluster1')) },
  'spoke-secret': { namespace, name: name2 },
  'storage-cluster-mirroring': { namespace, name: storageClusterName },
  'omap-generator': { namespace, name: contract.spoke.rookOperatorConfig },
  'volume-replication-class': { name: volumeReplicationClassName('5m') },
  'storage-class-labels': { name: storageClass.metadata.name ?? '' },
}
