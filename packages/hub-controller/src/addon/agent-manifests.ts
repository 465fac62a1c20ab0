import { agentRights, type MirrorPeer, type PolicyRule } from '@odfmo/api-types'
import type { DeepReadonly, KubeObject } from '@odfmo/api-types/meta'
import { peerRefsOf } from '../parts.ts'
import { agentDeployment, type AgentValues } from './agent-deployment.ts'
import { spokeNames } from './agent-names.ts'
import { variableOf } from './deployment-config.ts'
import { proxyCa } from './proxy-ca.ts'

const rbac = 'rbac.authorization.k8s.io'
const rbacVersion = `${rbac}/v1`

/**
 * Everything that runs the agent on a cluster, in the order it is applied: a pure function of the cluster's name, the
 * MirrorPeers that hold it there, and the values. Rights reach as far as the StorageClusters those MirrorPeers name.
 */
export const agentManifests = (
  cluster: string,
  mirrorPeers: readonly Pick<DeepReadonly<MirrorPeer>, 'spec'>[],
  given: AgentValues,
): readonly KubeObject[] => {
  const { installNamespace } = given
  const values = { ...given, odrNamespace: odrNamespaceOf(given) }
  const subjects = [{ kind: 'ServiceAccount', name: spokeNames.serviceAccount, namespace: installNamespace }]
  const ca = proxyCa(values.config ?? {}, installNamespace)
  const namespaces = rulesByNamespace(cluster, mirrorPeers, values)
  return [
    {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: spokeNames.serviceAccount, namespace: installNamespace },
    },
    ...namespaces.map(([namespace, rules]) => withRules('Role', { name: spokeNames.role, namespace }, rules)),
    ...namespaces.map(([namespace]) => ({
      apiVersion: rbacVersion,
      kind: 'RoleBinding',
      metadata: { name: spokeNames.roleBinding, namespace },
      roleRef: { apiGroup: rbac, kind: 'Role', name: spokeNames.role },
      subjects,
    })),
    withRules('ClusterRole', { name: spokeNames.clusterRole }, agentRights.spokeCluster),
    {
      apiVersion: rbacVersion,
      kind: 'ClusterRoleBinding',
      metadata: { name: spokeNames.clusterRoleBinding },
      roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: spokeNames.clusterRole },
      subjects,
    } as KubeObject,
    ...(ca === undefined ? [] : [ca.configMap]),
    agentDeployment(cluster, values),
  ]
}

/** Where bucket claims go: what the add-on says, else a variable of its configuration; empty is as not set. */
export const odrNamespaceOf = ({
  odrNamespace,
  config = {},
}: Pick<AgentValues, 'odrNamespace' | 'config'>): string | undefined => {
  const namespace = odrNamespace ?? variableOf(config, 'ODR_NAMESPACE')
  return namespace === '' ? undefined : namespace
}

const withRules = (
  kind: string,
  metadata: KubeObject['metadata'],
  rules: readonly PolicyRule[],
): KubeObject => ({ apiVersion: rbacVersion, kind, metadata, rules }) as KubeObject

/** By name, so that the same wishes in another order are the same manifests. */
const rulesByNamespace = (
  cluster: string,
  mirrorPeers: readonly Pick<DeepReadonly<MirrorPeer>, 'spec'>[],
  { installNamespace, odrNamespace }: AgentValues,
): readonly (readonly [namespace: string, rules: readonly PolicyRule[]])[] => {
  const rules = new Map<string, readonly PolicyRule[]>()
  if (odrNamespace !== undefined) rules.set(odrNamespace, agentRights.bucketNamespace)
  for (const { clusterName, storageClusterRef } of mirrorPeers.flatMap(peerRefsOf)) {
    if (clusterName === cluster) rules.set(storageClusterRef.namespace, agentRights.storageNamespace)
  }
  rules.set(installNamespace, agentRights.installNamespace)
  return [...rules].sort(([a], [b]) => (a < b ? -1 : 1))
}
