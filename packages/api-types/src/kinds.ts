import type { AddOnDeploymentConfig, ClusterManagementAddOn, ManagedClusterAddOn } from './kinds/addon.ts'
import type {
  ValidatingAdmissionPolicy,
  ValidatingAdmissionPolicyBinding,
} from './kinds/admission-policies.ts'
import type { CustomResourceDefinition } from './kinds/apiextensions.ts'
import type { Deployment } from './kinds/apps.ts'
import type {
  CephCluster,
  ObjectBucketClaim,
  StorageCluster,
  VolumeReplicationClass,
} from './kinds/ceph-storage.ts'
import type { CertificateSigningRequest } from './kinds/certificates.ts'
import type { ManagedCluster } from './kinds/cluster-management.ts'
import type { Lease } from './kinds/coordination.ts'
import type { ConfigMap, Namespace, Secret, Service, ServiceAccount } from './kinds/core.ts'
import type { Event } from './kinds/events.ts'
import type { MirrorPeer } from './kinds/mirror-peer.ts'
import type { ConsolePlugin, ConsolePluginV1Alpha1, Route } from './kinds/openshift.ts'
import type { DRCluster, DRPolicy } from './kinds/ramen.ts'
import type { ClusterRole, ClusterRoleBinding, Role, RoleBinding } from './kinds/rbac.ts'
import type { StorageClass } from './kinds/storage.ts'
import type {
  MutatingWebhookConfiguration,
  ValidatingWebhookConfiguration,
} from './kinds/webhook-configurations.ts'
import type { AppliedManifestWork, ManifestWork } from './kinds/work.ts'
import type { Kind, KubeObject } from './meta.ts'

type Scope = 'Cluster' | 'Namespaced'

/** `group/version`, or `version` for the core group, as in a manifest. */
const kind = <T extends KubeObject>(
  apiVersion: string,
  name: string,
  plural: string,
  scope: Scope,
): Kind<T> => {
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion]
  return Object.freeze({
    group: group ?? '',
    version: version ?? '',
    kind: name,
    plural,
    namespaced: scope === 'Namespaced',
  })
}

const rbac = 'rbac.authorization.k8s.io/v1'
const addon = 'addon.open-cluster-management.io/v1alpha1'
const work = 'work.open-cluster-management.io/v1'
const ramen = 'ramendr.openshift.io/v1alpha1'

