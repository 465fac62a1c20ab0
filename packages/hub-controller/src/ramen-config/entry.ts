import { isCollection, isMap, isScalar, type Pair, type YAMLMap } from 'yaml'
import type { S3Profile } from './profile.ts'
import { quoted, yamlScalar } from './scalar.ts'
import { eolOf, lineStart, type Splice } from './splice.ts'

const fields = ['s3Bucket', 's3CompatibleEndpoint', 's3ProfileName', 's3Region'] as const

/** An entry as it stands in the text, and what it says of its secret. */
export interface WrittenEntry {
  readonly node: unknown
  readonly secretName: string | undefined
}

/** Our five fields set in an entry that is there; undefined when it is written in a way this cannot change. */
export const changeEntry = (
  text: string,
  { node: entry, secretName }: WrittenEntry,
  profile: S3Profile,
): readonly Splice[] | undefined => {
  if (!isMap(entry)) return undefined
  const all: Splice[] = []
  for (const field of fields) {
    const one = setField(text, entry, field, profile[field])
    if (one === undefined) return undefined
    all.push(...one)
  }
  // Right already, and perhaps written as an alias or merged in, which nobody has to touch then.
  if (secretName === profile.s3SecretRef.name) return all
  const reference = pairOf(entry, 's3SecretRef')?.value
  const name = isMap(reference) ? setField(text, reference, 'name', profile.s3SecretRef.name) : undefined
  return name === undefined ? undefined : [...all, ...name]
}

const pairOf = (map: YAMLMap, field: string): Pair | undefined =>
  map.items.find(({ key }) => isScalar(key) && key.value === field)

const setField = (
  text: string,
  map: YAMLMap,
  field: string,
  value: string,
): readonly Splice[] | undefined => {
  const written = map.flow === true ? quoted(value) : yamlScalar(value)
  const pair = pairOf(map, field)
  if (pair === undefined)
    return addField(text, map, `${map.flow === true ? JSON.stringify(field) : field}: ${written}`)
  if (isScalar(pair.value) && pair.value.value === value) return []
  const range = (pair.value as { readonly range?: readonly number[] | null } | null)?.range
  const [start, end] = range ?? []
  if (start === undefined || end === undefined) return undefined
  // No comment goes with what somebody wrote in place of a text.
  if (isCollection(pair.value) && text.slice(start, end).includes('#')) return undefined
  if (start === end) return [{ start, end, text: ` ${written}` }]
  // A block scalar takes its last line break along, and has its comment within.
  const comment = blockComment(pair.value)
  const kept = comment === undefined ? written : `${written} ${comment}`
  return [{ start, end, text: text[end - 1] === '\n' ? kept + eolOf(text) : kept }]
}

/** A field that is missing comes before the first one, in its column. */
const addField = (text: string, map: YAMLMap, written: string): readonly Splice[] | undefined => {
  const [start] = map.range ?? []
  if (start === undefined) return undefined
  if (map.flow === true) {
    return [{ start: start + 1, end: start + 1, text: map.items.length === 0 ? written : `${written}, ` }]
  }
  const pad = ' '.repeat(start - lineStart(text, start))
  return [{ start, end: start, text: `${written}${eolOf(text)}${pad}` }]
}

/** The comment behind the `|` or `>` of a block scalar. */
const blockComment = (value: unknown): string | undefined => {
  const token = (value as { readonly srcToken?: unknown } | null)?.srcToken as
    | {
        readonly type: string
        readonly props?: readonly { readonly type: string; readonly source: string }[]
      }
    | undefined
  return token?.type === 'block-scalar'
    ? token.props?.find(({ type }) => type === 'comment')?.source
    : undefined
}
