import { contract, type ClusterRole } from '@odfmo/api-types'
import { absent, derived, from, leave, present, type Derived } from '@odfmo/controller-kit'
import type { AddonContext } from './addon-context.ts'
import { hubRbacName } from './agent-names.ts'
import { agentClusters } from './cluster-role-binding.ts'

const rules: ClusterRole['rules'] = [
  {
    apiGroups: [contract.group],
    resources: ['mirrorpeers'],
    // A finalizer is metadata of the object itself; the original's agents write it with a full update.
    verbs: ['get', 'list', 'watch', 'update', 'patch'],
  },
]

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
      const { held, paused } = agentClusters(context, world)
      if (held.length > 0) return present({ metadata: key, rules })
      return paused.length > 0 ? leave() : absent()
    },
    settleMs: 250,
  })
}
