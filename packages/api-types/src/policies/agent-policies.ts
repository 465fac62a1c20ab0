import type {
  ValidatingAdmissionPolicy,
  ValidatingAdmissionPolicyBinding,
} from '../kinds/admission-policies.ts'
import { agentMirrorPeers } from './agent-mirror-peers.ts'
import { agentSecretDeletions, agentSecrets } from './agent-secrets.ts'

/**
 * What the API server itself (Kubernetes 1.30 and later) refuses to the agents of clusters, each policy followed by its
 * binding: they change nothing of a MirrorPeer but their own finalizer, and write and delete Secrets of one type, in
 * their own cluster's namespace only. Requests of all others pass unlooked at.
 */
export const agentPolicies: readonly (ValidatingAdmissionPolicy | ValidatingAdmissionPolicyBinding)[] = [
  ...agentMirrorPeers,
  ...agentSecrets,
  ...agentSecretDeletions,
]
