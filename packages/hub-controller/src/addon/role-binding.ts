import type { Role, RoleBinding } from '@odfmo/api-types'
import { keyOf } from '@odfmo/api-types/meta'
import { absent, derived, from, leave, present, type Derived } from '@odfmo/controller-kit'
import { clustersOf, type AddonContext } from './addon-context.ts'
import { clusterGroup, driverOf, tokenIdentity } from './agent-identity.ts'
import { addOnName, hubRbacName } from './agent-names.ts'
import { roleKey } from './role.ts'
import { rolePending } from './role-pending.ts'
import { holdOf } from './hold.ts'
import { groupSubject, rbacGroup, userSubject } from './subjects.ts'

/**
 * A server judges by its own watch, which may know the new Role a little later than its writer does: who asks at once is
 * refused (403), as if it had to hold the Role's rights itself, and has to ask again.
 */
const settleMs = 250

/** Binds a cluster's agent to its Role. Its name is computed, never read: who can write the status gains nothing. */
export const roleBinding = (context: AddonContext, role: Derived<Role>): Derived<RoleBinding> => {
  const { kinds } = context
  return derived({
    name: 'agent-role-binding',
    kind: kinds.AgentRoleBinding,
    keys: [
      from(kinds.MirrorPeer, (mirrorPeer) => clustersOf(mirrorPeer).map(roleKey)),
      from(kinds.AgentRoleBinding, (live) => (live.metadata.name === hubRbacName ? [keyOf(live)] : [])),
    ],
    settleMs,
    wanted(key, world) {
      const cluster = key.namespace ?? ''
      const hold = holdOf(context, world, cluster)
      switch (hold.is) {
        case 'none':
          return absent()
        case 'paused':
        case 'leaving':
          return leave()
        case 'held': {
          const pending = rolePending(world, role as Derived, key)
          if (pending !== undefined) return pending
          const addOn = world.status(kinds.ManagedClusterAddOn, { namespace: cluster, name: addOnName })
          const byToken = driverOf(addOn?.status) === 'token'
          return present(
            {
              metadata: key,
              roleRef: { apiGroup: rbacGroup, kind: 'Role', name: hubRbacName },
              subjects: [
                byToken ? userSubject(tokenIdentity(cluster).user) : groupSubject(clusterGroup(cluster)),
              ],
            },
            { immutable: ['roleRef'] },
          )
        }
      }
    },
  })
}
