import type { PolicyRule } from '@odfmo/api-types'

const rule = (apiGroup: string, resource: string, verbs: string): PolicyRule => ({
  apiGroups: [apiGroup],
  resources: [resource],
  verbs: verbs.split(' '),
})

const read = 'get list watch'
const events: readonly PolicyRule[] = [
  rule('', 'events', 'create patch'),
  rule('events.k8s.io', 'events', 'create patch'),
]
const bucketClaims = rule('objectbucket.io', 'objectbucketclaims', `${read} create patch delete`)

/** Where a StorageCluster is: tokens, claims, the cluster itself. */
export const storageNamespaceRules: readonly PolicyRule[] = [
  rule('', 'secrets', `${read} create patch delete`),
  rule('', 'configmaps', `${read} patch`),
  bucketClaims,
  rule('route.openshift.io', 'routes', read),
  rule('ocs.openshift.io', 'storageclusters', `${read} patch`),
  rule('ceph.rook.io', 'cephclusters', read),
  ...events,
]

/** Where the agent runs: its locks (the Lease, and the ConfigMap of the original) and its sign of life, too. */
export const installNamespaceRules: readonly PolicyRule[] = [
  ...storageNamespaceRules,
  rule('', 'configmaps', 'create update'),
  rule('coordination.k8s.io', 'leases', `${read} create update patch`),
]

/** Where bucket claims go when that is elsewhere (`ODR_NAMESPACE`): the claim, and what NooBaa answers it with. */
export const bucketNamespaceRules: readonly PolicyRule[] = [
  rule('', 'secrets', read),
  rule('', 'configmaps', read),
  bucketClaims,
  ...events,
]

/** What has no namespace. */
export const clusterRules: readonly PolicyRule[] = [
  rule('storage.k8s.io', 'storageclasses', `${read} patch`),
  rule('replication.storage.openshift.io', 'volumereplicationclasses', `${read} create patch delete`),
  // Kinds that come later (no router, no replication yet) are noticed by their definitions.
  rule('apiextensions.k8s.io', 'customresourcedefinitions', 'list watch'),
  // The uid of kube-system tells one spoke from another that was cloned from it; and what is refused in a namespace that
  // is gone looks like what is refused in one that is there.
  rule('', 'namespaces', read),
]
