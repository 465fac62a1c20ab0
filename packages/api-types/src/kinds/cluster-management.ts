import type { Condition, KubeObject } from '../meta.ts'

/** cluster.open-cluster-management.io/v1 ManagedCluster. */
export interface ManagedCluster extends KubeObject {
  readonly spec?: {
    readonly hubAcceptsClient?: boolean
    readonly leaseDurationSeconds?: number
    readonly taints?: readonly {
      readonly key: string
      readonly value?: string
      readonly effect: string
      readonly timeAdded?: string
    }[]
    readonly managedClusterClientConfigs?: readonly { readonly url: string; readonly caBundle?: string }[]
  }
  readonly status?: {
    readonly conditions?: readonly Condition[]
    readonly clusterClaims?: readonly { readonly name: string; readonly value: string }[]
    readonly version?: { readonly kubernetes?: string }
  }
}
