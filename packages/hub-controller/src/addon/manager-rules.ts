import { contract, type PolicyRule } from '@odfmo/api-types'
import { hubRbacName } from './agent-names.ts'
import { ocm } from './ocm.ts'

const rule = (
  apiGroup: string,
  resources: string,
  verbs: string,
  resourceNames?: readonly string[],
): PolicyRule => ({
  apiGroups: [apiGroup],
  resources: resources.split(' '),
  ...(resourceNames === undefined ? {} : { resourceNames }),
  verbs: verbs.split(' '),
})

const read = 'get list watch'
const rbac = 'rbac.authorization.k8s.io'

/**
 * What the hub controller must be allowed on the hub for what this folder does. It holds whatever it gives to agents
 * (secrets, MirrorPeers) itself, so it needs neither `bind` nor `escalate`.
 */
export const managerRules: readonly PolicyRule[] = [
  rule(ocm.addonGroup, 'clustermanagementaddons', `${read} create patch`),
  rule(ocm.addonGroup, 'managedclusteraddons', `${read} create patch delete`),
  rule(ocm.addonGroup, 'managedclusteraddons/status', 'patch'),
  // An owner reference that blocks its owner's deletion (where the API server asks for this right).
  rule(ocm.addonGroup, 'clustermanagementaddons/finalizers managedclusteraddons/finalizers', 'update'),
  // Nothing is taken away because of one, so none is got once more.
  rule(ocm.addonGroup, 'addondeploymentconfigs', 'list watch'),
  // Which fields of an add-on this hub keeps.
  rule('apiextensions.k8s.io', 'customresourcedefinitions', 'list watch'),
  rule('cluster.open-cluster-management.io', 'managedclusters', read),
  rule('work.open-cluster-management.io', 'manifestworks', `${read} create patch delete`),
  rule('certificates.k8s.io', 'certificatesigningrequests', read),
  rule('certificates.k8s.io', 'certificatesigningrequests/approval', 'patch'),
  rule('certificates.k8s.io', 'signers', 'approve', [ocm.clientSigner]),
  rule(rbac, 'roles rolebindings clusterroles clusterrolebindings', `${read} create`),
  rule(rbac, 'roles rolebindings clusterroles clusterrolebindings', 'patch delete', [hubRbacName]),
  rule(rbac, 'clusterrolebindings', 'delete', [contract.addon.originalClusterRoleBinding]),
  // Given to agents, in their own namespaces.
  rule('', 'secrets', `${read} create update patch delete`),
  rule(contract.group, 'mirrorpeers', `${read} update patch`),
]
