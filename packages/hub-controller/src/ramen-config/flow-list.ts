import type { YAMLSeq } from 'yaml'
import type { S3Profile } from './profile.ts'
import { quoted } from './scalar.ts'
import type { Splice } from './splice.ts'

interface FlowItem {
  readonly start: readonly { readonly type: string; readonly offset: number }[]
}

/** Entries of a flow list. Quoted throughout: the text may be JSON and stays it. */
export const appendToFlow = (profiles: readonly S3Profile[]): string =>
  profiles
    .map(
      (profile) =>
        `{"s3Bucket": ${quoted(profile.s3Bucket)}, "s3CompatibleEndpoint": ${quoted(profile.s3CompatibleEndpoint)}, ` +
        `"s3ProfileName": ${quoted(profile.s3ProfileName)}, "s3Region": ${quoted(profile.s3Region)}, ` +
        `"s3SecretRef": {"name": ${quoted(profile.s3SecretRef.name)}}}`,
    )
    .join(', ')

/** Each removed entry goes with one comma: the one before it, or behind it when everything before it goes. */
export const removeFromFlow = (
  text: string,
  list: YAMLSeq,
  remove: ReadonlySet<number>,
): readonly Splice[] => {
  const items = (list.srcToken as { readonly items?: readonly FlowItem[] } | undefined)?.items ?? []
  // The comma that separates an item from the one before stands in its own start; a trailing one in an item of its own.
  const commaBefore = (place: number): number | undefined =>
    items[place]?.start.find(({ type }) => type === 'comma')?.offset
  let kept = false
  return list.items.flatMap((item, place) => {
    if (!remove.has(place)) {
      kept = true
      return []
    }
    const range = (item as { readonly range?: readonly number[] | null } | null)?.range
    const [start, end] = range ?? []
    if (start === undefined || end === undefined)
      throw new RangeError(`no place in the text for entry ${place}`)
    const cut = (from: number, to: number): Splice => ({ start: from, end: to, text: '' })
    const comma = commaBefore(kept ? place : place + 1)
    if (comma === undefined) return [cut(start, end)]
    if (kept)
      return isBlank(text.slice(comma + 1, start))
        ? [cut(comma, end)]
        : [cut(comma, comma + 1), cut(start, end)]
    // A comment needs a blank before it.
    const behind = /^[ \t]*(?![ \t#])/.exec(text.slice(comma + 1))?.[0].length ?? 0
    return isBlank(text.slice(end, comma))
      ? [cut(start, comma + 1 + behind)]
      : [cut(start, end), cut(comma, comma + 1)]
  })
}

const isBlank = (text: string): boolean => text.trim() === ''