/** Every kind that odfmo reads or writes, on the hub or on a spoke: its place in the API, and the type of its objects. */
export const kinds = {
  MirrorPeer: kind<MirrorPeer>(
    'multicluster.odf.openshift.io/v1alpha1',
    'MirrorPeer',
    'mirrorpeers',
    'Cluster',
  ),

  Secret: kind<Secret>('v1', 'Secret', 'secrets', 'Namespaced'),
  ConfigMap: kind<ConfigMap>('v1', 'ConfigMap', 'configmaps', 'Namespaced'),
  Namespace: kind<Namespace>('v1', 'Namespace', 'namespaces', 'Cluster'),
  Service: kind<Service>('v1', 'Service', 'services', 'Namespaced'),
  ServiceAccount: kind<ServiceAccount>('v1', 'ServiceAccount', 'serviceaccounts', 'Namespaced'),
  Event: kind<Event>('events.k8s.io/v1', 'Event', 'events', 'Namespaced'),
  Deployment: kind<Deployment>('apps/v1', 'Deployment', 'deployments', 'Namespaced'),
  Lease: kind<Lease>('coordination.k8s.io/v1', 'Lease', 'leases', 'Namespaced'),
  StorageClass: kind<StorageClass>('storage.k8s.io/v1', 'StorageClass', 'storageclasses', 'Cluster'),
  Role: kind<Role>(rbac, 'Role', 'roles', 'Namespaced'),
  RoleBinding: kind<RoleBinding>(rbac, 'RoleBinding', 'rolebindings', 'Namespaced'),
  ClusterRole: kind<ClusterRole>(rbac, 'ClusterRole', 'clusterroles', 'Cluster'),
  ClusterRoleBinding: kind<ClusterRoleBinding>(rbac, 'ClusterRoleBinding', 'clusterrolebindings', 'Cluster'),
  CertificateSigningRequest: kind<CertificateSigningRequest>(
    'certificates.k8s.io/v1',
    'CertificateSigningRequest',
    'certificatesigningrequests',
    'Cluster',
  ),
  CustomResourceDefinition: kind<CustomResourceDefinition>(
    'apiextensions.k8s.io/v1',
    'CustomResourceDefinition',
    'customresourcedefinitions',
    'Cluster',
  ),
  ValidatingAdmissionPolicy: kind<ValidatingAdmissionPolicy>(
    'admissionregistration.k8s.io/v1',
    'ValidatingAdmissionPolicy',
    'validatingadmissionpolicies',
    'Cluster',
  ),
  ValidatingAdmissionPolicyBinding: kind<ValidatingAdmissionPolicyBinding>(
    'admissionregistration.k8s.io/v1',
    'ValidatingAdmissionPolicyBinding',
    'validatingadmissionpolicybindings',
    'Cluster',
  ),
  MutatingWebhookConfiguration: kind<MutatingWebhookConfiguration>(
    'admissionregistration.k8s.io/v1',
    'MutatingWebhookConfiguration',
    'mutatingwebhookconfigurations',
    'Cluster',
  ),
  ValidatingWebhookConfiguration: kind<ValidatingWebhookConfiguration>(
    'admissionregistration.k8s.io/v1',
    'ValidatingWebhookConfiguration',
    'validatingwebhookconfigurations',
    'Cluster',
  ),

  ManagedCluster: kind<ManagedCluster>(
    'cluster.open-cluster-management.io/v1',
    'ManagedCluster',
    'managedclusters',
    'Cluster',
  ),
  ManagedClusterAddOn: kind<ManagedClusterAddOn>(
    addon,
    'ManagedClusterAddOn',
    'managedclusteraddons',
    'Namespaced',
  ),
  ClusterManagementAddOn: kind<ClusterManagementAddOn>(
    addon,
    'ClusterManagementAddOn',
    'clustermanagementaddons',
    'Cluster',
  ),
  AddOnDeploymentConfig: kind<AddOnDeploymentConfig>(
    addon,
    'AddOnDeploymentConfig',
    'addondeploymentconfigs',
    'Namespaced',
  ),
  ManifestWork: kind<ManifestWork>(work, 'ManifestWork', 'manifestworks', 'Namespaced'),
  AppliedManifestWork: kind<AppliedManifestWork>(
    work,
    'AppliedManifestWork',
    'appliedmanifestworks',
    'Cluster',
  ),

  DRCluster: kind<DRCluster>(ramen, 'DRCluster', 'drclusters', 'Cluster'),
  DRPolicy: kind<DRPolicy>(ramen, 'DRPolicy', 'drpolicies', 'Cluster'),

  StorageCluster: kind<StorageCluster>(
    'ocs.openshift.io/v1',
    'StorageCluster',
    'storageclusters',
    'Namespaced',
  ),
  CephCluster: kind<CephCluster>('ceph.rook.io/v1', 'CephCluster', 'cephclusters', 'Namespaced'),
  ObjectBucketClaim: kind<ObjectBucketClaim>(
    'objectbucket.io/v1alpha1',
    'ObjectBucketClaim',
    'objectbucketclaims',
    'Namespaced',
  ),
  VolumeReplicationClass: kind<VolumeReplicationClass>(
    'replication.storage.openshift.io/v1alpha1',
    'VolumeReplicationClass',
    'volumereplicationclasses',
    'Cluster',
  ),
  Route: kind<Route>('route.openshift.io/v1', 'Route', 'routes', 'Namespaced'),
  ConsolePlugin: kind<ConsolePlugin>('console.openshift.io/v1', 'ConsolePlugin', 'consoleplugins', 'Cluster'),
  ConsolePluginV1Alpha1: kind<ConsolePluginV1Alpha1>(
    'console.openshift.io/v1alpha1',
    'ConsolePlugin',
    'consoleplugins',
    'Cluster',
  ),
} as const
