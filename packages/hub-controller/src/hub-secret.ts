import { contract, type ObjectKey, type PeerRef, type Secret } from '@odfmo/api-types'
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

/** What is looked for in a hub secret: there and valid, not there, or there and not to be used. */
export type Found<T> =
  | { readonly is: 'found'; readonly value: T }
  | { readonly is: 'missing'; readonly reason: string; readonly message: string }
  /** CamelCase reason and a sentence, for conditions; never anything the secret holds. */
  | { readonly is: 'refused'; readonly reason: string; readonly message: string }

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

/** The peer token that the agent of a cluster delivers for the other side. */
export const blueSecret = (hub: HubKinds, world: World, { ref, hubSecret }: RefParts): Found<SecretView> => {
  const secret = world.read(hub.Secret, hubSecret, ['spec', 'meta'])
  if (secret === undefined) {
    return missing(
      'NoBlueSecret',
      `blue secret ${at(hubSecret)}`,
      ref,
      `the peer token of ${storageClusterText(ref)}`,
    )
  }
  if (
    isOf(secret, secretKind.internal) ||
    textIn(secret, hubSecretKey.clusterType) === clusterType.external
  ) {
    return {
      is: 'refused',
      reason: 'ExternalStorage',
      message:
        `StorageCluster ${storageClusterText(ref)} of ${ref.clusterName} uses external Ceph: ` +
        'a MirrorPeer of type async needs converged storage on both sides',
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
    return missing('NoS3Secret', `S3 secret ${at(s3Secret)}`, ref, `the bucket of ${storageClusterText(ref)}`)
  }
  const problems = s3SecretProblems(secret, ref)
  return problems.length === 0
    ? found({ secret, profile: ramenS3Profile(secret) })
    : refused('InvalidS3Secret', ignored(`S3 secret ${at(s3Secret)}`, problems), ref)
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
    return missing('NoExternalSecret', `internal secret ${at(hubSecret)}`, ref, what)
  }
  if (isOf(secret, secretKind.blue)) {
    return {
      is: 'refused',
      reason: 'ConvergedStorage',
      message:
        `StorageCluster ${storageClusterText(ref)} of ${ref.clusterName} has converged storage: ` +
        'a MirrorPeer of type sync needs external Ceph',
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
  const fsid = fsidOfToken(secret.value)
  return fsid === undefined
    ? refused('NoFsid', `secret ${at(parts.hubSecret)} holds no fsid`, parts.ref)
    : found(fsid)
}

const missing = (reason: string, secret: string, { clusterName }: PeerRef, what: string): Found<never> => ({
  is: 'missing',
  reason,
  message: `waiting for ${secret}: the agent of ${clusterName} has not delivered ${what}`,
})

const refused = (reason: string, why: string, { clusterName }: PeerRef): Found<never> => ({
  is: 'refused',
  reason,
  message: `${why}; the agent of ${clusterName} should deliver it again`,
})

const isOf = (secret: SecretView, kind: string): boolean => secretTypeOf(secret) === kind

/** The problems name keys and what was expected, never content. */
const ignored = (secret: string, problems: readonly SecretProblem[]): string =>
  `${secret} is ignored: ${problems.map(({ message }) => message).join('; ')}`

const textIn = (secret: SecretView, key: string): string | undefined => {
  const value = secret.data?.[key]
  return value === undefined ? undefined : Buffer.from(value, 'base64').toString('utf8')
}
