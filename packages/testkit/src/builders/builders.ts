import { kinds } from '@odfmo/api-types'
import type {
  ClusterManagementAddOn,
  DRCluster,
  DRPolicy,
  ManagedCluster,
  ManagedClusterAddOn,
  ManifestWork,
  MirrorPeer,
  Namespace,
  ObjectBucketClaim,
  PeerRef,
  Secret,
  StorageCluster,
} from '@odfmo/api-types'
import { refuseOption } from '../check-option.ts'
import { deepMerge } from './deep-merge.ts'
import type { Overrides } from './deep-merge.ts'
import { configMap } from './kubernetes.ts'
import { typed } from './typed.ts'

/** One StorageCluster on one cluster: `ocs-storagecluster` in `openshift-storage` of `cluster1`. */
export const peerRef = (overrides: Overrides<PeerRef> = {}): PeerRef =>
  deepMerge<PeerRef>(
    {
      clusterName: 'cluster1',
      storageClusterRef: { name: 'ocs-storagecluster', namespace: 'openshift-storage' },
    },
    overrides,
  )

/** An async MirrorPeer with manageS3 between `cluster1` and `cluster2`, as a user writes it. */
export const mirrorPeer = (overrides: Overrides<MirrorPeer> = {}): MirrorPeer =>
  deepMerge<MirrorPeer>(
    {
      ...typed(kinds.MirrorPeer),
      metadata: { name: 'mirrorpeer-sample' },
      spec: {
        type: 'async',
        items: [peerRef(), peerRef({ clusterName: 'cluster2' })],
        schedulingIntervals: ['5m'],
        manageS3: true,
      },
    },
    overrides,
  )

/** `cluster1`, accepted by the hub's administrator. */
export const managedCluster = (overrides: Overrides<ManagedCluster> = {}): ManagedCluster =>
  deepMerge<ManagedCluster>(
    {
      ...typed(kinds.ManagedCluster),
      metadata: { name: 'cluster1' },
      spec: { hubAcceptsClient: true, leaseDurationSeconds: 60 },
    },
    overrides,
  )

/** `tokenexchange` of `cluster1`, installed beside the StorageCluster. */
export const managedClusterAddOn = (overrides: Overrides<ManagedClusterAddOn> = {}): ManagedClusterAddOn =>
  deepMerge<ManagedClusterAddOn>(
    {
      ...typed(kinds.ManagedClusterAddOn),
      metadata: {
        name: 'tokenexchange',
        namespace: 'cluster1',
        annotations: { 'multicluster.openshift.io/mode': 'async' },
      },
      spec: { installNamespace: 'openshift-storage' },
    },
    overrides,
  )

/** `tokenexchange` as an add-on of the hub, managed by the addon-manager. */
export const clusterManagementAddOn = (
  overrides: Overrides<ClusterManagementAddOn> = {},
): ClusterManagementAddOn =>
  deepMerge<ClusterManagementAddOn>(
    {
      ...typed(kinds.ClusterManagementAddOn),
      metadata: { name: 'tokenexchange' },
      spec: {
        addOnMeta: { displayName: 'tokenexchange', description: 'tokenexchange' },
        installStrategy: { type: 'Manual' },
      },
    },
    overrides,
  )

/** A work for `cluster1` that brings one ConfigMap. */
export const manifestWork = (overrides: Overrides<ManifestWork> = {}): ManifestWork =>
  deepMerge<ManifestWork>(
    {
      ...typed(kinds.ManifestWork),
      metadata: { name: 'work', namespace: 'cluster1' },
      spec: { workload: { manifests: [configMap()] } },
    },
    overrides,
  )

/** `openshift-storage/bucket`, with a generated name of the bucket. */
export const objectBucketClaim = (overrides: Overrides<ObjectBucketClaim> = {}): ObjectBucketClaim =>
  deepMerge<ObjectBucketClaim>(
    {
      ...typed(kinds.ObjectBucketClaim),
      metadata: { name: 'bucket', namespace: 'openshift-storage' },
      spec: { generateBucketName: 'bucket', storageClassName: 'openshift-storage.noobaa.io' },
    },
    overrides,
  )

/** `openshift-storage/ocs-storagecluster` with a Ceph of its own. */
export const storageCluster = (overrides: Overrides<StorageCluster> = {}): StorageCluster =>
  deepMerge<StorageCluster>(
    {
      ...typed(kinds.StorageCluster),
      metadata: { name: 'ocs-storagecluster', namespace: 'openshift-storage' },
      spec: { externalStorage: {} },
    },
    overrides,
  )

/** `cluster1` for Ramen, with the profile of its StorageCluster. */
export const drCluster = (overrides: Overrides<DRCluster> = {}): DRCluster =>
  deepMerge<DRCluster>(
    {
      ...typed(kinds.DRCluster),
      metadata: { name: 'cluster1' },
      spec: {
        region: '11111111-aaaa-4aaa-8aaa-000000000001',
        s3ProfileName: 's3profile-cluster1-ocs-storagecluster',
      },
    },
    overrides,
  )

/** Replication between `cluster1` and `cluster2` every five minutes. */
export const drPolicy = (overrides: Overrides<DRPolicy> = {}): DRPolicy =>
  deepMerge<DRPolicy>(
    {
      ...typed(kinds.DRPolicy),
      metadata: { name: 'dr-policy' },
      spec: { schedulingInterval: '5m', drClusters: ['cluster1', 'cluster2'] },
    },
    overrides,
  )

/** A Namespace of this name. */
export const namespace = (name: string, overrides: Overrides<Namespace> = {}): Namespace => {
  if (typeof name !== 'string') refuseOption('namespace', 'a name', name)
  return deepMerge<Namespace>({ ...typed(kinds.Namespace), metadata: { name } }, overrides)
}

/** An Opaque secret with one key in `openshift-storage`. */
export const secret = (overrides: Overrides<Secret> = {}): Secret =>
  deepMerge<Secret>(
    {
      ...typed(kinds.Secret),
      metadata: { name: 'secret', namespace: 'openshift-storage' },
      type: 'Opaque',
      data: { key: 'dmFsdWU=' },
    },
    overrides,
  )
