import { agentRights, type KubeObject, type PolicyRule } from '@odfmo/api-types'

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

/** What agents are shipped with, by where it is given. */
export const {
  installNamespace: spokeNamespaceRules,
  spokeCluster: spokeClusterRules,
  hubNamespace: hubNamespaceRules,
} = agentRights

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
