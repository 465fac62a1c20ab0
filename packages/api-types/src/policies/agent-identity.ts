import type { NamedExpression } from '../kinds/admission-policies.ts'

/*
 * Who is an agent, in CEL: the same users as `clusterOfAgent` knows. RE2's `$` is the end of the text only, and the
 * cluster holds no colon, so nothing can stand before, after or in between.
 */

const users = [
  'system:open-cluster-management:cluster:[^:]+:addon:tokenexchange:agent:tokenexchange',
  'system:serviceaccount:[^:]+:tokenexchange-agent',
]

/** Nobody else's requests are looked at any further. A user without a name is nobody's agent, and no error. */
export const isAgent: NamedExpression = {
  name: 'is-agent',
  expression: `has(request.userInfo.username) && request.userInfo.username.matches('^(${users.join('|')})$')`,
}

/** The cluster whose agent asks, as `variables.cluster`; for a user that passed `isAgent`. */
export const agentsCluster: NamedExpression = {
  name: 'cluster',
  expression:
    "request.userInfo.username.split(':')[request.userInfo.username.startsWith('system:serviceaccount:') ? 2 : 3]",
}
