import type { ClusterRole, ClusterRoleBinding, Namespace, RoleBinding } from '@odfmo/api-types'
import { apiVersionOf } from '@odfmo/api-types/meta'
import { kinds } from '@odfmo/api-types'

const rbacGroup = 'rbac.authorization.k8s.io'

/** The group of all agents of one klusterlet; a certificate's organisation. */
export const klusterletGroup = (cluster: string): string => `system:open-cluster-management:${cluster}`

/** The user that the registration and work agents of a spoke are on the hub. */
export const klusterletUser = (cluster: string): string => `${klusterletGroup(cluster)}:agent`

const registrationRole = 'open-cluster-management:managedcluster:registration'
const workRole = 'open-cluster-management:managedcluster:work'
const clusterRole = (cluster: string): string => `open-cluster-management:managedcluster:${cluster}`

/** What the klusterlets of all clusters may do in their own namespaces. */
export const sharedClusterRoles = (): ClusterRole[] => [
  role(registrationRole, [
    {
      apiGroups: ['coordination.k8s.io'],
      resources: ['leases'],
      verbs: ['get', 'create', 'update', 'patch'],
    },
    {
      apiGroups: ['addon.open-cluster-management.io'],
      resources: ['managedclusteraddons'],
      verbs: ['get', 'list', 'watch'],
    },
    {
      apiGroups: ['addon.open-cluster-management.io'],
      resources: ['managedclusteraddons/status'],
      verbs: ['patch', 'update'],
    },
  ]),
  role(workRole, [
    {
      apiGroups: ['work.open-cluster-management.io'],
      resources: ['manifestworks'],
      verbs: ['get', 'list', 'watch', 'update', 'patch'],
    },
    {
      apiGroups: ['work.open-cluster-management.io'],
      resources: ['manifestworks/status', 'manifestworks/finalizers'],
      verbs: ['patch', 'update'],
    },
  ]),
]

/** The namespace of an accepted cluster, and what its klusterlet may do on the hub. */
export interface ClusterObjects {
  readonly namespace: Namespace
  readonly clusterRole: ClusterRole
  readonly clusterRoleBinding: ClusterRoleBinding
  readonly roleBindings: readonly RoleBinding[]
}

export const clusterObjects = (cluster: string): ClusterObjects => {
  const subjects = [{ kind: 'Group', apiGroup: rbacGroup, name: klusterletGroup(cluster) }]
  const own = { apiGroups: ['cluster.open-cluster-management.io'], resourceNames: [cluster] }
  const binding = (name: string, toRole: string): RoleBinding => ({
    apiVersion: apiVersionOf(kinds.RoleBinding),
    kind: kinds.RoleBinding.kind,
    metadata: { name, namespace: cluster },
    roleRef: { apiGroup: rbacGroup, kind: 'ClusterRole', name: toRole },
    subjects,
  })
  return {
    namespace: {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: cluster, labels: { 'open-cluster-management.io/cluster-name': cluster } },
    },
    clusterRole: role(clusterRole(cluster), [
      {
        apiGroups: ['certificates.k8s.io'],
        resources: ['certificatesigningrequests'],
        verbs: ['create', 'get', 'list', 'watch'],
      },
      { ...own, resources: ['managedclusters'], verbs: ['get', 'list', 'watch', 'update'] },
      { ...own, resources: ['managedclusters/status'], verbs: ['patch', 'update'] },
    ]),
    clusterRoleBinding: {
      apiVersion: apiVersionOf(kinds.ClusterRoleBinding),
      kind: kinds.ClusterRoleBinding.kind,
      metadata: { name: clusterRole(cluster) },
      roleRef: { apiGroup: rbacGroup, kind: 'ClusterRole', name: clusterRole(cluster) },
      subjects,
    },
    roleBindings: [
      binding(`${clusterRole(cluster)}:registration`, registrationRole),
      binding(`${clusterRole(cluster)}:work`, workRole),
    ],
  }
}

const role = (name: string, rules: ClusterRole['rules']): ClusterRole => ({
  apiVersion: apiVersionOf(kinds.ClusterRole),
  kind: kinds.ClusterRole.kind,
  metadata: { name },
  rules,
})
