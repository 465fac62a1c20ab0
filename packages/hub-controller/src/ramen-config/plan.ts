import {
  holdsProfile,
  isFields,
  profileNameOf,
  profilesKey,
  secretNameOf,
  type S3Profile,
} from './profile.ts'

/** A profile that should be in the list. */
export interface PutProfile {
  readonly profile: S3Profile
  /**
   * Secret names that make an entry of this profile name ours, the profile's own among them. Any other entry
   * of the name is a user's: it is kept and ours is not added beside it.
   */
  readonly ours: ReadonlySet<string>
}

/** An entry that should go: ours by its secret's name. */
export interface DropProfile {
  readonly s3ProfileName: string
  readonly s3SecretName: string
}

export interface ProfileEdits {
  readonly put: readonly PutProfile[]
  readonly drop: readonly DropProfile[]
}

/** Which entries of a list change, by their place in it. */
export interface EditPlan {
  readonly change: ReadonlyMap<number, S3Profile>
  readonly remove: ReadonlySet<number>
  readonly append: readonly S3Profile[]
  /** The secret that an entry to be changed names now. */
  readonly secretNames: ReadonlyMap<number, string>
}

/** What is to be done to the entries of a list; nothing when it is as wanted. */
export const planOf = (entries: readonly unknown[], { put, drop }: ProfileEdits): EditPlan => {
  const places = new Map<string, number[]>()
  entries.forEach((entry, place) => {
    const name = profileNameOf(entry)
    if (name !== undefined) places.set(name, [...(places.get(name) ?? []), place])
  })
  const change = new Map<number, S3Profile>()
  const secretNames = new Map<number, string>()
  const append: S3Profile[] = []
  for (const { profile, ours } of put) {
    const named = places.get(profile.s3ProfileName) ?? []
    if (named.length === 0) append.push(profile)
    for (const place of named) {
      const secretName = secretNameOf(entries[place])
      if (secretName === undefined || !ours.has(secretName) || holdsProfile(entries[place], profile)) continue
      change.set(place, profile)
      secretNames.set(place, secretName)
    }
  }
  const remove = new Set<number>()
  for (const { s3ProfileName, s3SecretName } of drop) {
    for (const place of places.get(s3ProfileName) ?? []) {
      if (secretNameOf(entries[place]) === s3SecretName && !change.has(place)) remove.add(place)
    }
  }
  return { change, remove, append, secretNames }
}

export const isEmptyPlan = ({ change, remove, append }: EditPlan): boolean =>
  change.size === 0 && remove.size === 0 && append.length === 0

/** The entries after the plan: what the edited text must say when it is read again. */
export const entriesAfter = (
  entries: readonly unknown[],
  { change, remove, append }: EditPlan,
): readonly unknown[] => [
  ...entries.flatMap((entry, place) => {
    if (remove.has(place)) return []
    const profile = change.get(place)
    return [profile === undefined ? entry : changed(entry, profile)]
  }),
  ...append,
]

const changed = (entry: unknown, profile: S3Profile): unknown =>
  isFields(entry)
    ? {
        ...entry,
        ...profile,
        s3SecretRef: {
          ...(isFields(entry['s3SecretRef']) ? entry['s3SecretRef'] : {}),
          ...profile.s3SecretRef,
        },
      }
    : entry

/** The root value after the plan. */
export const rootAfter = (root: unknown, entries: readonly unknown[]): Readonly<Record<string, unknown>> => ({
  ...(isFields(root) ? root : {}),
  [profilesKey]: entries,
})
