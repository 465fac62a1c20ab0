import type { Condition, KubeObject } from '../meta.ts'
import type { Toleration } from './apps.ts'

/** addon.open-cluster-management.io ConfigGroupResource. */
export interface ConfigGroupResource {
  readonly group?: string
  readonly resource: string
}

/** addon.open-cluster-management.io ConfigReferent. */
export interface ConfigReferent {
  readonly namespace?: string
  readonly name: string
}

/** addon.open-cluster-management.io/v1alpha1 RegistrationConfig: who the agent is on the hub. */
export interface RegistrationConfig {
  readonly signerName: string
  readonly subject?: {
    readonly user?: string
    readonly groups?: readonly string[]
    readonly organizationUnit?: readonly string[]
  }
}

/** addon.open-cluster-management.io/v1alpha1 ConfigReference: a configuration in use. */
export interface ConfigReference extends ConfigGroupResource, Partial<ConfigReferent> {
  readonly desiredConfig?: ConfigReferent & { readonly specHash?: string }
  readonly lastAppliedConfig?: ConfigReferent & { readonly specHash?: string }
  readonly lastObservedGeneration?: number
}

/** addon.open-cluster-management.io/v1alpha1 ManagedClusterAddOn. */
export interface ManagedClusterAddOn extends KubeObject {
  readonly spec?: {
    readonly installNamespace?: string
    readonly configs?: readonly (ConfigGroupResource & ConfigReferent)[]
  }
  readonly status?: {
    /** Where the agent runs, as the registration agent of OCM reads it. */
    readonly namespace?: string
    readonly registrations?: readonly RegistrationConfig[]
    /** `token` or `csr`, written by newer klusterlets. */
    readonly kubeClientDriver?: string
    readonly conditions?: readonly Condition[]
    readonly configReferences?: readonly ConfigReference[]
    readonly supportedConfigs?: readonly ConfigGroupResource[]
    readonly relatedObjects?: readonly (ConfigGroupResource & ConfigReferent)[]
    readonly addOnMeta?: { readonly displayName?: string; readonly description?: string }
    readonly healthCheck?: { readonly mode?: string }
  }
}

/** addon.open-cluster-management.io/v1alpha1 ClusterManagementAddOn. */
export interface ClusterManagementAddOn extends KubeObject {
  readonly spec?: {
    readonly addOnMeta?: { readonly displayName?: string; readonly description?: string }
    readonly supportedConfigs?: readonly (ConfigGroupResource & { readonly defaultConfig?: ConfigReferent })[]
    readonly installStrategy?: { readonly type: string; readonly placements?: readonly object[] }
  }
  readonly status?: {
    readonly defaultconfigReferences?: readonly object[]
    readonly installProgressions?: readonly object[]
  }
}

/** addon.open-cluster-management.io/v1alpha1 AddOnDeploymentConfig. */
export interface AddOnDeploymentConfig extends KubeObject {
  readonly spec?: {
    readonly agentInstallNamespace?: string
    readonly customizedVariables?: readonly { readonly name: string; readonly value: string }[]
    readonly nodePlacement?: {
      readonly nodeSelector?: Readonly<Record<string, string>>
      readonly tolerations?: readonly Toleration[]
    }
    readonly registries?: readonly { readonly source?: string; readonly mirror: string }[]
    readonly proxyConfig?: {
      readonly httpProxy?: string
      readonly httpsProxy?: string
      readonly noProxy?: string
      /** Base64 of PEM certificates. */
      readonly caBundle?: string
    }
    readonly resourceRequirements?: readonly {
      readonly containerID: string
      readonly resources: {
        readonly requests?: Readonly<Record<string, string>>
        readonly limits?: Readonly<Record<string, string>>
      }
    }[]
  }
}
