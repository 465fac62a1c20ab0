import { addOnName } from './agent-names.ts'

/** Who the agent of one cluster is on the hub, by the way its klusterlet registers it. */
export interface AgentIdentity {
  /** User names and groups that hub RBAC is bound to. */
  readonly user: string
  /** Empty with the token driver: a service account is in no group of this add-on. */
  readonly groups: readonly string[]
}

export type RegistrationDriver = 'csr' | 'token'

/** The group that only the agents of this cluster are in. */
export const clusterGroup = (cluster: string): string =>
  `system:open-cluster-management:cluster:${cluster}:addon:${addOnName}`

/** The group that the agents of all clusters are in. */
const addOnGroup = `system:open-cluster-management:addon:${addOnName}`

export const authenticatedGroup = 'system:authenticated'

/** What the agent's client certificate says: CN and organisations (csr driver). */
export const certificateIdentity = (cluster: string): AgentIdentity => ({
  user: `${clusterGroup(cluster)}:agent:${addOnName}`,
  // This order, and the third one: the klusterlet registers again when a byte of it changes.
  groups: [clusterGroup(cluster), addOnGroup, authenticatedGroup],
})

/** The service account that OCM makes on the hub for an add-on (token driver). */
export const tokenIdentity = (cluster: string): AgentIdentity => ({
  user: `system:serviceaccount:${cluster}:${addOnName}-agent`,
  groups: [],
})

/** Left out means csr: hubs before OCM 1.2 know no other. */
export const driverOf = (status: { readonly kubeClientDriver?: string } | undefined): RegistrationDriver =>
  status?.kubeClientDriver === 'token' ? 'token' : 'csr'

export const identityOf = (cluster: string, driver: RegistrationDriver): AgentIdentity =>
  driver === 'token' ? tokenIdentity(cluster) : certificateIdentity(cluster)
