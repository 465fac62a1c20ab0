import { contract, keyOf, type ObjectKey, type Secret } from '@odfmo/api-types'
import type { World } from '@odfmo/controller-kit'
import type { AgentWorld } from '../kinds.ts'

const { annotation, label, secretKind } = contract

/** The uid that tells this spoke from any other; undefined while it is not known. */
export const clusterUid = (world: World, { spoke }: Pick<AgentWorld, 'spoke'>): string | undefined =>
  world.read(spoke.Namespace, { name: contract.spoke.uidNamespace }, [])?.metadata.uid

/** The uid of the spoke whose agent wrote a hub secret; undefined when none did, or an agent of the original. */
export const writerUid = ({ metadata }: { readonly metadata: Secret['metadata'] }): string | undefined => {
  const type = metadata.labels?.[label.secretType]
  return type === secretKind.blue || type === secretKind.internal
    ? metadata.annotations?.[annotation.agentClusterUid]
    : undefined
}

/** The only bucket of the index `writtenSecrets`. */
export const written = 'written'

/** A hub secret that another spoke of our name wrote: then we are its clone, or it is ours. */
export const otherClusterSecret = (world: World, agent: AgentWorld): ObjectKey | undefined => {
  const secrets = world.find(agent.writtenSecrets, written, ['meta'])
  if (secrets.length === 0) return undefined
  const own = clusterUid(world, agent)
  const foreign = secrets.find((secret) => writerUid(secret as Pick<Secret, 'metadata'>) !== own)
  return foreign === undefined ? undefined : keyOf(foreign)
}

/** What an administrator has to know and do about it. */
export const otherClusterMessage = ({ namespace = '', name }: ObjectKey): string =>
  `Secret ${name} in namespace ${namespace} on the hub was written by another cluster of the name ${namespace} ` +
  `(annotation ${annotation.agentClusterUid}): this agent does nothing; if this cluster is the right one, delete the secret`
