import { forbidden, notFound } from '../api-error.ts'
import type { KubeObject } from '../kube-object.ts'
import { jsonEqual } from '../kube-object.ts'
import type { Admission } from '../verbs/api.ts'
import { systemMasters } from './identity.ts'
import type { Identity } from './identity.ts'
import { compactRule, rulesNotCovered } from './policy-rule.ts'
import type { PolicyRule } from './policy-rule.ts'
import { roleRefOf, rulesOf } from './role-book.ts'
import type { RoleBook } from './role-book.ts'

const rbacGroup = 'rbac.authorization.k8s.io'

const mayDo = (
  roles: RoleBook,
  identity: Identity,
  verb: string,
  plural: string,
  namespace: string,
  name: string,
): boolean =>
  roles.decide(identity, {
    isResource: true,
    verb,
    group: rbacGroup,
    plural,
    subresource: '',
    namespace,
    name,
  }).allowed

const refusal = (identity: Identity, missing: readonly PolicyRule[]): string => {
  const groups = identity.groups.map((group) => JSON.stringify(group)).join(' ')
  const lines = missing.map(compactRule).join('\n')
  return `user ${JSON.stringify(identity.user)} (groups=[${groups}]) is attempting to grant RBAC permissions not currently held:\n${lines}`
}

const judged = (kind: string): 'role' | 'binding' | undefined => {
  if (kind === 'Role' || kind === 'ClusterRole') return 'role'
  return kind === 'RoleBinding' || kind === 'ClusterRoleBinding' ? 'binding' : undefined
}

const unchanged = (object: KubeObject, old: KubeObject | undefined): boolean =>
  old !== undefined &&
  ['rules', 'aggregationRule', 'roleRef', 'subjects'].every((field) =>
    jsonEqual(object[field] ?? null, old[field] ?? null),
  )

/** Nobody grants by roles or bindings what they do not have themselves, unless they may `escalate` or `bind`. */
export const escalationCheck =
  (roles: RoleBook): Admission =>
  ({ resource, namespace }, object, old, { identity }) => {
    const what = resource.group === rbacGroup ? judged(resource.kind) : undefined
    if (what === undefined || identity.groups.includes(systemMasters) || unchanged(object, old)) return
    const name = object.metadata.name ?? ''
    let wanted: readonly PolicyRule[]
    if (what === 'role') {
      if (mayDo(roles, identity, 'escalate', resource.plural, namespace, name)) return
      if (object['aggregationRule'] !== undefined && object['aggregationRule'] !== null)
        wanted = [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }]
      else wanted = rulesOf(object)
    } else {
      const ref = roleRefOf(object)
      const plural = ref.kind === 'ClusterRole' ? 'clusterroles' : 'roles'
      if (mayDo(roles, identity, 'bind', plural, namespace, ref.name)) return
      const found = roles.rulesOfRole(ref, namespace)
      // What the server's look at the role answers is passed on as it is.
      if (found === undefined) throw notFound({ group: rbacGroup, plural }, ref.name)
      wanted = found
    }
    const missing = rulesNotCovered(roles.rulesFor(identity, namespace).rules, wanted)
    if (missing.length > 0) throw forbidden(resource, name, refusal(identity, missing))
  }
