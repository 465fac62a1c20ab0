import { agentRights, type Role } from '@odfmo/api-types'
import { keyOf } from '@odfmo/api-types/meta'
import { absent, derived, from, leave, present, type Derived } from '@odfmo/controller-kit'
import { clustersOf, type AddonContext } from './addon-context.ts'
import { hubRbacName } from './agent-names.ts'
import { holdOf } from './hold.ts'

/** What an agent may do in its own cluster's namespace on the hub, and nowhere else. */
export const role = (context: AddonContext): Derived<Role> => {
  const { kinds } = context
  return derived({
    name: 'agent-role',
    kind: kinds.AgentRole,
    keys: [
      from(kinds.MirrorPeer, (mirrorPeer) => clustersOf(mirrorPeer).map(roleKey)),
      from(kinds.AgentRole, (live) => (live.metadata.name === hubRbacName ? [keyOf(live)] : [])),
    ],
    wanted(key, world) {
      const hold = holdOf(context, world, key.namespace ?? '')
      switch (hold.is) {
        case 'none':
          return absent()
        case 'paused':
        case 'leaving':
          return leave()
        case 'held':
          return present({ metadata: key, rules: agentRights.hubNamespace })
      }
    },
  })
}

/** The key of the Role, and of the RoleBinding, of a cluster's agent. */
export const roleKey = (cluster: string): { readonly namespace: string; readonly name: string } => ({
  namespace: cluster,
  name: hubRbacName,
})
