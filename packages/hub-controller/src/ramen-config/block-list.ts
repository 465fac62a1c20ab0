import type { YAMLSeq } from 'yaml'
import type { S3Profile } from './profile.ts'
import { yamlScalar } from './scalar.ts'
import { lineStart, nextLine } from './splice.ts'

/** The lines one entry of a block list takes, and the blanks before its dash. */
export interface EntryLines {
  readonly start: number
  readonly end: number
  readonly pad: string
}

/** A token of the parser's, as far as it is looked at here. */
export interface SourceToken {
  readonly type: string
  readonly offset: number
}

/** From the line of the dash to behind the last line of its content; comments and blank lines after it are not its. */
export const entryLines = (text: string, list: YAMLSeq, place: number): EntryLines => {
  const dashes = (
    (list.srcToken as { readonly items?: readonly { readonly start: readonly SourceToken[] }[] } | undefined)
      ?.items ?? []
  )
    .map(({ start }) => start.find(({ type }) => type === 'seq-item-ind')?.offset)
    .filter((offset) => offset !== undefined)
  const dash = dashes[place]
  const valueEnd = (list.items[place] as { readonly range?: readonly number[] | null } | null)?.range?.[1]
  if (dash === undefined || valueEnd === undefined)
    throw new RangeError(`no place in the text for entry ${place}`)
  const start = lineStart(text, dash)
  return { start, end: endOfContent(text, valueEnd), pad: text.slice(start, dash) }
}

/** Behind the last line before `end` that is neither blank nor a comment. */
const endOfContent = (text: string, end: number): number => {
  let at = text[end - 1] === '\n' ? end : nextLine(text, end)
  for (;;) {
    const start = lineStart(text, at - 1)
    const line = text.slice(start, at).trim()
    if (line !== '' && !line.startsWith('#')) return at
    at = start
  }
}

/** Entries of a block list, their dashes behind `pad`, fields in the order Ramen prints them. */
export const appendToBlock = (profiles: readonly S3Profile[], pad: string, eol: string): string =>
  profiles
    .map((profile) =>
      [
        `${pad}- s3Bucket: ${yamlScalar(profile.s3Bucket)}`,
        `${pad}  s3CompatibleEndpoint: ${yamlScalar(profile.s3CompatibleEndpoint)}`,
        `${pad}  s3ProfileName: ${yamlScalar(profile.s3ProfileName)}`,
        `${pad}  s3Region: ${yamlScalar(profile.s3Region)}`,
        `${pad}  s3SecretRef:`,
        `${pad}    name: ${yamlScalar(profile.s3SecretRef.name)}`,
        '',
      ].join(eol),
    )
    .join('')
