import type { Role } from '@odfmo/api-types'
import { keyOf } from '@odfmo/api-types/meta'
import { absent, derived, from, leave, present, type Derived } from '@odfmo/controller-kit'
import { clustersOf, type AddonContext } from './addon-context.ts'
import { hubRbacName } from './agent-names.ts'
import { ocm } from './ocm.ts'
import { holdOf } from './hold.ts'

const rules: Role['rules'] = [
  {
    apiGroups: [''],
    resources: ['secrets'],
    verbs: ['get', 'list', 'watch', 'create', 'delete', 'update', 'patch'],
  },
  // It looks at its own add-on; its status is ours to write.
  { apiGroups: [ocm.addonGroup], resources: ['managedclusteraddons'], verbs: ['get', 'list', 'watch'] },
]

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
          return present({ metadata: key, rules })
      }
    },
  })
}

/** The key of the Role, and of the RoleBinding, of a cluster's agent. */
export const roleKey = (cluster: string): { readonly namespace: string; readonly name: string } => ({
  namespace: cluster,
  name: hubRbacName,
})
