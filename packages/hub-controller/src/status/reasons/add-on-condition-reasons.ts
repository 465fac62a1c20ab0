import type { ReasonRow } from './row.ts'

/** One reason of a condition that the hub writes on the ManagedClusterAddOn of a cluster. Open Cluster Management knows these words. */
interface AddOnConditionRow extends Omit<ReasonRow, 'on' | 'refusal'> {
  readonly on: 'RegistrationApplied' | 'ManifestApplied'
}

export const addOnConditionReasons = {
  SetPermissionApplied: {
    on: 'RegistrationApplied',
    status: 'True',
    meaning: 'The agent has its rights on the hub, and its klusterlet may ask for a certificate.',
    acts: 'nobody',
    todo: '',
  },
  SetPermissionFailed: {
    on: 'RegistrationApplied',
    status: 'False',
    meaning:
      'The agent is not registered: its rights could not be written, the add-on asks for what is not supported (hosted mode, gRPC), or somebody else’s subject is in status.registrations.',
    acts: 'administrator of the hub',
    todo: 'The message says which.',
  },
  PermissionConfigPending: {
    on: 'RegistrationApplied',
    status: 'False',
    meaning: 'With the token driver: the klusterlet has not written yet who the agent is.',
    acts: 'Open Cluster Management',
    todo: 'If it stays: is the cluster reachable (`kubectl get managedcluster <cluster>`).',
  },
  AddonManifestApplied: {
    on: 'ManifestApplied',
    status: 'True',
    meaning: 'The work agent has applied the agent’s manifests on the managed cluster.',
    acts: 'nobody',
    todo: '',
  },
  AddonManifestAppliedFailed: {
    on: 'ManifestApplied',
    status: 'False',
    meaning: 'The work agent could not apply the agent’s manifests.',
    acts: 'administrator of the managed cluster',
    todo: '`kubectl describe manifestwork -n <cluster>` on the hub says which manifest and why.',
  },
  ManifestWorkApplyFailed: {
    on: 'ManifestApplied',
    status: 'False',
    meaning: 'The ManifestWork could not be written, or its configuration cannot be used.',
    acts: 'administrator of the hub',
    todo: 'The message says why: an AddOnDeploymentConfig that is not there or makes no sense, a webhook, a missing right.',
  },
} as const satisfies Readonly<Record<string, AddOnConditionRow>>

/** What `RegistrationApplied` and `ManifestApplied` can say. */
export type AddOnConditionReason = keyof typeof addOnConditionReasons
