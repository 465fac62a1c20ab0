import {
  contract,
  kinds,
  type ClusterRole,
  type ClusterRoleBinding,
  type Kind,
  type PolicyRule,
  type Role,
  type RoleBinding,
  type ServiceAccount,
} from '@odfmo/api-types'
import { apiVersionOf, type KubeObject } from '@odfmo/api-types/meta'
import { consoleRules } from '@odfmo/console-init'
import { managerRules } from './addon/manager-rules.ts'

/** Of what is looked at by name: got once more before something is taken away. */
const read = ['get', 'list', 'watch']
/** Of what is only found by indexes. */
const find = ['list', 'watch']

const rule = (kind: Kind, verbs: readonly string[], more: Partial<PolicyRule> = {}): PolicyRule => ({
  apiGroups: [kind.group],
  resources: [kind.plural],
  verbs,
  ...more,
})

const status = (kind: Kind, verbs: readonly string[]): PolicyRule => ({
  apiGroups: [kind.group],
  resources: [`${kind.plural}/status`],
  verbs,
})

/**
 * What the hub controller may do on the whole hub: exactly the verbs it uses. It can read Secrets everywhere
 * because clusters come and go, each with a namespace; what it reads is selected by label. What it gives to
 * agents it holds itself, so it needs neither `bind` nor `escalate`.
 */
const hubRules: readonly PolicyRule[] = [
  rule(kinds.MirrorPeer, [...read, 'update', 'patch']),
  status(kinds.MirrorPeer, ['patch']),
  rule(kinds.ManagedCluster, read),
  rule(kinds.Namespace, read),
  rule(kinds.Secret, [...read, 'create', 'update', 'patch', 'delete']),
  rule(kinds.DRCluster, [...read, 'create', 'patch', 'delete']),
  rule(kinds.DRPolicy, find),
  // Whether a kind that is not served yet (Ramen's, OpenShift's) has come.
  rule(kinds.CustomResourceDefinition, find),
  rule(kinds.Event, ['create', 'patch']),
  ...managerRules,
  ...consoleRules.cluster,
]

/** What it may do in its own namespace: Ramen's config, the console, and the lease that says which replica works. */
const ownNamespaceRules: readonly PolicyRule[] = [
  rule(kinds.ConfigMap, [...read, 'patch'], { resourceNames: [contract.ramen.configMap] }),
  rule(kinds.Lease, ['create']),
  rule(kinds.Lease, ['get', 'update'], { resourceNames: [contract.hubLease] }),
  ...consoleRules.own,
]

/** The rules with one entry per group, resource and names: what several parts need is said once. */
export const merged = (rules: readonly PolicyRule[]): readonly PolicyRule[] => {
  const byResource = new Map<string, PolicyRule>()
  for (const { apiGroups = [], resources = [], resourceNames, verbs } of rules) {
    for (const resource of resources) {
      const id = JSON.stringify([apiGroups, resource, resourceNames])
      const known = byResource.get(id)?.verbs ?? []
      byResource.set(id, {
        apiGroups,
        resources: [resource],
        ...(resourceNames === undefined ? {} : { resourceNames }),
        verbs: [...new Set([...known, ...verbs])],
      })
    }
  }
  return [...byResource.values()]
}

export const hubAccountName = 'odfmo-hub-controller'

const object = <T extends KubeObject>(kind: Kind<T>, fields: Omit<T, 'apiVersion' | 'kind'>): T =>
  ({ apiVersion: apiVersionOf(kind), kind: kind.kind, ...fields }) as T

/** Everything the hub controller needs to be allowed, for an installation into `namespace`. */
export const hubRbac = (
  namespace: string,
): readonly [ServiceAccount, ClusterRole, ClusterRoleBinding, Role, RoleBinding] => {
  const name = hubAccountName
  const subjects = [{ kind: 'ServiceAccount', name, namespace }]
  const roleRef = (kind: string) => ({ apiGroup: kinds.Role.group, kind, name })
  return [
    object(kinds.ServiceAccount, { metadata: { name, namespace } }),
    object(kinds.ClusterRole, { metadata: { name }, rules: merged(hubRules) }),
    object(kinds.ClusterRoleBinding, { metadata: { name }, roleRef: roleRef('ClusterRole'), subjects }),
    object(kinds.Role, { metadata: { name, namespace }, rules: merged(ownNamespaceRules) }),
    object(kinds.RoleBinding, { metadata: { name, namespace }, roleRef: roleRef('Role'), subjects }),
  ]
}
