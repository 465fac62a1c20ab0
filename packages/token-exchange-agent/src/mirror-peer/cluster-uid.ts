import { contract, type ObjectKey } from '@odfmo/api-types'
import type { World } from '@odfmo/controller-kit'
import type { AgentWorld } from '../kinds.ts'
import type { MirrorPeerParts } from '../parts.ts'

/** The uid that tells this spoke from any other; undefined while it is not known. */
export const clusterUid = (world: World, { spoke }: AgentWorld): string | undefined =>
  world.read(spoke.Namespace, { name: contract.spoke.uidNamespace }, [])?.metadata.uid

/** The uid of the spoke that wrote a hub secret; undefined when there is none, or an agent of the original wrote it. */
export const writerUid = (world: World, { hub }: AgentWorld, key: ObjectKey): string | undefined =>
  world.meta(hub.Secret, key)?.metadata.annotations?.[contract.annotation.agentClusterUid]

/** Whether another spoke of our name has delivered a secret of this peer ref: then we are its clone, or it is ours. */
export const isOtherCluster = (
  world: World,
  agent: AgentWorld,
  { hubSecrets }: Pick<MirrorPeerParts, 'hubSecrets'>,
): boolean => otherClusterSecret(world, agent, hubSecrets) !== undefined

/** The first hub secret that another spoke wrote. */
export const otherClusterSecret = (
  world: World,
  agent: AgentWorld,
  hubSecrets: MirrorPeerParts['hubSecrets'],
): ObjectKey | undefined => {
  const written = hubSecrets
    .map(({ key }) => ({ key, uid: writerUid(world, agent, key) }))
    .filter(({ uid }) => uid !== undefined)
  if (written.length === 0) return undefined
  const own = clusterUid(world, agent)
  return written.find(({ uid }) => uid !== own)?.key
}

/** What an administrator has to know and do about it. */
export const otherClusterMessage = ({ namespace = '', name }: ObjectKey): string =>
  `Secret ${name} in namespace ${namespace} on the hub was written by another cluster of the name ${namespace} ` +
  `(annotation ${contract.annotation.agentClusterUid}): this agent does nothing; if this cluster is the right one, delete the secret`
