import type { Condition, KubeObject } from '../meta.ts'

/** A StorageCluster on its own cluster. */
export interface StorageClusterRef {
  readonly name: string
  readonly namespace: string
}

/** One StorageCluster on one managed cluster. */
export interface PeerRef {
  readonly clusterName: string
  readonly storageClusterRef: StorageClusterRef
}

/** How the two StorageClusters replicate. */
export type MirrorPeerType = 'async' | 'sync'

/** How far the exchange is. */
export type MirrorPeerPhase =
  | 'ExchangingSecret'
  | 'ExchangedSecret'
  | 'S3ProfileSyncing'
  | 'S3ProfileSynced'
  | 'Deleting'

/** What a user asks for; fields with a default may be absent (`defaultMirrorPeer` fills them in). */
export interface MirrorPeerSpec {
  readonly type?: MirrorPeerType
  readonly items: readonly PeerRef[]
  readonly schedulingIntervals?: readonly string[]
  readonly manageS3?: boolean
}

/** What the hub controller reports. */
export interface MirrorPeerStatus {
  readonly phase?: MirrorPeerPhase
  /** Empty when all is well. */
  readonly message?: string
  readonly conditions?: readonly Condition[]
  readonly observedGeneration?: number
}

/** multicluster.odf.openshift.io/v1alpha1 MirrorPeer. */
export interface MirrorPeer extends KubeObject {
  readonly spec: MirrorPeerSpec
  readonly status?: MirrorPeerStatus
}
