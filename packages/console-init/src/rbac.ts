import {
  kinds,
  type ClusterRole,
  type ClusterRoleBinding,
  type Kind,
  type Role,
  type RoleBinding,
  type ServiceAccount,
} from '@odfmo/api-types'
import { apiVersionOf, type KubeObject } from '@odfmo/api-types/meta'
import { consoleRules } from './console-rules.ts'
import { serviceName as name } from './service-name.ts'

const object = <T extends KubeObject>(kind: Kind<T>, fields: Omit<T, 'apiVersion' | 'kind'>): T =>
  ({ apiVersion: apiVersionOf(kind), kind: kind.kind, ...fields }) as T

/** The lease that says which replica works, with `--leader-elect`. */
const lease = { apiGroups: [kinds.Lease.group], resources: [kinds.Lease.plural] }

/** Everything the service needs to be allowed, for an installation into `namespace`: exactly the verbs it uses. */
export const consoleInitRbac = (
  namespace: string,
): readonly [ServiceAccount, ClusterRole, ClusterRoleBinding, Role, RoleBinding] => {
  const subjects = [{ kind: 'ServiceAccount', name, namespace }]
  const roleRef = (kind: string) => ({ apiGroup: kinds.Role.group, kind, name })
  const ownRules = [
    ...consoleRules.own,
    // What only a person can put right is told on the Deployment.
    { apiGroups: [kinds.Event.group], resources: [kinds.Event.plural], verbs: ['create', 'patch'] },
    { ...lease, verbs: ['create'] },
    { ...lease, resourceNames: [name], verbs: ['get', 'update'] },
  ]
  return [
    object(kinds.ServiceAccount, { metadata: { name, namespace } }),
    object(kinds.ClusterRole, { metadata: { name }, rules: consoleRules.cluster }),
    object(kinds.ClusterRoleBinding, { metadata: { name }, roleRef: roleRef('ClusterRole'), subjects }),
    object(kinds.Role, { metadata: { name, namespace }, rules: ownRules }),
    object(kinds.RoleBinding, { metadata: { name, namespace }, roleRef: roleRef('Role'), subjects }),
  ]
}
