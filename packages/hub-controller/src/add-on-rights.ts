import { contract, keyText, type ObjectKey } from '@odfmo/api-types'
import type { World } from '@odfmo/controller-kit'
import { certificateIdentity, clusterGroup, tokenIdentity } from './addon/agent-identity.ts'
import type { HubKinds } from './kinds.ts'

/** Something that an agent may still do on the hub. */
export interface AddOnRight {
  /** For people. */
  readonly name: string
  /** The rule that takes it away. */
  readonly by: 'role' | 'roleBinding' | 'clusterRoleBinding'
  readonly key: ObjectKey
}

/** What an agent may still do on the hub. Rights must not outlive the MirrorPeer they were given for. */
export const addOnRights = (hub: HubKinds, world: World, clusterName: string): readonly AddOnRight[] => {
  const { hubRbac } = contract.addon
  const key = { namespace: clusterName, name: hubRbac }
  const names = new Set([
    clusterGroup(clusterName),
    certificateIdentity(clusterName).user,
    tokenIdentity(clusterName).user,
  ])
  const binding = world.spec(hub.AgentClusterRoleBinding, { name: hubRbac })
  const right = (by: AddOnRight['by'], name: string, at: ObjectKey = key): AddOnRight => ({
    by,
    name,
    key: at,
  })
  return [
    ...(world.meta(hub.AgentRole, key) === undefined ? [] : [right('role', `Role ${keyText(key)}`)]),
    ...(world.meta(hub.AgentRoleBinding, key) === undefined
      ? []
      : [right('roleBinding', `RoleBinding ${keyText(key)}`)]),
    ...(binding?.subjects?.some(({ name }) => names.has(name)) === true
      ? [
          right('clusterRoleBinding', `the agent of ${clusterName} in ClusterRoleBinding ${hubRbac}`, {
            name: hubRbac,
          }),
        ]
      : []),
  ]
}
