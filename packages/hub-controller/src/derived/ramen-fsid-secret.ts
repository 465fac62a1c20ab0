import { contract, keyOf, type Secret } from '@odfmo/api-types'
import type { ObjectKey } from '@odfmo/api-types/meta'
import { absent, derived, from, present, type Derived, type World } from '@odfmo/controller-kit'
import { ramenFsidSecret as fsidSecretFrom } from '@odfmo/secret-exchange'
import { externalSecret } from '../hub-secret.ts'
import type { HubKinds } from '../kinds.ts'
import { partsOf, typeOf, type RefParts } from '../parts.ts'
import { waitWhilePaused, wishesOf, type Wishes } from '../standing.ts'
import { isForRamen, isMadeForRamen } from './ramen-secret.ts'
import { waiting } from '../status/waiting.ts'

/** The fsid of a peer ref's external Ceph, in Ramen's namespace; type sync only. */
export const ramenFsidSecret = (hub: HubKinds): Derived<Secret> =>
  derived({
    name: 'ramen-fsid-secret',
    kind: hub.RamenSecret,
    keys: [
      from(hub.MirrorPeer, (mirrorPeer) =>
        typeOf(mirrorPeer) === 'sync'
          ? partsOf(mirrorPeer).refs.map((parts) => ramenFsidSecretKey(hub, parts))
          : [],
      ),
      from(hub.RamenSecret, (secret) => (isForRamen(secret, contract.ramen.fsidKey) ? [keyOf(secret)] : [])),
    ],
    ours: (live) => isMadeForRamen(live) || live.data?.[contract.ramen.fsidKey] !== undefined,
    wanted(key, world) {
      const { by, paused } = ramenFsidSecretWishes(hub, world, key.name)
      const [first] = by
      const parts =
        first === undefined
          ? undefined
          : partsOf(first).refs.find(({ hubSecret }) => hubSecret.name === key.name)
      if (parts === undefined) return paused ? waitWhilePaused() : absent()
      const external = externalSecret(hub, world, parts)
      if (external.is !== 'found') return waiting(external.reason, external.message)
      const wanted = fsidSecretFrom({ internal: external.value, namespace: hub.podNamespace })
      return present(wanted, { exact: ['data'], immutable: ['type'] })
    },
  })

export const ramenFsidSecretKey = (hub: HubKinds, { hubSecret }: RefParts): ObjectKey => ({
  namespace: hub.podNamespace,
  name: hubSecret.name,
})

/** The MirrorPeers of type sync that name the peer ref. */
export const ramenFsidSecretWishes = (hub: HubKinds, world: World, hubSecretName: string): Wishes =>
  wishesOf(
    hub,
    world,
    world
      .find(hub.mirrorPeersByHubSecret, hubSecretName, ['spec', 'meta'])
      .filter((mirrorPeer) => typeOf(mirrorPeer) === 'sync'),
  )
