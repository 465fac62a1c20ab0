import { agentRights, type ClusterRole } from '@odfmo/api-types'
import { absent, derived, from, leave, present, type Derived } from '@odfmo/controller-kit'
import type { AddonContext } from './addon-context.ts'
import { hubRbacName } from './agent-names.ts'
import { namedClusters } from './cluster-role-binding.ts'

/** What agents may do with MirrorPeers, which have no namespace. No secrets: those are each cluster's own. */
export const clusterRole = (context: AddonContext): Derived<ClusterRole> => {
  const { kinds } = context
  const key = { name: hubRbacName }
  return derived({
    name: 'agent-cluster-role',
    kind: kinds.AgentClusterRole,
    keys: [
      from(kinds.MirrorPeer, () => [key]),
      from(kinds.AgentClusterRole, (live) => (live.metadata.name === hubRbacName ? [key] : [])),
    ],
    wanted(_key, world) {
      let paused = false
      // The first cluster that is held decides: the binding waits for this, so it must not cost more.
      for (const cluster of namedClusters(context, world)) {
        const holders = context.holders(world, cluster)
        if (holders.by.length > 0) return present({ metadata: key, rules: agentRights.hubCluster })
        paused ||= holders.paused
      }
      return paused ? leave() : absent()
    },
  })
}
