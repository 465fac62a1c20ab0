import { apiVersionOf, kinds } from '@odfmo/api-types'
import type {
  DRCluster,
  DRPolicy,
  ManagedCluster,
  ManagedClusterAddOn,
  MirrorPeer,
  Namespace,
  PeerRef,
  Secret,
  StorageCluster,
} from '@odfmo/api-types'
import type { Kind } from '@odfmo/api-types/meta'
import { deepMerge } from './deep-merge.ts'
import type { Overrides } from './deep-merge.ts'

const typed = (kind: Kind): { apiVersion: string; kind: string } => ({
  apiVersion: apiVersionOf(kind),
  kind: kind.kind,
})

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

export const namespace = (name: string, overrides: Overrides<Namespace> = {}): Namespace =>
  deepMerge<Namespace>({ ...typed(kinds.Namespace), metadata: { name } }, overrides)

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
