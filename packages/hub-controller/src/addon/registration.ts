import type { ManagedClusterAddOn } from '@odfmo/api-types'
import type { ObjectKey } from '@odfmo/api-types/meta'
import { derived, edited, from, leave, type Derived, type State, type World } from '@odfmo/controller-kit'
import type { AddonContext } from './addon-context.ts'
import type { AddonIndexes } from './addon-indexes.ts'
import { configurationReasons } from './configuration.ts'
import { addOnDefinitionKey, keepsStatusField } from './add-on-definition.ts'
import { addOnKeysOf } from './add-on-key.ts'
import { isOwned } from './add-on-owner.ts'
import { driverOf, identityOf } from './agent-identity.ts'
import { clusterRoleBindingKey } from './cluster-role-binding.ts'
import { timestamp } from './conditions.ts'
import { workKeyOf } from './manifest-work.ts'
import { refusalOf } from './refusal.ts'
import { registrationStatus } from './registration-status.ts'
import { roleKey } from './role.ts'
import { holdOf } from './hold.ts'
import { workApplied } from './work-applied.ts'
import { waiting } from '../status/waiting.ts'

/** The derived objects that a registration stands on. */
export interface RegistrationParts {
  readonly role: Derived
  readonly roleBinding: Derived
  readonly clusterRole: Derived
  readonly clusterRoleBinding: Derived
  readonly manifestWork: Derived
}

/** Our part of an add-on's status: who its agent is on the hub, and whether its manifests are applied. */
export const registration = (
  context: AddonContext,
  indexes: AddonIndexes,
  parts: RegistrationParts,
): Derived<ManagedClusterAddOn> => {
  const { kinds } = context
  return derived({
    name: 'registration',
    kind: kinds.ManagedClusterAddOn,
    subresource: 'status',
    keys: [from(kinds.ManagedClusterAddOn, addOnKeysOf)],
    wanted(key, world) {
      const cluster = key.namespace ?? ''
      const addOn = world.get(kinds.ManagedClusterAddOn, key)
      if (addOn === undefined || addOn.metadata.deletionTimestamp !== undefined) return leave()
      const hold = holdOf(context, world, cluster)
      if (hold.is === 'none' || hold.is === 'paused') return leave()
      if (hold.is === 'leaving') return waiting('NoManagedCluster', hold.message)
      if (hold.managedCluster.spec?.hubAcceptsClient !== true) {
        return waiting('NotAccepted', `ManagedCluster ${cluster} is not accepted: accept it on the hub`)
      }
      if (!isOwned(context, world, addOn)) {
        return waiting(
          'NotOwned',
          `ManagedClusterAddOn ${cluster}/${key.name} has no owner reference to its ClusterManagementAddOn`,
        )
      }
      const rbac = worstOf(rbacStates(world, cluster, parts))
      if (rbac !== undefined && rbac.is !== 'failed')
        return waiting('HubRbacPending', `hub RBAC of ${cluster}: ${rbac.message}`)
      const { user } = identityOf(cluster, driverOf(addOn.status))
      if (rbac === undefined && world.find(indexes.bindingsByUser, user, []).length === 0) {
        return waiting(
          'HubRbacPending',
          `ClusterRoleBinding ${clusterRoleBindingKey.name} does not name ${user} yet`,
        )
      }
      const workKey = workKeyOf(indexes, world, cluster)
      const work = world.state(parts.manifestWork, workKey)
      const status = registrationStatus({
        cluster,
        addOn,
        refused: refusalOf(indexes, world, addOn)?.message,
        rbacFailed: rbac?.message,
        workFailed: workFailure(work),
        applied: workApplied(world.status(kinds.ManifestWork, workKey)?.status),
        keepsNamespace: keepsStatusField(world.spec(kinds.AddOnDefinition, addOnDefinitionKey), 'namespace'),
        now: timestamp(world.now()),
      })
      return edited({ ...addOn, status })
    },
  })
}

const rbacStates = (world: World, cluster: string, parts: RegistrationParts): readonly State[] => {
  const of = (part: Derived, key: ObjectKey): State => world.state(part, key)
  return [
    of(parts.role, roleKey(cluster)),
    of(parts.roleBinding, roleKey(cluster)),
    of(parts.clusterRole, clusterRoleBindingKey),
    of(parts.clusterRoleBinding, clusterRoleBindingKey),
  ]
}

/** A failed part if there is one, else one that does not stand yet, else nothing. */
const worstOf = (
  states: readonly State[],
): { readonly is: 'failed' | 'pending'; readonly message: string } | undefined => {
  const failed = states.find(isFailed)
  const missing = failed ?? states.find(({ is }) => is !== 'present')
  if (missing === undefined) return undefined
  const message = 'message' in missing ? missing.message : `it is ${missing.is}`
  return { is: failed === undefined ? 'pending' : 'failed', message }
}

/** A namespace that OCM has not made yet is no failure: it comes with the cluster. */
const isFailed = (state: State): boolean => state.is === 'failed' && state.reason !== 'NamespaceOrKindMissing'

/** Why the work is not written: somebody has to do something about it. Other waits end by themselves. */
const workFailure = (work: State): string | undefined =>
  work.is === 'failed' || (work.is === 'waiting' && configurationReasons.has(work.reason))
    ? work.message
    : undefined
