import { contract, elder } from '@odfmo/api-types'
import type { World } from '@odfmo/controller-kit'
import { bucketName } from '@odfmo/secret-naming'
import { s3Access, type Found, type S3Access } from './hub-secret.ts'
import type { HubKinds } from './kinds.ts'
import { partsOf, peerRefsOf, type RefParts } from './parts.ts'
import { exactly, ofBucket, ofOurs } from './ramen-config/profiles-in-config.ts'
import { isDeleting, type MirrorPeerView } from './standing.ts'

/** Which bucket of a peer ref Ramen is to know. */
export type Publication =
  /** The one that the agent delivers. */
  | { readonly is: 'delivered'; readonly value: S3Access }
  /** The one that Ramen knows already: its MirrorPeer is there, and what is delivered is the bucket of another. */
  | {
      readonly is: 'kept'
      readonly bucket: string
      readonly owner: MirrorPeerView
      /** What the agent delivers in its place. */
      readonly delivered: S3Access
      /** Whose bucket is delivered; nobody's where that MirrorPeer has gone already. */
      readonly rival: MirrorPeerView | undefined
    }
  | Exclude<Found<S3Access>, { readonly is: 'found' }>

type Spec = Pick<MirrorPeerView, 'spec'>

/**
 * The names that a MirrorPeer's bucket can have: they depend on the order of the items, which may change, and
 * the bucket that was made first stays.
 */
const bucketsOf = ({ spec }: Spec): readonly string[] => {
  const names = peerRefsOf({ spec }).map(({ clusterName }) => clusterName)
  return names.length === 0 ? [] : [bucketName(names), bucketName(names.toReversed())]
}

/** Index values of a MirrorPeer: each bucket it can have, for each of its peer refs. */
export const bucketKeys = ({ spec }: Spec): readonly string[] => {
  const buckets = bucketsOf({ spec })
  return partsOf({ spec }).refs.flatMap(({ s3Secret }) =>
    buckets.map((bucket) => bucketKey(s3Secret.name, bucket)),
  )
}

const bucketKey = (s3SecretName: string, bucket: string): string => `${s3SecretName} ${bucket}`

/** The MirrorPeers whose bucket this is, for a peer ref; the eldest first, those that are going too. */
export const bucketOwners = (
  hub: HubKinds,
  world: World,
  { s3Secret }: RefParts,
  bucket: string,
): readonly MirrorPeerView[] =>
  world.find(hub.mirrorPeersByBucket, bucketKey(s3Secret.name, bucket), ['spec', 'meta']).toSorted(elder)

/** Whether a MirrorPeer could have it, one that has gone perhaps; else somebody chose the name. */
const isComputed = (bucket: string): boolean =>
  bucket.startsWith(contract.prefix.bucket) &&
  /^[0-9a-f]{12}$/.test(bucket.slice(contract.prefix.bucket.length))

/**
 * A published bucket holds what Ramen needs to recover: it stays until its own MirrorPeer goes, whatever the
 * agents of MirrorPeers that share the peer ref deliver in turn. A bucket that somebody named by hand is followed.
 */
export const publicationOf = (hub: HubKinds, world: World, parts: RefParts): Publication => {
  const access = s3Access(hub, world, parts)
  if (access.is !== 'found') return access
  const { profile } = access.value
  const { s3ProfileName, s3Bucket, s3SecretRef } = profile
  const says = (bucket: string): boolean => world.find(hub.profilesInConfig, bucket, []).length > 0
  const isPublished = (bucket: string): boolean => says(ofBucket(s3ProfileName, s3SecretRef.name, bucket))
  const delivered: Publication = { is: 'delivered', value: access.value }
  // Nearly always, and whoever asks wants to know it anyway.
  if (says(exactly(profile))) return delivered
  if (isPublished(s3Bucket) || !says(ofOurs(s3ProfileName, s3SecretRef.name))) return delivered
  const rivals = bucketOwners(hub, world, parts, s3Bucket)
  if (rivals.length === 0 && !isComputed(s3Bucket)) return delivered
  const names = new Set(rivals.map(({ metadata }) => metadata.name))
  const others = world
    .find(hub.mirrorPeersByS3Secret, parts.s3Secret.name, ['spec', 'meta'])
    .filter((mirrorPeer) => !isDeleting(mirrorPeer) && !names.has(mirrorPeer.metadata.name))
  for (const owner of others.toSorted(elder)) {
    const bucket = bucketsOf(owner).find(isPublished)
    if (bucket !== undefined) return { is: 'kept', bucket, owner, delivered: access.value, rival: rivals[0] }
  }
  return delivered
}

/** How messages name the bucket that is delivered in place of the published one. */
export const rivalText = (rival: MirrorPeerView | undefined): string =>
  rival === undefined
    ? 'the bucket of a MirrorPeer that is no more'
    : `the bucket of MirrorPeer ${rival.metadata.name ?? ''}`
