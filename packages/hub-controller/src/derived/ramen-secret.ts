import { contract, keyOf, type Secret } from '@odfmo/api-types'
import type { DeepReadonly, ObjectKey } from '@odfmo/api-types/meta'
import { absent, derived, from, leave, present, type Derived, type World } from '@odfmo/controller-kit'
import { ramenS3Secret } from '@odfmo/secret-exchange'
import type { S3Access } from '../hub-secret.ts'
import type { HubKinds } from '../kinds.ts'
import { partsOf, type RefParts } from '../parts.ts'
import { publicationOf, rivalText, type Publication } from '../published-bucket.ts'
import { mentioned, ofOurs, referring } from '../ramen-config/profiles-in-config.ts'
import { waitWhilePaused, wishesOf, type MirrorPeerView, type Wishes } from '../standing.ts'
import { waiting } from '../status/waiting.ts'

/** Made by us for Ramen, whatever somebody did to its content. */
export const isMadeForRamen = ({ metadata }: Pick<DeepReadonly<Secret>, 'metadata'>): boolean =>
  metadata.labels?.[contract.label.createdBy] === contract.createdBy.mirrorPeerSecret

/** A secret for Ramen made by us, and which of the two sorts. */
export const isForRamen = (secret: DeepReadonly<Secret>, dataKey: string): boolean =>
  secret.metadata.labels?.[contract.label.createdBy] === contract.createdBy.mirrorPeerSecret &&
  secret.data?.[dataKey] !== undefined

/** The access keys of a peer ref's bucket, in Ramen's namespace. */
export const ramenSecret = (hub: HubKinds): Derived<Secret> =>
  derived({
    name: 'ramen-secret',
    kind: hub.RamenSecret,
    keys: [
      from(hub.MirrorPeer, (mirrorPeer) =>
        partsOf(mirrorPeer).refs.map((parts) => ramenSecretKey(hub, parts)),
      ),
      from(hub.RamenSecret, (secret) =>
        isForRamen(secret, contract.s3Key.accessKeyId) ? [keyOf(secret)] : [],
      ),
    ],
    // Only a label can be told from somebody else's Opaque secret, or our data where the label was taken off.
    ours: (live) => isMadeForRamen(live) || live.data?.[contract.s3Key.accessKeyId] !== undefined,
    wanted(key, world) {
      const { by, paused } = ramenSecretWishes(hub, world, key.name)
      const [first] = by
      const parts = first === undefined ? undefined : partsOfS3Secret(first, key.name)
      if (parts === undefined) {
        if (paused) return waitWhilePaused()
        return isReferred(hub, world, key.name)
          ? waiting(
              'ProfileFirst',
              `an S3 profile in ConfigMap ${contract.ramen.configMap} still refers to secret ${key.name}`,
            )
          : absent()
      }
      const publication = publicationOf(hub, world, parts)
      if (publication.is === 'kept') {
        // The keys of the published bucket are here and nowhere else.
        const live = world.read(hub.RamenSecret, key, ['spec', 'meta'])
        return live !== undefined && mayOpen(live, keysIn(hub, publication.delivered))
          ? leave()
          : waiting('KeysNotDelivered', keysNotDelivered(parts, publication))
      }
      // What is there stays while its source is away: Ramen goes on with it.
      if (publication.is !== 'delivered') return waiting(publication.reason, publication.message)
      return present(keysIn(hub, publication.value), { exact: ['data'], immutable: ['type'] })
    },
  })

const keysIn = (hub: HubKinds, { secret }: S3Access): Secret =>
  ramenS3Secret({ internal: secret, namespace: hub.podNamespace })

/**
 * Whether these can be keys of the published bucket: they are not those that are delivered with another one, which
 * were written while the configuration changed, or are left from when it said something else.
 */
const mayOpen = ({ data = {} }: DeepReadonly<Pick<Secret, 'data'>>, ofAnother: Secret): boolean => {
  const others = Object.entries(ofAnother.data ?? {})
  return (
    others.every(([name]) => (data[name] ?? '') !== '') && others.some(([name, key]) => data[name] !== key)
  )
}

const keysNotDelivered = (
  { ref }: RefParts,
  { bucket, owner, rival }: Extract<Publication, { readonly is: 'kept' }>,
): string =>
  `waiting for the keys of bucket ${bucket} of MirrorPeer ${owner.metadata.name ?? ''}, which Ramen knows: ` +
  `the agent of ${ref.clusterName} delivers ${rivalText(rival)}`

export const ramenSecretKey = (hub: HubKinds, { s3Secret }: RefParts): ObjectKey => ({
  namespace: hub.podNamespace,
  name: s3Secret.name,
})

/** The MirrorPeers with manageS3 that name the peer ref. */
export const ramenSecretWishes = (hub: HubKinds, world: World, s3SecretName: string): Wishes =>
  wishesOf(
    hub,
    world,
    world.find(hub.mirrorPeersByS3Secret, s3SecretName, ['spec', 'meta']).filter(managesS3),
  )

export const managesS3 = ({ spec }: Pick<MirrorPeerView, 'spec'>): boolean => spec?.manageS3 === true

const partsOfS3Secret = (mirrorPeer: MirrorPeerView, s3SecretName: string): RefParts | undefined =>
  partsOf(mirrorPeer).refs.find(({ s3Secret }) => s3Secret.name === s3SecretName)

/**
 * Whether an entry of ours still names the secret, as far as anybody can tell: the entry goes first. Where no
 * MirrorPeer is left to take it away (its finalizer was taken off by hand), whatever entry names the secret.
 */
const isReferred = (hub: HubKinds, world: World, s3SecretName: string): boolean => {
  const all = world
    .find(hub.mirrorPeersByS3Secret, s3SecretName, ['spec'])
    .flatMap((mirrorPeer) => partsOf(mirrorPeer).refs)
    .filter(({ s3Secret }) => s3Secret.name === s3SecretName)
  return all.length === 0
    ? world.find(hub.profilesInConfig, referring(s3SecretName), []).length > 0
    : all.some((parts) => isInConfig(hub, world, parts))
}

/** Whether Ramen's config has our entry of a peer ref, or cannot be read and has the name of its secret. */
export const isInConfig = (hub: HubKinds, world: World, { s3ProfileName, s3Secret }: RefParts): boolean =>
  [ofOurs(s3ProfileName, s3Secret.name), mentioned(s3Secret.name)].some(
    (bucket) => world.find(hub.profilesInConfig, bucket, []).length > 0,
  )
