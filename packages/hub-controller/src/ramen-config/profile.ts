/** Key of Ramen's ConfigMap that holds its configuration as YAML text. */
export const ramenConfigKey = 'ramen_manager_config.yaml'

/** Key of the list of S3 profiles in that text. */
export const profilesKey = 's3StoreProfiles'

/** The fields of one S3 profile that are ours; whatever else an entry has belongs to users or to Ramen. */
export interface S3Profile {
  readonly s3ProfileName: string
  readonly s3Bucket: string
  readonly s3Region: string
  readonly s3CompatibleEndpoint: string
  readonly s3SecretRef: { readonly name: string }
}

/** What a text says about profiles; anything that is no mapping with a list of profiles is somebody's to repair. */
export type RamenProfiles =
  | { readonly is: 'read'; readonly entries: readonly unknown[] }
  | { readonly is: 'unreadable'; readonly message: string }

type Fields = Readonly<Record<string, unknown>>

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The `s3SecretRef.name` of an entry: who it belongs to. */
export const secretNameOf = (entry: unknown): string | undefined => {
  const ref = isFields(entry) ? entry['s3SecretRef'] : undefined
  const name = isFields(ref) ? ref['name'] : undefined
  return typeof name === 'string' ? name : undefined
}

export const profileNameOf = (entry: unknown): string | undefined => {
  const name = isFields(entry) ? entry['s3ProfileName'] : undefined
  return typeof name === 'string' ? name : undefined
}

/** Whether the entry has the five fields exactly as wanted. */
export const holdsProfile = (entry: unknown, wanted: S3Profile): boolean =>
  isFields(entry) &&
  entry['s3ProfileName'] === wanted.s3ProfileName &&
  entry['s3Bucket'] === wanted.s3Bucket &&
  entry['s3Region'] === wanted.s3Region &&
  entry['s3CompatibleEndpoint'] === wanted.s3CompatibleEndpoint &&
  secretNameOf(entry) === wanted.s3SecretRef.name

/** The profile an entry is, when it has the five fields as text. */
export const asProfile = (entry: unknown): S3Profile | undefined => {
  const s3SecretName = secretNameOf(entry)
  if (!isFields(entry) || s3SecretName === undefined) return undefined
  const { s3ProfileName, s3Bucket, s3Region, s3CompatibleEndpoint } = entry
  return typeof s3ProfileName === 'string' &&
    typeof s3Bucket === 'string' &&
    typeof s3Region === 'string' &&
    typeof s3CompatibleEndpoint === 'string'
    ? { s3ProfileName, s3Bucket, s3Region, s3CompatibleEndpoint, s3SecretRef: { name: s3SecretName } }
    : undefined
}

/** The entries of a root value as YAML gave it; `undefined` and `null` are an empty document. */
export const profilesOfValue = (root: unknown): RamenProfiles => {
  if (root === undefined || root === null) return { is: 'read', entries: [] }
  if (!isFields(root)) return { is: 'unreadable', message: `${ramenConfigKey} is no YAML mapping` }
  const list = root[profilesKey]
  if (list === undefined || list === null) return { is: 'read', entries: [] }
  if (!Array.isArray(list))
    return { is: 'unreadable', message: `${profilesKey} in ${ramenConfigKey} is no list` }
  return { is: 'read', entries: list }
}
