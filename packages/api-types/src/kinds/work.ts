import type { Condition, KubeObject } from '../meta.ts'

/** work.open-cluster-management.io/v1 ResourceIdentifier. */
export interface WorkResourceIdentifier {
  readonly group?: string
  readonly resource: string
  readonly name: string
  readonly namespace?: string
}

/** work.open-cluster-management.io/v1 ManifestConfigOption. */
export interface ManifestConfig {
  readonly resourceIdentifier: WorkResourceIdentifier
  readonly updateStrategy?: { readonly type: string; readonly serverSideApply?: object }
  readonly feedbackRules?: readonly {
    readonly type: string
    readonly jsonPaths?: readonly {
      readonly name: string
      readonly path: string
      readonly version?: string
    }[]
  }[]
  readonly conditionRules?: readonly object[]
}

/** work.open-cluster-management.io/v1 ManifestCondition: how one manifest fares. */
export interface ManifestCondition {
  readonly resourceMeta: {
    readonly ordinal: number
    readonly group?: string
    readonly version?: string
    readonly kind?: string
    readonly resource?: string
    readonly name?: string
    readonly namespace?: string
  }
  readonly conditions?: readonly Condition[]
  readonly statusFeedback?: {
    readonly values?: readonly { readonly name: string; readonly fieldValue: object }[]
  }
}

/** work.open-cluster-management.io/v1 ManifestWork. */
export interface ManifestWork extends KubeObject {
  readonly spec?: {
    readonly workload?: { readonly manifests?: readonly KubeObject[] }
    readonly deleteOption?: {
      readonly propagationPolicy: string
      readonly selectivelyOrphans?: { readonly orphaningRules?: readonly WorkResourceIdentifier[] }
    }
    readonly manifestConfigs?: readonly ManifestConfig[]
    readonly executor?: object
  }
  readonly status?: {
    readonly conditions?: readonly Condition[]
    readonly resourceStatus?: { readonly manifests?: readonly ManifestCondition[] }
  }
}

/** work.open-cluster-management.io/v1 AppliedManifestWork: on the spoke, what a work has made there. */
export interface AppliedManifestWork extends KubeObject {
  readonly spec?: {
    readonly hubHash?: string
    readonly agentID?: string
    readonly manifestWorkName?: string
  }
  readonly status?: {
    readonly appliedResources?: readonly (WorkResourceIdentifier & {
      readonly version?: string
      readonly uid?: string
    })[]
    readonly evictionStartTime?: string
  }
}
