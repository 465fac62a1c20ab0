import type { CaseApi } from '../../case-api.ts'
import type { CallOptions } from '../../case-api.ts'

export const rbacGroup = 'rbac.authorization.k8s.io'
/** Of the paths of `api.in`. */
export const roles = `${rbacGroup}/v1/roles`
export const roleBindings = `${rbacGroup}/v1/rolebindings`
export const clusterRoles = `/apis/${rbacGroup}/v1/clusterroles`
export const clusterRoleBindings = `/apis/${rbacGroup}/v1/clusterrolebindings`

export interface Rule {
  readonly verbs: readonly string[]
  readonly apiGroups?: readonly string[]
  readonly resources?: readonly string[]
  readonly resourceNames?: readonly string[]
  readonly nonResourceURLs?: readonly string[]
}

export const rule = (
  verbs: readonly string[],
  group: string,
  resources: readonly string[],
  ...resourceNames: readonly string[]
): Rule => ({
  verbs,
  apiGroups: [group],
  resources,
  ...(resourceNames.length === 0 ? {} : { resourceNames }),
})

export const role = (name: string, rules: readonly Rule[]) => ({
  apiVersion: `${rbacGroup}/v1`,
  kind: 'Role',
  metadata: { name },
  rules,
})

export const clusterRole = (
  name: string,
  rules: readonly Rule[],
  labels: Readonly<Record<string, string>> = {},
) => ({ apiVersion: `${rbacGroup}/v1`, kind: 'ClusterRole', metadata: { name, labels }, rules })

export const user = (name: string) => ({ apiGroup: rbacGroup, kind: 'User', name })
export const group = (name: string) => ({ apiGroup: rbacGroup, kind: 'Group', name })

export const roleBinding = (
  name: string,
  kind: 'Role' | 'ClusterRole',
  of: string,
  ...subjects: object[]
) => ({
  apiVersion: `${rbacGroup}/v1`,
  kind: 'RoleBinding',
  metadata: { name },
  roleRef: { apiGroup: rbacGroup, kind, name: of },
  subjects,
})

export const clusterRoleBinding = (name: string, of: string, ...subjects: object[]) => ({
  ...roleBinding(name, 'ClusterRole', of, ...subjects),
  kind: 'ClusterRoleBinding',
})

/** Nothing to see: what somebody's rights are made of is not what the cases are about that use them. */
const quiet: CallOptions = { show: () => undefined }

/** A server follows roles and bindings with a delay: whoever has this right has the others of the same role too. */
const probe: Rule = rule(['get'], '', ['configmaps'], 'probe')

/** Gives a subject these rights in the case's namespace; resolves when `as` has them. */
export const grant = async (
  api: CaseApi,
  as: CaseApi,
  subject: object,
  rules: readonly Rule[],
): Promise<void> => {
  await api.post(api.in(roles), role('granted', [...rules, probe]), quiet)
  await api.post(api.in(roleBindings), roleBinding('granted', 'Role', 'granted', subject), quiet)
  await as.until(api.in('configmaps', 'probe'), ({ status }) => status === 404, quiet)
}

/** Gives a subject these rights in the whole cluster; resolves when `as` has them. */
export const grantEverywhere = async (
  api: CaseApi,
  as: CaseApi,
  subject: object,
  rules: readonly Rule[],
  roleName = 'granted',
): Promise<void> => {
  const name = api.unique(roleName)
  await api.post(clusterRoles, clusterRole(name, [...rules, probe]), quiet)
  await api.post(clusterRoleBindings, clusterRoleBinding(name, name, subject), quiet)
  await as.until(api.in('configmaps', 'probe'), ({ status }) => status === 404, quiet)
}
