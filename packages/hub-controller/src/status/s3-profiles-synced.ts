import { contract, elder, keyText } from '@odfmo/api-types'
import { managesS3, ramenSecretKey } from '../derived/ramen-secret.ts'
import { ramenConfigKeyOf } from '../derived/ramen-config.ts'
import { s3Access } from '../hub-secret.ts'
import { partsOf, storageClusterText, type RefParts } from '../parts.ts'
import { bucketOwners, publicationOf, rivalText } from '../published-bucket.ts'
import { exactly, ofName, ofOurs, ofSeveral } from '../ramen-config/profiles-in-config.ts'
import { isDeleting, wishesOf, type MirrorPeerView } from '../standing.ts'
import { elderText, type StatusContext } from './status-context.ts'
import { findingOf, fine, problem, verdict, type Finding, type Verdict } from './verdict.ts'

/** With manageS3: each peer ref's keys are in Ramen's namespace and its profile in Ramen's config. */
export const s3ProfilesSynced = (context: StatusContext): Verdict => {
  const { refs } = partsOf(context.mirrorPeer)
  return verdict(
    refs.map((ref) => profileFinding(context, ref)),
    'Synced',
    [
      'the S3 profiles of both clusters are in the configuration of Ramen',
      ...refs.flatMap((ref) => sharedBucket(context, ref)),
    ].join('; '),
  )
}

/** Whether each peer ref's bucket is known: all that type sync without manageS3 asks for. */
export const s3SecretsDelivered = ({ hub, world, mirrorPeer }: StatusContext): boolean =>
  partsOf(mirrorPeer).refs.every((ref) => s3Access(hub, world, ref).is === 'found')

const profileFinding = (context: StatusContext, ref: RefParts): Finding => {
  const { hub, world, parts } = context
  const secretKey = ramenSecretKey(hub, ref)
  const secret = world.state(parts.ramenSecret, secretKey)
  const config = world.state(parts.ramenConfig, ramenConfigKeyOf(hub))
  if (secret.is === 'pending') return secret
  if (config.is === 'pending') return config
  const publication = publicationOf(hub, world, ref)
  if (publication.is === 'missing' || publication.is === 'refused')
    return problem(publication.reason, publication.message)
  const keys = findingOf(`secret ${keyText(secretKey)}`, secret)
  if (keys.is !== 'fine') return keys
  const published =
    publication.is === 'kept' ||
    world.find(hub.profilesInConfig, exactly(publication.value.profile), []).length > 0
  const isTaken = world.find(hub.profilesInConfig, ofSeveral(ref.s3ProfileName), []).length > 0
  return published && !isTaken
    ? fine
    : (notPublished(context, ref) ?? unwritten(ref, findingOf('Ramen configuration', config)))
}

/** Several MirrorPeers name the peer ref and each has a bucket: whose it is that Ramen knows. */
const sharedBucket = ({ hub, world, mirrorPeer }: StatusContext, ref: RefParts): readonly string[] => {
  const publication = publicationOf(hub, world, ref)
  const of = `of ${storageClusterText(ref.ref)} of ${ref.ref.clusterName}`
  if (publication.is === 'kept') {
    const { bucket, owner, rival } = publication
    return [
      `the bucket ${of} is ${bucket}, as MirrorPeer ${owner.metadata.name ?? ''} wants it and Ramen knows it, ` +
        `though its agent delivers ${rivalText(rival)}`,
    ]
  }
  if (publication.is !== 'delivered') return []
  const { s3Bucket } = publication.value.profile
  const owners = bucketOwners(hub, world, ref, s3Bucket).filter((owner) => !isDeleting(owner))
  const [decider] = owners
  return decider === undefined || owners.some(({ metadata }) => metadata.name === mirrorPeer.metadata.name)
    ? []
    : [`the bucket ${of} is ${s3Bucket}, as MirrorPeer ${decider.metadata.name ?? ''} wants it`]
}

/** Somebody else has the profile's name: a user, or an elder MirrorPeer. */
const notPublished = ({ hub, world, mirrorPeer }: StatusContext, ref: RefParts): Finding | undefined => {
  const { clusterName } = ref.ref
  const sharing = world
    .find(hub.mirrorPeersByCluster, clusterName, ['spec', 'meta'])
    .filter((other) => managesS3(other) && otherSecretOf(other, ref) !== undefined)
  const [eldest] = wishesOf(hub, world, sharing).places
  if (eldest !== undefined && elder(eldest, mirrorPeer) < 0) {
    return problem(
      'DecidedByElder',
      `profile ${ref.s3ProfileName} is that of another StorageCluster, as ${elderText(eldest)} wants it`,
    )
  }
  const taken = world.find(hub.profilesInConfig, ofName(ref.s3ProfileName), []).length > 0
  const secrets = [ref.s3Secret.name, ...sharing.flatMap((other) => otherSecretOf(other, ref) ?? [])]
  const ours = secrets.some(
    (name) => world.find(hub.profilesInConfig, ofOurs(ref.s3ProfileName, name), []).length > 0,
  )
  const several = world.find(hub.profilesInConfig, ofSeveral(ref.s3ProfileName), []).length > 0
  return taken && (!ours || several)
    ? problem(
        'ProfileTaken',
        `profile ${ref.s3ProfileName} in ConfigMap ${keyText(ramenConfigKeyOf(hub))} was made by somebody else ` +
          `(its s3SecretRef is not ${ref.s3Secret.name}): it is kept; remove or rename it to have ours`,
      )
    : undefined
}

/** The S3 secret of another peer ref that has this profile name too. */
const otherSecretOf = (other: Pick<MirrorPeerView, 'spec'>, ref: RefParts): string | undefined =>
  partsOf(other).refs.find(
    ({ s3ProfileName, s3Secret }) =>
      s3ProfileName === ref.s3ProfileName && s3Secret.name !== ref.s3Secret.name,
  )?.s3Secret.name

const unwritten = ({ s3ProfileName }: RefParts, finding: Finding): Finding =>
  finding.is === 'fine'
    ? problem('Writing', `profile ${s3ProfileName} is not in ConfigMap ${contract.ramen.configMap} yet`)
    : finding
