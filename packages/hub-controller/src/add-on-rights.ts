import { contract, keyText } from '@odfmo/api-types'
import type { World } from '@odfmo/controller-kit'
import { certificateIdentity, clusterGroup, tokenIdentity } from './addon/agent-identity.ts'
import type { HubKinds } from './kinds.ts'

/** What an agent may still do on the hub: by name, for people. Rights must not outlive the MirrorPeer they were given for. */
export const addOnRights = (hub: HubKinds, world: World, clusterName: string): readonly string[] => {
  const { hubRbac } = contract.addon
  const key = { namespace: clusterName, name: hubRbac }
  const names = new Set([
    clusterGroup(clusterName),
    certificateIdentity(clusterName).user,
    tokenIdentity(clusterName).user,
  ])
  const binding = world.spec(hub.AgentClusterRoleBinding, { name: hubRbac })
  return [
    ...(world.meta(hub.AgentRole, key) === undefined ? [] : [`Role ${keyText(key)}`]),
    ...(world.meta(hub.AgentRoleBinding, key) === undefined ? [] : [`RoleBinding ${keyText(key)}`]),
    ...(binding?.subjects?.some(({ name }) => names.has(name)) === true
      ? [`the agent of ${clusterName} in ClusterRoleBinding ${hubRbac}`]
      : []),
  ]
}
