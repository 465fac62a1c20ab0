import type { Container, PodSpec, Probe } from '@odfmo/api-types'
import type { Kind, KubeObject } from '@odfmo/api-types/meta'

/** v1 ContainerStatus. */
export interface ContainerStatus {
  readonly name: string
  readonly image: string
  readonly imageID: string
  readonly ready: boolean
  readonly started: boolean
  readonly restartCount: number
  readonly state: ContainerState
  readonly lastState: ContainerState
}

export interface ContainerState {
  readonly waiting?: { readonly reason: string; readonly message?: string }
  readonly running?: { readonly startedAt: string }
  readonly terminated?: {
    readonly exitCode: number
    readonly signal?: number
    readonly reason: string
    readonly startedAt: string
    readonly finishedAt: string
  }
}

/** v1 PodCondition. */
export interface PodCondition {
  readonly type: string
  readonly status: string
  readonly reason?: string
  readonly message?: string
  readonly lastTransitionTime?: string
}

/** v1 Container, as a kubelet reads it. */
export interface PodContainer extends Container {
  readonly startupProbe?: Probe
}

/** v1 Pod, as a kubelet has it. */
export interface Pod extends KubeObject {
  readonly spec?: PodSpec & {
    readonly nodeName?: string
    readonly restartPolicy?: string
    readonly terminationGracePeriodSeconds?: number
    readonly automountServiceAccountToken?: boolean
    readonly containers: readonly PodContainer[]
  }
  readonly status?: {
    readonly phase?: string
    readonly conditions?: readonly PodCondition[]
    readonly containerStatuses?: readonly ContainerStatus[]
    readonly hostIP?: string
    readonly podIP?: string
    readonly startTime?: string
  }
}

/** ceph.rook.io/v1 CephBlockPool. */
export interface CephBlockPool extends KubeObject {
  readonly spec?: {
    readonly mirroring?: {
      readonly enabled?: boolean
      readonly mode?: string
      readonly peers?: { readonly secretNames?: readonly string[] }
    }
  }
  readonly status?: { readonly phase?: string; readonly mirroringStatus?: object }
}

/** Kinds that only simulators touch. */
export const extraKinds: {
  readonly Pod: Kind<Pod>
  readonly CephBlockPool: Kind<CephBlockPool>
  readonly ObjectBucket: Kind
} = {
  Pod: { group: '', version: 'v1', kind: 'Pod', plural: 'pods', namespaced: true },
  CephBlockPool: {
    group: 'ceph.rook.io',
    version: 'v1',
    kind: 'CephBlockPool',
    plural: 'cephblockpools',
    namespaced: true,
  },
  ObjectBucket: {
    group: 'objectbucket.io',
    version: 'v1alpha1',
    kind: 'ObjectBucket',
    plural: 'objectbuckets',
    namespaced: false,
  },
}
