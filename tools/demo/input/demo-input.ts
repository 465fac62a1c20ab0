import type { DefaultedMirrorPeer, StorageClusterRef } from '@odfmo/api-types'
import type { KubeObject } from '@odfmo/api-types/meta'
import type { ClusterSource } from './cluster-source.ts'

export interface Spoke {
  readonly name: string
  /** What is registered on the hub for it. */
  readonly managedCluster: KubeObject
  readonly storageClusters: readonly StorageClusterRef[]
}

/** What the demo starts with: checked, with all defaults filled in. */
export interface DemoInput {
  readonly source: ClusterSource
  readonly spokes: readonly Spoke[]
  /** Sorted by name: created in the same second, the first is the elder. */
  readonly mirrorPeers: readonly DefaultedMirrorPeer[]
  /** Whatever else the file has, for the hub. */
  readonly others: readonly KubeObject[]
  /** What in the file looks like a mistake; a line each. */
  readonly warnings: readonly string[]
}
