import { contract, keyText, type ObjectKey, type PeerRef, type Secret } from '@odfmo/api-types'
import type { View, World } from '@odfmo/controller-kit'
import {
  blueSecretProblems,
  externalSecretProblems,
  fsidOfToken,
  ramenS3Profile,
  s3SecretProblems,
  type SecretProblem,
} from '@odfmo/secret-exchange'
import type { HubKinds } from './kinds.ts'
import { storageClusterText, type RefParts } from './parts.ts'
import type { S3Profile } from './ramen-config/profile.ts'
import { profileProblem } from './ramen-config/profile-problem.ts'
import type { Reason } from './status/reasons/reasons.ts'

/** What is looked for in a hub secret: there and valid, not there, or there and not to be used. */
export type Found<T> =
  | { readonly is: 'found'; readonly value: T }
  | { readonly is: 'missing'; readonly reason: Reason; readonly message: string }
  /** CamelCase reason and a sentence, for conditions; never anything the secret holds. */
  | { readonly is: 'refused'; readonly reason: Reason; readonly message: string }

export type SecretView = View<Secret, 'spec' | 'meta'>

/** S3 access of a peer ref as its agent delivers it. */
export interface S3Access {
  readonly secret: SecretView
  readonly profile: S3Profile
}

const { hubSecretKey, secretKind, clusterType } = contract
const found = <T>(value: T): Found<T> => ({ is: 'found', value })
const at = ({ namespace = '', name }: ObjectKey): string => `${name} in namespace ${namespace}`

export const secretTypeOf = ({ metadata }: Pick<SecretView, 'metadata'>): string | undefined =>
  metadata.labels?.[contract.label.secretType]

/**
 * What was made of a secret before. One that is cached never changes, and a dozen rules ask for it again and again: decoding
 * it each time was a third of all evaluation. By the peer ref too, which nearly always is the same.
 */
const remembered = <T>(): ((secret: SecretView, ref: PeerRef, make: () => T) => T) => {
  const known = new WeakMap<SecretView, { readonly ref: PeerRef; readonly value: T }>()
  return (secret, ref, make) => {
    const before = known.get(secret)
    if (before?.ref === ref) return before.value
    const value = make()
    known.set(secret, { ref, value })
    return value
  }
}

const rememberedBlue = remembered<Found<SecretView>>()
const rememberedS3 = remembered<Found<S3Access>>()
const rememberedExternal = remembered<Found<SecretView>>()
const rememberedFsid = remembered<string | undefined>()

/** The peer token that the agent of a cluster delivers for the other side. */
export const blueSecret = (hub: HubKinds, world: World, { ref, hubSecret }: RefParts): Found<SecretView> => {
  const secret = world.read(hub.Secret, hubSecret, ['spec', 'meta'])
  if (secret === undefined) {
    const what = `the peer token of ${storageClusterText(ref)}`
    return (
      misnamed(hub, world, 'InvalidBlueSecret', hubSecret) ??
      missing('NoBlueSecret', `blue secret ${at(hubSecret)}`, ref, what)
    )
  }
  return rememberedBlue(secret, ref, () => judgedBlue(secret, ref, hubSecret))
}

const judgedBlue = (secret: SecretView, ref: PeerRef, hubSecret: ObjectKey): Found<SecretView> => {
  if (
    isOf(secret, secretKind.internal) ||
    textIn(secret, hubSecretKey.clusterType) === clusterType.external
  ) {
    return {
      is: 'refused',
      reason: 'ExternalStorage',
      message:
        `StorageCluster ${storageClusterText(ref)} of ${ref.clusterName} uses external Ceph: ` +
        'a MirrorPeer of type async needs converged storage on both sides; delete it and create one of type sync',
    }
  }
  const problems = blueSecretProblems(secret)
  return problems.length === 0
    ? found(secret)
    : refused('InvalidBlueSecret', ignored(`blue secret ${at(hubSecret)}`, problems), ref)
}

/** The bucket of a peer ref. Profile and secret name are computed: one cluster's agent must not write another's profile. */
export const s3Access = (hub: HubKinds, world: World, parts: RefParts): Found<S3Access> => {
  const { ref, s3Secret } = parts
  const secret = world.read(hub.Secret, s3Secret, ['spec', 'meta'])
  if (secret === undefined) {
    const what = `the bucket of ${storageClusterText(ref)}`
    return (
      misnamed(hub, world, 'InvalidS3Secret', s3Secret) ??
      missing('NoS3Secret', `S3 secret ${at(s3Secret)}`, ref, what)
    )
  }
  return rememberedS3(secret, ref, () => judgedS3(secret, ref, s3Secret))
}

