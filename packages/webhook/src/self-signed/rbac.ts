import {
  kinds,
  type ClusterRole,
  type ClusterRoleBinding,
  type Kind,
  type PolicyRule,
  type Role,
  type RoleBinding,
} from '@odfmo/api-types'
import { apiVersionOf, type KubeObject } from '@odfmo/api-types/meta'
import { installedIn, type SelfSignedNames } from './names.ts'

/** Looked at by name, before and after a write; followed by a watch of one name. */
const read = ['get', 'list', 'watch']

const rule = (kind: Kind, verbs: readonly string[], resourceNames?: readonly string[]): PolicyRule => ({
  apiGroups: [kind.group],
  resources: [kind.plural],
  verbs,
  ...(resourceNames === undefined ? {} : { resourceNames }),
})

/** `create` cannot be limited to a name: no object is there yet. */
const secretRules = ({ secret }: SelfSignedNames): readonly PolicyRule[] => [
  rule(kinds.Secret, ['create']),
  rule(kinds.Secret, [...read, 'patch'], [secret]),
]

const configurationRules = ({ mutating, validating }: SelfSignedNames): readonly PolicyRule[] => [
  rule(kinds.MutatingWebhookConfiguration, [...read, 'patch'], [mutating]),
  rule(kinds.ValidatingWebhookConfiguration, [...read, 'patch'], [validating]),
]

/** The webhook's account, and the name of its roles. */
export const webhookAccountName = 'odfmo-webhook'

const object = <T extends KubeObject>(kind: Kind<T>, fields: Omit<T, 'apiVersion' | 'kind'>): T =>
  ({ apiVersion: apiVersionOf(kind), kind: kind.kind, ...fields }) as T

/**
 * What a webhook with `--self-signed` needs to be allowed, beside its account: exactly the verbs it uses. One that has its
 * certificate from files asks no API server anything.
 */
export const selfSignedRbac = (
  namespace: string,
  names: SelfSignedNames = installedIn(namespace),
): readonly [ClusterRole, ClusterRoleBinding, Role, RoleBinding] => {
  const name = webhookAccountName
  const subjects = [{ kind: 'ServiceAccount', name, namespace }]
  const roleRef = (kind: string) => ({ apiGroup: kinds.Role.group, kind, name })
  return [
    object(kinds.ClusterRole, { metadata: { name }, rules: configurationRules(names) }),
    object(kinds.ClusterRoleBinding, { metadata: { name }, roleRef: roleRef('ClusterRole'), subjects }),
    object(kinds.Role, { metadata: { name, namespace }, rules: secretRules(names) }),
    object(kinds.RoleBinding, { metadata: { name, namespace }, roleRef: roleRef('Role'), subjects }),
  ]
}
