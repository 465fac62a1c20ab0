import type { Derived, Index, World } from '@odfmo/controller-kit'
import { addOnKey } from './add-on-key.ts'
import { addOnOwner } from './add-on-owner.ts'
import type { AddonContext } from './addon-context.ts'
import { addonIndexes } from './addon-indexes.ts'
import { clusterManagementAddOn } from './cluster-management-add-on.ts'
import { clusterRoleBinding } from './cluster-role-binding.ts'
import { clusterRole } from './cluster-role.ts'
import { csrApproval } from './csr-approval.ts'
import { manifestWork } from './manifest-work.ts'
import { originalBinding } from './original-binding.ts'
import { refusalOf, type Refusal } from './refusal.ts'
import { registration } from './registration.ts'
import { roleBinding } from './role-binding.ts'
import { role } from './role.ts'

/** Everything this folder runs, for the service's list. */
export interface Addon {
  readonly derived: readonly Derived[]
  /** To be kept by the cache. */
  readonly indexes: readonly Index[]
  /** For `addOnProblem`. */
  readonly parts: AddonParts
}

export interface AddonParts {
  readonly registration: Derived
  readonly manifestWork: Derived
  readonly role: Derived
  readonly roleBinding: Derived
  readonly clusterRoleBinding: Derived
  /** Why the agent of a cluster is neither registered nor deployed, though it is wanted. */
  readonly refusalOn: (world: World, cluster: string) => Refusal | undefined
}

/** The add-on manager: deploys the agents through Open Cluster Management and gives them their rights on the hub. */
export const addon = (context: AddonContext): Addon => {
  const indexes = addonIndexes(context.kinds)
  const agentRole = role(context)
  const agentRoleBinding = roleBinding(context, agentRole)
  const agentClusterRole = clusterRole(context)
  const agentClusterRoleBinding = clusterRoleBinding(context, agentClusterRole)
  const work = manifestWork(context, indexes)
  const registered = registration(context, indexes, {
    role: agentRole,
    roleBinding: agentRoleBinding,
    clusterRole: agentClusterRole,
    clusterRoleBinding: agentClusterRoleBinding,
    manifestWork: work,
  })
  return {
    derived: [
      clusterManagementAddOn(context),
      addOnOwner(context),
      agentRole,
      agentRoleBinding,
      agentClusterRole,
      agentClusterRoleBinding,
      originalBinding(context, agentClusterRoleBinding),
      registered,
      csrApproval(context),
      work,
    ] as readonly Derived[],
    indexes: Object.values(indexes),
    parts: {
      registration: registered,
      manifestWork: work,
      role: agentRole,
      roleBinding: agentRoleBinding,
      clusterRoleBinding: agentClusterRoleBinding,
      refusalOn(world, cluster) {
        const addOn = world.meta(context.kinds.ManagedClusterAddOn, addOnKey(cluster))
        return addOn === undefined ? undefined : refusalOf(indexes, world, addOn)
      },
    },
  }
}
