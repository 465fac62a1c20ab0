import { contract, keyText, type Secret } from '@odfmo/api-types'
import type { DeepReadonly, ObjectKey } from '@odfmo/api-types/meta'
import { absent, derived, from, leave, type Derived, type World } from '@odfmo/controller-kit'
import { secretTypeOf } from '../hub-secret.ts'
import type { HubKinds } from '../kinds.ts'
import { partsOf } from '../parts.ts'
import { isDeleting, standing, type MirrorPeerView } from '../standing.ts'

/**
 * What agents have delivered and not taken back: agents of the original, and of clusters that are gone. The
 * hub removes it by name when the last MirrorPeer that uses the peer ref goes; never by label, for another
 * StorageCluster of that cluster may have its own.
 */
export const agentSecret = (hub: HubKinds): Derived<Secret> =>
  derived({
    name: 'agent-secret',
    kind: hub.Secret,
    keys: [from(hub.MirrorPeer, (mirrorPeer) => (isDeleting(mirrorPeer) ? agentSecretKeys(mirrorPeer) : []))],
    ours: isAgents,
    wanted: (key, world) => (isLeftBehind(hub, world, key) ? absent() : leave()),
  })

/** BLUE or INTERNAL: a green one has another writer and another rule. */
export const isAgents = (secret: Pick<DeepReadonly<Secret>, 'metadata'>): boolean =>
  secretTypeOf(secret) === contract.secretKind.blue || secretTypeOf(secret) === contract.secretKind.internal

/** The keys under which agents deliver for a MirrorPeer. */
export const agentSecretKeys = (mirrorPeer: Pick<MirrorPeerView, 'spec'>): readonly ObjectKey[] =>
  partsOf(mirrorPeer).refs.flatMap(({ hubSecret, s3Secret }) => [hubSecret, s3Secret])

/** Whether all MirrorPeers that use the secret are going and their agents are done (or gone). */
export const isLeftBehind = (hub: HubKinds, world: World, key: ObjectKey): boolean => {
  const users = [hub.mirrorPeersByHubSecret, hub.mirrorPeersByS3Secret]
    .flatMap((index) => world.find(index, key.name, ['spec', 'meta']))
    .filter((mirrorPeer) => agentSecretKeys(mirrorPeer).some((one) => keyText(one) === keyText(key)))
  return users.length > 0 && users.every((user) => isDeleting(user) && standing(hub, world, user) === 'none')
}
