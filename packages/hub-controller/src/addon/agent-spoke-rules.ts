import type { PolicyRule } from '@odfmo/api-types'

const rule = (apiGroup: string, resource: string, verbs: string, resourceNames?: readonly string[]): PolicyRule => ({
  apiGroups: [apiGroup],
  resources: [resource],
  ...(resourceNames === undefined ? {} : { resourceNames }),
  verbs: verbs.split(' '),
})

const read = 'get list watch'

/** Where a StorageCluster is: tokens, claims, the cluster itself. */
export const storageNamespaceRules: readonly PolicyRule[] = [
  rule('', 'secrets', `${read} create update patch delete`),
  rule('', 'configmaps', `${read} create update patch delete`),
  rule('objectbucket.io', 'objectbucketclaims', `${read} create update patch delete`),
  rule('route.openshift.io', 'routes', read),
  rule('ocs.openshift.io', 'storageclusters', `${read} update patch`),
  rule('ceph.rook.io', 'cephclusters', read),
  rule('', 'events', 'create patch'),
  rule('events.k8s.io', 'events', 'create patch'),
]

/** Where the agent runs: its lock and its sign of life, too. */
export const installNamespaceRules: readonly PolicyRule[] = [
  ...storageNamespaceRules,
  rule('coordination.k8s.io', 'leases', `${read} create update patch delete`),
]

/** Where bucket claims go when that is elsewhere (`ODR_NAMESPACE`): the claim, and what NooBaa answers it with. */
export const bucketNamespaceRules: readonly PolicyRule[] = [
  rule('', 'secrets', read),
  rule('', 'configmaps', read),
  rule('objectbucket.io', 'objectbucketclaims', `${read} create update patch delete`),
  rule('', 'events', 'create patch'),
  rule('events.k8s.io', 'events', 'create patch'),
]

/** What has no namespace. */
export const clusterRules: readonly PolicyRule[] = [
  rule('storage.k8s.io', 'storageclasses', `${read} update patch`),
  rule('replication.storage.openshift.io', 'volumereplicationclasses', `${read} create update patch delete`),
  // Kinds that come later (no router, no replication yet) are noticed by their definitions.
  rule('apiextensions.k8s.io', 'customresourcedefinitions', 'list watch'),
  // Its uid tells one spoke from another that was cloned from it.
  rule('', 'namespaces', read, ['kube-system']),
]