const judgedS3 = (secret: SecretView, ref: PeerRef, s3Secret: ObjectKey): Found<S3Access> => {
  const problems = s3SecretProblems(secret, ref)
  const name = `S3 secret ${at(s3Secret)}`
  if (problems.length > 0) return refused('InvalidS3Secret', ignored(name, problems), ref)
  const profile = ramenS3Profile(secret)
  const message = profileProblem(profile)
  return message === undefined
    ? found({ secret, profile })
    : refused('InvalidS3Secret', ignored(name, [{ message }]), ref)
}

/** The external Ceph of a peer ref as its agent delivers it: INTERNAL, origin rook. */
export const externalSecret = (
  hub: HubKinds,
  world: World,
  { ref, hubSecret }: RefParts,
): Found<SecretView> => {
  const secret = world.read(hub.Secret, hubSecret, ['spec', 'meta'])
  if (secret === undefined) {
    const what = `the external Ceph of ${storageClusterText(ref)}`
    return (
      misnamed(hub, world, 'InvalidExternalSecret', hubSecret) ??
      missing('NoExternalSecret', `internal secret ${at(hubSecret)}`, ref, what)
    )
  }
  return rememberedExternal(secret, ref, () => judgedExternal(secret, ref, hubSecret))
}

const judgedExternal = (secret: SecretView, ref: PeerRef, hubSecret: ObjectKey): Found<SecretView> => {
  if (isOf(secret, secretKind.blue)) {
    return {
      is: 'refused',
      reason: 'ConvergedStorage',
      message:
        `StorageCluster ${storageClusterText(ref)} of ${ref.clusterName} has converged storage: ` +
        'a MirrorPeer of type sync needs external Ceph on both sides; delete it and create one of type async',
    }
  }
  const problems = externalSecretProblems(secret, ref)
  return problems.length === 0
    ? found(secret)
    : refused('InvalidExternalSecret', ignored(`internal secret ${at(hubSecret)}`, problems), ref)
}

/** The fsid of a peer ref's Ceph: from its blue secret (async) or from its external one (sync). */
export const fsidOf = (
  hub: HubKinds,
  world: World,
  parts: RefParts,
  type: 'async' | 'sync',
): Found<string> => {
  const secret = type === 'async' ? blueSecret(hub, world, parts) : externalSecret(hub, world, parts)
  if (secret.is !== 'found') return secret
  const { value } = secret
  const fsid = rememberedFsid(value, parts.ref, () => fsidOfToken(value))
  if (fsid === undefined) return refused('NoFsid', `secret ${at(parts.hubSecret)} holds no fsid`, parts.ref)
  return isFsid.test(fsid)
    ? found(fsid)
    : refused(
        'NoFsid',
        `secret ${at(parts.hubSecret)} holds an fsid that is none: expected a UUID`,
        parts.ref,
      )
}

/** What may become the region of a DRCluster. Ceph's are UUIDs. */
const isFsid = /^[A-Za-z0-9._-]{1,63}$/

const missing = (reason: Reason, secret: string, { clusterName }: PeerRef, what: string): Found<never> => ({
  is: 'missing',
  reason,
  message: `waiting for ${secret}: the agent of ${clusterName} has not delivered ${what}`,
})

/** One that was delivered for the peer ref under another name: it is ignored, and that is why none is there. */
const misnamed = (hub: HubKinds, world: World, reason: Reason, key: ObjectKey): Found<never> | undefined => {
  const [first] = world.find(hub.misnamedSecrets, keyText(key), [])
  if (first === undefined) return undefined
  const { namespace = '', name = '' } = first.metadata
  const why = `secret ${at({ namespace, name })} is ignored: expected the name ${key.name}, which its peer ref has`
  return refused(reason, why, { clusterName: namespace })
}

const refused = (
  reason: Reason,
  why: string,
  { clusterName }: Pick<PeerRef, 'clusterName'>,
): Found<never> => ({
  is: 'refused',
  reason,
  message: `${why}; the agent of ${clusterName} should deliver it again`,
})

const isOf = (secret: SecretView, kind: string): boolean => secretTypeOf(secret) === kind

/** The problems name keys and what was expected, never content. */
const ignored = (secret: string, problems: readonly Pick<SecretProblem, 'message'>[]): string =>
  `${secret} is ignored: ${problems.map(({ message }) => message).join('; ')}`

const textIn = (secret: SecretView, key: string): string | undefined => {
  const value = secret.data?.[key]
  return value === undefined ? undefined : Buffer.from(value, 'base64').toString('utf8')
}
