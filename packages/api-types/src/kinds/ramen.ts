import type { Condition, KubeObject } from '../meta.ts'

/** ramendr.openshift.io/v1alpha1 DRCluster. */
export interface DRCluster extends KubeObject {
  readonly spec?: {
    /** The fsid of the cluster's Ceph. */
    readonly region?: string
    readonly s3ProfileName?: string
    readonly cidrs?: readonly string[]
    readonly clusterFence?: string
  }
  readonly status?: {
    readonly phase?: string
    readonly conditions?: readonly Condition[]
  }
}

/** ramendr.openshift.io/v1alpha1 DRPolicy. */
export interface DRPolicy extends KubeObject {
  readonly spec?: {
    readonly schedulingInterval?: string
    readonly drClusters?: readonly string[]
    readonly replicationClassSelector?: object
    readonly volumeSnapshotClassSelector?: object
  }
  readonly status?: { readonly conditions?: readonly Condition[] }
}
