import type { ClusterRole, ClusterRoleBinding, Subject } from '@odfmo/api-types'
import type { DeepReadonly } from '@odfmo/api-types/meta'
import { absent, derived, from, present, type Derived, type World } from '@odfmo/controller-kit'
import { clustersOf, type AddonContext } from './addon-context.ts'
import { clusterGroup, driverOf, identityOf, type RegistrationDriver } from './agent-identity.ts'
import { addOnName, hubRbacName } from './agent-names.ts'
import { rolePending } from './role-pending.ts'
import { groupSubject, rbacGroup, userSubject } from './subjects.ts'

/**
 * Binds the agents of all clusters that a holding MirrorPeer names to the ClusterRole: one set, computed from
 * everything and replaced as a whole, so that no cluster disturbs another and departed ones are pruned.
 */
export const clusterRoleBinding = (
  context: AddonContext,
  role: Derived<ClusterRole>,
): Derived<ClusterRoleBinding> => {
  const { kinds } = context
  return derived({
    name: 'agent-cluster-role-binding',
    kind: kinds.AgentClusterRoleBinding,
    keys: [
      from(kinds.MirrorPeer, () => [clusterRoleBindingKey]),
      from(kinds.AgentClusterRoleBinding, (live) =>
        live.metadata.name === hubRbacName ? [clusterRoleBindingKey] : [],
      ),
    ],
    wanted(_key, world) {
      const { held, paused } = agentClusters(context, world)
      const live = world.spec(kinds.AgentClusterRoleBinding, clusterRoleBindingKey)?.subjects ?? []
      const subjects = [
        ...held.flatMap((cluster) => subjectsOf(cluster, driverOf(addOnStatus(context, world, cluster)))),
        // A finalizer that somebody took off comes back, and so may a cluster: their agents are not cut off meanwhile.
        ...paused.flatMap((cluster) => standing(live, cluster)),
      ]
      if (subjects.length === 0) return absent()
      const pending = rolePending(world, role as Derived, { name: hubRbacName })
      if (pending !== undefined) return pending
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

const addOnStatus = ({ kinds }: AddonContext, world: World, cluster: string) =>
  world.status(kinds.ManagedClusterAddOn, { namespace: cluster, name: addOnName })?.status

const subjectsOf = (cluster: string, driver: RegistrationDriver): readonly Subject[] => {
  const user = userSubject(identityOf(cluster, driver).user)
  return driver === 'token' ? [user] : [user, groupSubject(clusterGroup(cluster))]
}

const standing = (live: readonly DeepReadonly<Subject>[], cluster: string): readonly Subject[] =>
  [...subjectsOf(cluster, 'csr'), ...subjectsOf(cluster, 'token')].filter((subject) =>
    live.some(({ kind, name }) => kind === subject.kind && name === subject.name),
  )

/** Every cluster that MirrorPeers name, in order of name. */
export const namedClusters = ({ kinds }: AddonContext, world: World): readonly string[] =>
  [...new Set(world.list(kinds.MirrorPeer, ['spec']).flatMap(clustersOf))].toSorted()

/** Those of them that one holds, and those that one will (again). */
const agentClusters = (
  context: AddonContext,
  world: World,
): { readonly held: readonly string[]; readonly paused: readonly string[] } => {
  const all = namedClusters(context, world).map((cluster) => ({
    cluster,
    ...context.holders(world, cluster),
  }))
  const names = (those: typeof all): readonly string[] => those.map(({ cluster }) => cluster)
  return {
    held: names(all.filter(({ by }) => by.length > 0)),
    paused: names(all.filter(({ by, paused }) => by.length === 0 && paused)),
  }
}
