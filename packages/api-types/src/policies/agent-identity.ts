import type { NamedExpression } from '../kinds/admission-policies.ts'

/*
 * Who is an agent, in CEL: the same users and groups as `clustersOfAgent` knows. The hub gives rights to the group of a
 * cluster's agent too, so whoever is in it is held to what agents may do, whatever the name in the certificate. RE2's `$` is
 * the end of the text only, and the cluster holds no colon, so nothing can stand before, after or in between.
 */

const group = 'system:open-cluster-management:cluster:[^:]+:addon:tokenexchange'
const users = [`${group}:agent:tokenexchange`, 'system:serviceaccount:[^:]+:tokenexchange-agent']

// Said without optionals: the webhook's configuration says it too, which older servers read.
const username = 'request.userInfo.username'
const groups = 'request.userInfo.groups'
const isAgentsUser = `has(${username}) && ${username}.matches('^(${users.join('|')})$')`
const isAgentsGroup = `g.matches('^${group}$')`

/** Nobody else's requests are looked at any further. A user without a name is nobody's agent, and no error. */
export const isAgent: NamedExpression = {
  name: 'is-agent',
  expression: `${isAgentsUser} || has(${groups}) && ${groups}.exists(g, ${isAgentsGroup})`,
}

/** The clusters whose agent asks, by user and by groups, as `variables.clusters`; for those that passed `isAgent`. */
export const agentsClusters: NamedExpression = {
  name: 'clusters',
  expression: [
    `(${isAgentsUser} ? [${username}.split(':')[${username}.startsWith('system:serviceaccount:') ? 2 : 3]] : [])`,
    `(has(${groups}) ? ${groups}.filter(g, ${isAgentsGroup}).map(g, g.split(':')[3]) : [])`,
  ].join(' + '),
}

/** The first of them, as `variables.cluster`; the policies refuse whoever is the agent of another one too. */
export const agentsCluster: NamedExpression = { name: 'cluster', expression: 'variables.clusters[0]' }
