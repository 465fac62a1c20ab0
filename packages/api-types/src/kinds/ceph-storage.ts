import type { Condition, KubeObject } from '../meta.ts'

/** ocs.openshift.io/v1 StorageCluster. */
export interface StorageCluster extends KubeObject {
  readonly spec?: {
    readonly externalStorage?: { readonly enable?: boolean }
    readonly mirroring?: {
      readonly enabled?: boolean
      readonly peerSecretNames?: readonly string[]
    }
  }
  readonly status?: {
    readonly phase?: string
    readonly conditions?: readonly Condition[]
  }
}

/** ceph.rook.io/v1 CephCluster. */
export interface CephCluster extends KubeObject {
  readonly spec?: {
    readonly external?: { readonly enable?: boolean }
  }
  readonly status?: {
    readonly phase?: string
    readonly ceph?: {
      readonly fsid?: string
      readonly health?: string
    }
    readonly conditions?: readonly object[]
  }
}

/** objectbucket.io/v1alpha1 ObjectBucketClaim; its Secret and ConfigMap have its name. */
export interface ObjectBucketClaim extends KubeObject {
  readonly spec?: {
    readonly bucketName?: string
    readonly generateBucketName?: string
    readonly storageClassName?: string
    readonly objectBucketName?: string
    readonly additionalConfig?: Readonly<Record<string, string>>
  }
  readonly status?: { readonly phase?: string }
}

/** replication.storage.openshift.io/v1alpha1 VolumeReplicationClass; its spec is immutable. */
export interface VolumeReplicationClass extends KubeObject {
  readonly spec?: {
    readonly provisioner: string
    readonly parameters?: Readonly<Record<string, string>>
  }
}
