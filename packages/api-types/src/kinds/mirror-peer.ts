import type * as z from 'zod'
import type { Condition, DeepReadonly, KubeObject } from '../meta.ts'
import type { mirrorPeerSpecSchema, peerRefSchema } from '../mirror-peer/schema.ts'

/** One StorageCluster on one managed cluster. */
export type PeerRef = DeepReadonly<z.output<typeof peerRefSchema>>

/** A StorageCluster on its own cluster. */
export type StorageClusterRef = PeerRef['storageClusterRef']

/** What a user asks for; fields with a default may be absent (`defaultMirrorPeer` fills them in). */
export type MirrorPeerSpec = DeepReadonly<z.input<typeof mirrorPeerSpecSchema>>

/** The same with its defaults. */
export type DefaultedMirrorPeerSpec = DeepReadonly<z.output<typeof mirrorPeerSpecSchema>>

/** How the two StorageClusters replicate. */
export type MirrorPeerType = DefaultedMirrorPeerSpec['type']

/** How far the exchange is. */
export type MirrorPeerPhase =
  | 'ExchangingSecret'
  | 'ExchangedSecret'
  | 'S3ProfileSyncing'
  | 'S3ProfileSynced'
  | 'Deleting'

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

/** A MirrorPeer whose defaults are filled in. */
export interface DefaultedMirrorPeer extends MirrorPeer {
  readonly spec: DefaultedMirrorPeerSpec
}
