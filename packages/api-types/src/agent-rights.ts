import { contract } from './contract.ts'
import type { PolicyRule } from './kinds/rbac.ts'

const rule = (apiGroup: string, resource: string, verbs: string, resourceNames?: string[]): PolicyRule => ({
  apiGroups: [apiGroup],
  resources: [resource],
  ...(resourceNames === undefined ? {} : { resourceNames }),
  verbs: verbs.split(' '),
})

const read = 'get list watch'
const { addon, group, spoke } = contract
const bucketClaims = rule('objectbucket.io', 'objectbucketclaims', `${read} create delete`)

const storageNamespace: readonly PolicyRule[] = [
  rule('', 'secrets', `${read} create patch delete`),
  rule('', 'configmaps', read),
  rule('', 'configmaps', 'patch', [spoke.rookOperatorConfig]),
  bucketClaims,
  rule('route.openshift.io', 'routes', read),
  rule('ocs.openshift.io', 'storageclusters', `${read} patch`),
  rule('ceph.rook.io', 'cephclusters', read),
  // What waits for an administrator is told on the StorageCluster.
  rule('events.k8s.io', 'events', 'create patch'),
]

/**
 * What an agent may do: the roles that the hub controller makes for it, on the hub and on its spoke, and no more. One table
 * for who gives these rights and for who is tried under them.
 */
export const agentRights: {
  /** On the hub, in the namespace of its own cluster. */
  readonly hubNamespace: readonly PolicyRule[]
  /** On the hub, of what has no namespace. */
  readonly hubCluster: readonly PolicyRule[]
  /** On the spoke, where a StorageCluster is: tokens, claims, the cluster itself. */
  readonly storageNamespace: readonly PolicyRule[]
  /** On the spoke, where the agent runs: its locks (the Lease, and the ConfigMap of the original) and its sign of life, too. */
  readonly installNamespace: readonly PolicyRule[]
  /** On the spoke, where bucket claims go when that is elsewhere (`ODR_NAMESPACE`): the claim, and what NooBaa answers it with. */
  readonly bucketNamespace: readonly PolicyRule[]
  /** On the spoke, of what has no namespace. */
  readonly spokeCluster: readonly PolicyRule[]
} = {
  hubNamespace: [
    // `update` is for agents of the original in a mixed fleet.
    rule('', 'secrets', `${read} create delete update patch`),
    // For them too: they look at their own add-on; its status is the hub controller's to write.
    rule('addon.open-cluster-management.io', 'managedclusteraddons', read),
  ],
  hubCluster: [
    // A finalizer is metadata of the object itself; the original's agents write it with a full update, and so does ours
    // where patches are forbidden.
    rule(group, 'mirrorpeers', `${read} update patch`),
  ],
  storageNamespace,
  installNamespace: [
    ...storageNamespace,
    rule('', 'configmaps', 'create'),
    rule('', 'configmaps', 'update', [spoke.lock]),
    rule('coordination.k8s.io', 'leases', 'create'),
    rule('coordination.k8s.io', 'leases', 'get update', [spoke.lock]),
    rule('coordination.k8s.io', 'leases', 'patch', [addon.name]),
  ],
  // Its Secrets are only found by who owns them, never by name.
  bucketNamespace: [rule('', 'secrets', 'list watch'), rule('', 'configmaps', read), bucketClaims],
  spokeCluster: [
    rule('storage.k8s.io', 'storageclasses', `${read} patch`),
    rule('replication.storage.openshift.io', 'volumereplicationclasses', `${read} create patch delete`),
    // Kinds that come later (no router, no replication yet) are noticed by their definitions.
    rule('apiextensions.k8s.io', 'customresourcedefinitions', 'list watch'),
    // The uid of kube-system tells one spoke from another that was cloned from it; and what is refused in a namespace that
    // is gone looks like what is refused in one that is there.
    rule('', 'namespaces', read),
  ],
}
