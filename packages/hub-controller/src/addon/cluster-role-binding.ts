import type { ClusterRoleBinding } from '@odfmo/api-types'
import { absent, derived, from, present, type Derived, type World } from '@odfmo/controller-kit'
import { clustersOf, type AddonContext } from './addon-context.ts'
import { clusterGroup, driverOf, identityOf } from './agent-identity.ts'
import { addOnName, hubRbacName } from './agent-names.ts'
import { groupSubject, rbacGroup, userSubject } from './subjects.ts'

/**
 * Binds the agents of all clusters that a holding MirrorPeer names to the ClusterRole: one set, computed from
 * everything and replaced as a whole, so that no cluster disturbs another and departed ones are pruned.
 */
export const clusterRoleBinding = (context: AddonContext): Derived<ClusterRoleBinding> => {
  const { kinds } = context
  return derived({
    name: 'agent-cluster-role-binding',
    kind: kinds.AgentClusterRoleBinding,
    keys: [
      from(kinds.MirrorPeer, () => [clusterRoleBindingKey]),
      from(kinds.AgentClusterRoleBinding, (live) => (live.metadata.name === hubRbacName ? [clusterRoleBindingKey] : [])),
    ],
    wanted(_key, world) {
      const subjects = holdingClusters(context, world).flatMap((cluster) => {
        const addOn = world.status(kinds.ManagedClusterAddOn, { namespace: cluster, name: addOnName })
        const driver = driverOf(addOn?.status)
        const user = userSubject(identityOf(cluster, driver).user)
        return driver === 'token' ? [user] : [user, groupSubject(clusterGroup(cluster))]
      })
      if (subjects.length === 0) return absent()
      return present(
        {
          metadata: clusterRoleBindingKey,
          roleRef: { apiGroup: rbacGroup, kind: 'ClusterRole', name: hubRbacName },
          subjects,
        },
        { immutable: ['roleRef'] },
      )
    },
    settleMs: 250,
  })
}

export const clusterRoleBindingKey = { name: hubRbacName }

/** Every cluster that a holding MirrorPeer names, in order of name. */
export const holdingClusters = ({ kinds, holding }: AddonContext, world: World): readonly string[] => {
  const named = new Set(world.list(kinds.MirrorPeer, ['spec']).flatMap(clustersOf))
  return [...named].filter((cluster) => holding(world, cluster).length > 0).sort()
}
