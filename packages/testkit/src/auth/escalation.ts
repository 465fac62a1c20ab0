import { forbidden, notFound } from '../api-error.ts'
import type { KubeObject } from '../kube-object.ts'
import { isJsonObject, jsonEqual } from '../kube-object.ts'
import type { Admission } from '../verbs/api.ts'
import { systemMasters } from './identity.ts'
import type { Identity } from './identity.ts'
import { compacted, compactRule, rulesNotCovered } from './policy-rule.ts'
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

const refusal = (identity: Identity, missing: readonly PolicyRule[], problems: readonly string[]): string => {
  const groups = identity.groups.map((group) => JSON.stringify(group)).join(' ')
  const lines = [...new Set(compacted(missing).map(compactRule))].toSorted().join('\n')
  const because =
    problems.length === 0
      ? ''
      : `; resolution errors: ${problems.length === 1 ? problems[0] : `[${problems.join(', ')}]`}`
  return `user ${JSON.stringify(identity.user)} (groups=[${groups}]) is attempting to grant RBAC permissions not currently held:\n${lines}${because}`
}

const judged = (kind: string): 'role' | 'binding' | undefined => {
  if (kind === 'Role' || kind === 'ClusterRole') return 'role'
  return kind === 'RoleBinding' || kind === 'ClusterRoleBinding' ? 'binding' : undefined
}

/** Whether an update is only what garbage collection needs; such a one grants nothing, whoever makes it. */
const isForGarbageCollection = (object: KubeObject, old: KubeObject): boolean => {
  const { ownerReferences, finalizers, managedFields } = old.metadata
  const compared = { ...object, metadata: { ...object.metadata, ownerReferences, finalizers, managedFields } }
  return jsonEqual(compared, old)
}

const everything: readonly PolicyRule[] = [
  { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
  { verbs: ['*'], nonResourceURLs: ['*'] },
]

const aggregates = (role: KubeObject | undefined): boolean => isJsonObject(role?.['aggregationRule'])

/** Nobody grants by roles or bindings what they do not have themselves, unless they may `escalate` or `bind`. */
export const escalationCheck =
  (roles: RoleBook): Admission =>
  ({ resource, namespace }, object, old, { identity }) => {
    const what = resource.group === rbacGroup ? judged(resource.kind) : undefined
    if (what === undefined || identity.groups.includes(systemMasters)) return
    if (old !== undefined && isForGarbageCollection(object, old)) return
    const name = object.metadata.name ?? ''
    const held = roles.rulesFor(identity, namespace)
    const demand = (wanted: readonly PolicyRule[]): void => {
      const missing = rulesNotCovered(held.rules, wanted)
      if (missing.length > 0) throw forbidden(resource, name, refusal(identity, missing, held.problems))
    }
    if (what === 'role') {
      if (mayDo(roles, identity, 'escalate', resource.plural, namespace, name)) return
      demand(rulesOf(object))
      // it could gather anything
      const mayGather = rulesNotCovered(held.rules, everything).length === 0
      if ((aggregates(object) || aggregates(old)) && !mayGather)
        throw forbidden(resource, name, 'must have cluster-admin privileges to use the aggregationRule')
      return
    }
    const ref = roleRefOf(object)
    const plural = ref.kind === 'ClusterRole' ? 'clusterroles' : 'roles'
    if (mayDo(roles, identity, 'bind', plural, namespace, ref.name)) return
    const wanted = roles.rulesOfRole(ref, namespace)
    // Told of the resource that is written, as the server does, not of the role's.
    if (wanted === undefined) throw notFound(resource, ref.name)
    demand(wanted)
  }
