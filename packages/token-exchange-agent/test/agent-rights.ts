import type { KubeObject, PolicyRule } from '@odfmo/api-types'

/** Where the agent runs. */
export const namespace = 'openshift-storage'

/** Who the agent is on its spoke. */
export const spokeUser = `system:serviceaccount:${namespace}:token-exchange-agent-sa`
/** And on the hub. */
export const hubUser = (clusterName: string): string =>
  `system:open-cluster-management:cluster:${clusterName}:addon:tokenexchange:agent:tokenexchange`

export const rule = (apiGroup: string, resource: string, verbs: string): PolicyRule => ({
  apiGroups: [apiGroup],
  resources: [resource],
  verbs: verbs.split(' '),
})
export const read = 'get list watch'

/** What kinds.ts says the agent needs, and no more. */
export const spokeNamespaceRules: readonly PolicyRule[] = [
  rule('', 'secrets', `${read} create patch delete`),
  rule('', 'configmaps', `${read} create update patch`),
  rule('objectbucket.io', 'objectbucketclaims', `${read} create delete`),
  rule('route.openshift.io', 'routes', read),
  rule('ocs.openshift.io', 'storageclusters', `${read} patch`),
  rule('ceph.rook.io', 'cephclusters', read),
  rule('coordination.k8s.io', 'leases', 'get create update patch'),
]
/** In ODR_NAMESPACE. */
export const claimNamespaceRules: readonly PolicyRule[] = [
  rule('', 'secrets', read),
  rule('', 'configmaps', read),
  rule('objectbucket.io', 'objectbucketclaims', `${read} create delete`),
]
export const spokeClusterRules: readonly PolicyRule[] = [
  rule('storage.k8s.io', 'storageclasses', `${read} patch`),
  rule('replication.storage.openshift.io', 'volumereplicationclasses', `${read} create patch delete`),
  rule('', 'namespaces', read),
]
export const hubNamespaceRules: readonly PolicyRule[] = [rule('', 'secrets', `${read} create patch delete`)]

const rbacApi = 'rbac.authorization.k8s.io'

/** A role of that name with these rules, and somebody bound to it; in a namespace, or in the whole cluster. */
export const granted = (
  name: string,
  namespaced: string | undefined,
  rules: readonly PolicyRule[],
  user: string,
): KubeObject[] => {
  const scope = namespaced === undefined ? 'ClusterRole' : 'Role'
  const metadata = { name, ...(namespaced === undefined ? {} : { namespace: namespaced }) }
  return [
    { apiVersion: `${rbacApi}/v1`, kind: scope, metadata, rules } as KubeObject,
    {
      apiVersion: `${rbacApi}/v1`,
      kind: `${scope}Binding`,
      metadata,
      roleRef: { apiGroup: rbacApi, kind: scope, name },
      subjects: [{ apiGroup: rbacApi, kind: 'User', name: user }],
    } as KubeObject,
  ]
}
