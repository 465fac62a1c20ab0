import type { ConfigMap, DRCluster, ManagedClusterAddOn, MirrorPeer, Secret } from '@odfmo/api-types'
import type { Derived, World } from '@odfmo/controller-kit'
import type { HubKinds } from '../kinds.ts'
import type { MirrorPeerView } from '../standing.ts'
import type { Finding } from './verdict.ts'

/** The rules whose states a MirrorPeer's status is made from. */
export interface StatusParts {
  readonly metadata: Derived<MirrorPeer>
  readonly managedClusterAddOn: Derived<ManagedClusterAddOn>
  readonly greenSecret: Derived<Secret>
  readonly ramenSecret: Derived<Secret>
  readonly ramenFsidSecret: Derived<Secret>
  readonly ramenConfig: Derived<ConfigMap>
  readonly drCluster: Derived<DRCluster>
  /** Whether the agent of a cluster is deployed, registered and alive. */
  readonly agent: (world: World, clusterName: string) => Finding
}

/** What one verdict is computed from. */
export interface StatusContext {
  readonly hub: HubKinds
  readonly world: World
  readonly parts: StatusParts
  readonly mirrorPeer: MirrorPeerView
}

/** How messages name the MirrorPeer that decides. */
export const elderText = ({ metadata }: Pick<MirrorPeerView, 'metadata'>): string =>
  `the elder MirrorPeer ${metadata.name ?? ''}`
