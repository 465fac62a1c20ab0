import type { ConfigMap } from '@odfmo/api-types'
import type { DeepReadonly } from '@odfmo/api-types/meta'
import { asProfile, profileNameOf, ramenConfigKey, secretNameOf, type S3Profile } from './profile.ts'
import { profilesOfText } from './read-config.ts'
import { sameValue } from './same-value.ts'

/** Bucket of the config in which every entry of this profile name and secret is exactly this profile. */
export const exactly = ({
  s3ProfileName,
  s3Bucket,
  s3Region,
  s3CompatibleEndpoint,
  s3SecretRef,
}: S3Profile): string =>
  `exactly ${JSON.stringify([s3ProfileName, s3Bucket, s3Region, s3CompatibleEndpoint, s3SecretRef.name])}`

/** Bucket of the config that has an entry of this profile name and secret: one of ours. */
export const ofOurs = (s3ProfileName: string, s3SecretName: string): string =>
  `ours ${JSON.stringify([s3ProfileName, s3SecretName])}`

/** Bucket of the config that has an entry of ours with this bucket. */
export const ofBucket = (s3ProfileName: string, s3SecretName: string, s3Bucket: string): string =>
  `bucket ${JSON.stringify([s3ProfileName, s3SecretName, s3Bucket])}`

/** Bucket of the config that has any entry of this profile name. */
export const ofName = (s3ProfileName: string): string => `name ${JSON.stringify(s3ProfileName)}`

/** Bucket of the config that has entries of this profile name with different secrets: not all can be ours. */
export const ofSeveral = (s3ProfileName: string): string => `several ${JSON.stringify(s3ProfileName)}`

/** Bucket of the config in which some entry, of whatever name, refers to this secret. */
export const referring = (s3SecretName: string): string => `refers ${s3SecretName}`

/** Bucket of a config that nobody can read and that has this secret's name somewhere: perhaps in an entry of ours. */
export const mentioned = (s3SecretName: string): string => `mentioned ${s3SecretName}`

/** What the names of S3 secrets look like. */
const secretNames = /\b[0-9a-f]{39}\b/g

/**
 * What Ramen's config says, one bucket a question: parsed once when it changes, however many MirrorPeers ask,
 * and only those are woken whose answer changed.
 */
export const profilesInConfig = (config: DeepReadonly<ConfigMap>): readonly string[] => {
  const text = config.data?.[ramenConfigKey]
  const profiles = profilesOfText(text)
  if (profiles.is === 'unreadable') return [...new Set(text?.match(secretNames))].map(mentioned)
  const buckets = new Set<string>()
  const secretsOf = new Map<string, Set<string | undefined>>()
  const exact = new Map<string, S3Profile | undefined>()
  for (const entry of profiles.entries) {
    const name = profileNameOf(entry)
    const secretName = secretNameOf(entry)
    if (secretName !== undefined) buckets.add(referring(secretName))
    if (name === undefined) continue
    buckets.add(ofName(name))
    secretsOf.set(name, (secretsOf.get(name) ?? new Set()).add(secretName))
    if (secretName === undefined) continue
    const ours = ofOurs(name, secretName)
    const profile = asProfile(entry)
    if (profile !== undefined) buckets.add(ofBucket(name, secretName, profile.s3Bucket))
    // Two that differ are not as wanted, whichever of them is: a reader takes the first.
    const same = !buckets.has(ours) || sameValue(exact.get(ours), profile)
    exact.set(ours, same ? profile : undefined)
    buckets.add(ours)
  }
  for (const [name, secrets] of secretsOf) if (secrets.size > 1) buckets.add(ofSeveral(name))
  for (const profile of exact.values()) if (profile !== undefined) buckets.add(exactly(profile))
  return [...buckets]
}
