import { contract } from '@odfmo/api-types'

/** Names of the add-on and of what it deploys; all are the original's, so that nothing is made again on take-over. */
export const addOnName = contract.addon.name

/** Secret the klusterlet leaves beside the agent: its kubeconfig for the hub. */
export const hubKubeconfigSecret = contract.addon.hubKubeconfigSecret

/** Role, RoleBinding, ClusterRole and ClusterRoleBinding of the agents on the hub. */
export const hubRbacName = contract.addon.hubRbac

/** The original's ClusterRoleBinding that gave every agent every secret on the hub. */
export const originalBindingName = contract.addon.originalClusterRoleBinding

/** Name of a work that we make; an existing one keeps its own (`addon-tokenexchange-deploy`). */
export const manifestWorkName = `addon-${addOnName}-deploy-0`

/** What is made on the spoke. */
export const spokeNames = {
  deployment: 'token-exchange-agent',
  serviceAccount: 'token-exchange-agent-sa',
  role: 'token-exchange-agent-role',
  roleBinding: 'token-exchange-agent-rolebinding',
  clusterRole: 'token-exchange-agent-role',
  clusterRoleBinding: 'token-exchange-agent',
} as const
