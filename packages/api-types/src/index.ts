// What every object has in common
export {
  apiVersionOf,
  keyOf,
  keyText,
  type Condition,
  type DeepReadonly,
  type Kind,
  type KubeObject,
  type ObjectKey,
  type ObjectMeta,
  type OwnerReference,
  type Status,
} from './meta.ts'

// The table of kinds, and the constants of the wire
export { kinds } from './kinds.ts'
export { contract } from './contract.ts'
export { elder } from './elder.ts'
export { isSpokeFinalizer, originalSpokeFinalizer, spokeFinalizer } from './spoke-finalizer.ts'

// MirrorPeers: reading, judging, defaults, and the CRD
export { parseMirrorPeer, type ParsedMirrorPeer } from './mirror-peer/parse-mirror-peer.ts'
export { validateMirrorPeer } from './mirror-peer/validate-mirror-peer.ts'
export {
  validateMirrorPeerUpdate,
  type MirrorPeerUpdateOptions,
} from './mirror-peer/validate-mirror-peer-update.ts'
export { defaultMirrorPeer } from './mirror-peer/default-mirror-peer.ts'
export { clustersOfAgent, type Requester } from './mirror-peer/agent-rule.ts'
export type {
  MirrorPeerProblem,
  MirrorPeerProblemCode,
  MirrorPeerValidation,
  MirrorPeerWarning,
  MirrorPeerWarningCode,
} from './mirror-peer/problem.ts'
export { mirrorPeerCrd } from './mirror-peer/mirror-peer-crd.ts'
export { agentPolicies } from './policies/agent-policies.ts'
export { agentRights } from './agent-rights.ts'

// The kinds' types
export type {
  DefaultedMirrorPeer,
  DefaultedMirrorPeerSpec,
  MirrorPeer,
  MirrorPeerPhase,
  MirrorPeerSpec,
  MirrorPeerStatus,
  MirrorPeerType,
  PeerRef,
  StorageClusterRef,
} from './kinds/mirror-peer.ts'
export type {
  ConfigMap,
  Namespace,
  ObjectReference,
  Secret,
  Service,
  ServiceAccount,
  ServicePort,
} from './kinds/core.ts'
export type { Event } from './kinds/events.ts'
export type {
  Container,
  Deployment,
  EnvVar,
  LabelSelector,
  PodSpec,
  Probe,
  Toleration,
  Volume,
  VolumeMount,
} from './kinds/apps.ts'
export type { Lease } from './kinds/coordination.ts'
export type { StorageClass } from './kinds/storage.ts'
export type {
  ClusterRole,
  ClusterRoleBinding,
  PolicyRule,
  Role,
  RoleBinding,
  RoleRef,
  Subject,
} from './kinds/rbac.ts'
export type { CertificateSigningRequest, CertificateSigningRequestCondition } from './kinds/certificates.ts'
export type {
  CustomResourceDefinition,
  CustomResourceDefinitionVersion,
  JsonSchemaProps,
  PrinterColumn,
  ValidationRule,
} from './kinds/apiextensions.ts'
export type {
  MatchResources,
  NamedExpression,
  NamedRuleWithOperations,
  PolicyValidation,
  ValidatingAdmissionPolicy,
  ValidatingAdmissionPolicyBinding,
} from './kinds/admission-policies.ts'
export type {
  MutatingWebhookConfiguration,
  ValidatingWebhookConfiguration,
  Webhook,
  WebhookClientConfig,
  WebhookConfiguration,
} from './kinds/webhook-configurations.ts'
export type { ManagedCluster } from './kinds/cluster-management.ts'
export type {
  AddOnDeploymentConfig,
  ClusterManagementAddOn,
  ConfigGroupResource,
  ConfigReference,
  ConfigReferent,
  ManagedClusterAddOn,
  RegistrationConfig,
} from './kinds/addon.ts'
export type {
  AppliedManifestWork,
  ManifestCondition,
  ManifestConfig,
  ManifestWork,
  WorkResourceIdentifier,
} from './kinds/work.ts'
export type { DRCluster, DRPolicy } from './kinds/ramen.ts'
export type {
  CephCluster,
  ObjectBucketClaim,
  StorageCluster,
  VolumeReplicationClass,
} from './kinds/ceph-storage.ts'
export type { ConsolePlugin, ConsolePluginService, ConsolePluginV1Alpha1, Route } from './kinds/openshift.ts'
