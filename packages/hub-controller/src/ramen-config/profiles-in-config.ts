import type { ConfigMap } from '@odfmo/api-types'
import type { DeepReadonly } from '@odfmo/api-types/meta'
import {
  asProfile,
  profileNameOf,
  profilesOfText,
  ramenConfigKey,
  secretNameOf,
  type S3Profile,
} from './profile.ts'

/** Bucket of the config that has exactly this profile. */
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

/** Bucket of the config that has any entry of this profile name. */
export const ofName = (s3ProfileName: string): string => `name ${JSON.stringify(s3ProfileName)}`

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
  for (const entry of profiles.entries) {
    const name = profileNameOf(entry)
    if (name === undefined) continue
    buckets.add(ofName(name))
    const secretName = secretNameOf(entry)
    if (secretName !== undefined) buckets.add(ofOurs(name, secretName))
    const profile = asProfile(entry)
    if (profile !== undefined) buckets.add(exactly(profile))
  }
  return [...buckets]
}
