import { entriesAfter, isEmptyPlan, planOf, rootAfter, type ProfileEdits } from './plan.ts'
import { isFields, profilesKey, ramenConfigKey } from './profile.ts'
import { profilesOf, readConfig, remember } from './read-config.ts'
import { sameValue } from './same-value.ts'
import { splice, type Splice } from './splice.ts'
import { ways } from './ways.ts'

export type RamenConfigEdit =
  /** The text as it should be; the same text when nothing is to be done. */
  | { readonly is: 'text'; readonly text: string }
  /** No YAML mapping with a list of profiles: never overwritten. */
  | { readonly is: 'unreadable'; readonly message: string }
  /** It could be read, but the change cannot be made without touching what is not ours. */
  | { readonly is: 'uneditable'; readonly message: string }

/**
 * Ramen's configuration with our profiles put and dropped. The text is spliced at the places the parser
 * names, never printed again: every byte that is not ours survives. The result is parsed again and must say
 * exactly what was meant, or nothing is changed.
 */
export const editRamenConfig = (text: string | undefined, edits: ProfileEdits): RamenConfigEdit => {
  const before = text ?? ''
  const read = readConfig(before)
  if (read.is === 'unreadable') return read
  const { document, value } = read
  const profiles = profilesOf(read)
  if (profiles.is === 'unreadable') return profiles
  const plan = planOf(profiles.entries, edits)
  if (isEmptyPlan(plan)) return { is: 'text', text: before }
  const wanted = rootAfter(value, entriesAfter(profiles.entries, plan))
  for (const splices of ways(before, document, plan)) {
    const after = tried(before, splices)
    if (after !== undefined && says(after, wanted)) return { is: 'text', text: after }
  }
  return {
    is: 'uneditable',
    message: `${profilesKey} in ${ramenConfigKey} is written in a way that cannot be changed without touching more than our entries (anchors, aliases or tags): write it as a plain list`,
  }
}

const tried = (before: string, splices: readonly Splice[] | undefined): string | undefined => {
  if (splices === undefined) return undefined
  try {
    return splice(before, splices)
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

/** Whether a text says `wanted`; an empty list and no list are the same to every reader. */
const says = (text: string, wanted: Readonly<Record<string, unknown>>): boolean => {
  const read = readConfig(text)
  if (read.is === 'unreadable') return false
  const value = read.value ?? {}
  if (!isFields(value) || !sameValue(withList(value), withList(wanted))) return false
  // Who sees the write next asks just this.
  remember(text, profilesOf(read))
  return true
}

const withList = (root: Readonly<Record<string, unknown>>): unknown => ({
  ...root,
  [profilesKey]: root[profilesKey] ?? [],
})
