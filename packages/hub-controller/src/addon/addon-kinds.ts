import {
  kinds,
  type AddOnDeploymentConfig,
  type CertificateSigningRequest,
  type ClusterManagementAddOn,
  type ClusterRole,
  type ClusterRoleBinding,
  type CustomResourceDefinition,
  type ManagedCluster,
  type ManagedClusterAddOn,
  type ManifestWork,
  type MirrorPeer,
  type Role,
  type RoleBinding,
} from '@odfmo/api-types'
import { watch, type WatchedKind } from '@odfmo/controller-kit'
import { addOnName, hubRbacName, originalBindingName } from './agent-names.ts'
import { addOnDefinitionKey } from './add-on-definition.ts'
import { ocm } from './ocm.ts'

const named = (name: string): { readonly fieldSelector: string } => ({
  fieldSelector: `metadata.name=${name}`,
})
const ofOurAddOn = { labelSelector: `${ocm.addonNameLabel}=${addOnName}` }

/** What this folder watches on the hub beside MirrorPeers and ManagedClusters; narrowed on the server where it can be. */
export const addonWatches = {
  ManagedClusterAddOn: watch(kinds.ManagedClusterAddOn, named(addOnName)),
  /** Which fields the hub keeps: that depends on OCM's version. */
  AddOnDefinition: watch(kinds.CustomResourceDefinition, named(addOnDefinitionKey.name)),
  ClusterManagementAddOn: watch(kinds.ClusterManagementAddOn, named(addOnName)),
  AddOnDeploymentConfig: watch(kinds.AddOnDeploymentConfig),
  ManifestWork: watch(kinds.ManifestWork, ofOurAddOn),
  CertificateSigningRequest: watch(kinds.CertificateSigningRequest, ofOurAddOn),
  AgentRole: watch(kinds.Role, named(hubRbacName)),
  AgentRoleBinding: watch(kinds.RoleBinding, named(hubRbacName)),
  AgentClusterRole: watch(kinds.ClusterRole, named(hubRbacName)),
  AgentClusterRoleBinding: watch(kinds.ClusterRoleBinding, named(hubRbacName)),
  OriginalClusterRoleBinding: watch(kinds.ClusterRoleBinding, named(originalBindingName)),
}

/** The watched kinds of the hub, as the rules of this folder name them. */
export interface AddonKinds {
  readonly MirrorPeer: WatchedKind<MirrorPeer>
  readonly ManagedCluster: WatchedKind<ManagedCluster>
  readonly ManagedClusterAddOn: WatchedKind<ManagedClusterAddOn>
  readonly AddOnDefinition: WatchedKind<CustomResourceDefinition>
  readonly ClusterManagementAddOn: WatchedKind<ClusterManagementAddOn>
  readonly AddOnDeploymentConfig: WatchedKind<AddOnDeploymentConfig>
  readonly ManifestWork: WatchedKind<ManifestWork>
  readonly CertificateSigningRequest: WatchedKind<CertificateSigningRequest>
  readonly AgentRole: WatchedKind<Role>
  readonly AgentRoleBinding: WatchedKind<RoleBinding>
  readonly AgentClusterRole: WatchedKind<ClusterRole>
  readonly AgentClusterRoleBinding: WatchedKind<ClusterRoleBinding>
  readonly OriginalClusterRoleBinding: WatchedKind<ClusterRoleBinding>
}
