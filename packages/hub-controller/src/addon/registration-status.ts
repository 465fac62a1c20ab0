import type { ManagedClusterAddOn } from '@odfmo/api-types'
import type { Condition, DeepReadonly } from '@odfmo/api-types/meta'
import type { AddOnConditionReason } from '../status/reasons/add-on-condition-reasons.ts'
import { driverOf } from './agent-identity.ts'
import { supportedConfigs } from './cluster-management-add-on.ts'
import { findCondition, withCondition, withoutCondition, type Statement } from './conditions.ts'
import { registrationsFor, type Registrations } from './registrations.ts'

/** What the status of an add-on is computed from. */
export interface RegistrationInput {
  readonly cluster: string
  readonly addOn: DeepReadonly<ManagedClusterAddOn>
  /** Why this cluster's agent is not registered by us at all: hosted mode, gRPC. */
  readonly refused?: string | undefined
  /** Why the hub's RBAC could not be written. */
  readonly rbacFailed?: string | undefined
  /** Why the ManifestWork could not be written. */
  readonly workFailed?: string | undefined
  /** The work's `Applied` condition; undefined: there is none yet. */
  readonly applied?: Pick<DeepReadonly<Condition>, 'status' | 'message'> | undefined
  /** Whether the hub keeps `status.namespace`; left out: it does. */
  readonly keepsNamespace?: boolean | undefined
  /** RFC 3339, for conditions that change now. */
  readonly now: string
}

type Status = NonNullable<DeepReadonly<ManagedClusterAddOn>['status']>

/** The status as it should be: our fields and our two conditions; everybody else's stay as they are. */
export const registrationStatus = (input: RegistrationInput): Status => {
  const { cluster, addOn, now } = input
  const status = addOn.status ?? {}
  const registrations = registrationsFor(cluster, driverOf(status), status.registrations)
  const namespace = addOn.spec?.installNamespace
  // A refused agent keeps what it has: taking a registration away would be a change the klusterlet acts on.
  const written =
    input.refused === undefined && input.rbacFailed === undefined && registrations.is !== 'foreign'
  return {
    ...status,
    supportedConfigs: [...supportedConfigs],
    ...(written ? { registrations: registrations.entries } : {}),
    ...(written && namespace !== undefined && input.keepsNamespace !== false ? { namespace } : {}),
    conditions: withManifestApplied(
      withCondition(status.conditions, registrationApplied(input, registrations), now),
      input,
    ),
  }
}

const registrationApplied = (
  { refused, rbacFailed }: RegistrationInput,
  registrations: Registrations,
): Statement => {
  const not = (reason: AddOnConditionReason, message: string): Statement => ({
    type: 'RegistrationApplied',
    status: 'False',
    reason,
    message,
  })
  if (refused !== undefined) return not('SetPermissionFailed', refused)
  if (rbacFailed !== undefined) return not('SetPermissionFailed', rbacFailed)
  switch (registrations.is) {
    case 'foreign':
      return not('SetPermissionFailed', registrations.message)
    case 'pending':
      return not(
        'PermissionConfigPending',
        'the klusterlet has not written the subject of the token driver yet',
      )
    case 'registered':
      return {
        type: 'RegistrationApplied',
        status: 'True',
        reason: 'SetPermissionApplied',
        message: 'Registration of the addon agent is configured',
      }
  }
}

const manifestApplied = 'ManifestApplied'

const withManifestApplied = (
  conditions: readonly DeepReadonly<Condition>[],
  { refused, workFailed, applied, now }: RegistrationInput,
): readonly DeepReadonly<Condition>[] => {
  const set = (
    status: 'True' | 'False',
    reason: AddOnConditionReason,
    message: string,
  ): readonly DeepReadonly<Condition>[] =>
    withCondition(conditions, { type: manifestApplied, status, reason, message }, now)
  const failed = refused ?? workFailed
  if (failed !== undefined) return set('False', 'ManifestWorkApplyFailed', failed)
  switch (applied?.status) {
    case 'True':
      return set('True', 'AddonManifestApplied', 'manifests of addon are applied successfully')
    case 'False':
      return set(
        'False',
        'AddonManifestAppliedFailed',
        `the work agent could not apply the manifests: ${applied.message}`,
      )
    case 'Unknown':
    case undefined:
      // Not looked at yet. An old failure is no news any more; an old success still stands.
      return findCondition(conditions, manifestApplied)?.status === 'False'
        ? withoutCondition(conditions, manifestApplied)
        : conditions
  }
}
