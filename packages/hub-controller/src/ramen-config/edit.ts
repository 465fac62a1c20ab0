import {
  isMap,
  isScalar,
  isSeq,
  parseDocument,
  type Document,
  type ParsedNode,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml'
import { appendToBlock, entryLines } from './block-list.ts'
import { changeEntry } from './entry.ts'
import { appendToFlow, removeFromFlow } from './flow-list.ts'
import { entriesAfter, isEmptyPlan, planOf, rootAfter, type EditPlan, type ProfileEdits } from './plan.ts'
import { firstLine, isFields, profilesKey, profilesOfValue, ramenConfigKey } from './profile.ts'
import { sameValue } from './same-value.ts'
import { eolOf, lineStart, nextLine, splice, type Splice } from './splice.ts'

export type RamenConfigEdit =
  /** The text as it should be; the same text when nothing is to be done. */
  | { readonly is: 'text'; readonly text: string }
  /** No YAML mapping with a list of profiles: never overwritten. */
  | { readonly is: 'unreadable'; readonly message: string }
  /** It could be read, but the change cannot be made without touching what is not ours. */
  | { readonly is: 'uneditable'; readonly message: string }

/**
 * Stands behind a list that we added, so that the whole of it goes with the last profile; a list that was
 * there before stays, empty.
 */
const addedMark = '# added with the first profile, goes with the last'

/**
 * Ramen's configuration with our profiles put and dropped. The text is spliced at the places the parser
 * names, never printed again: every byte that is not ours survives. The result is parsed again and must say
 * exactly what was meant, or nothing is changed.
 */
export const editRamenConfig = (text: string | undefined, edits: ProfileEdits): RamenConfigEdit => {
  const before = text ?? ''
  const read = readText(before)
  if (read.is === 'unreadable') return read
  const { document, value } = read
  const profiles = profilesOfValue(value)
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

type Parsed = Document.Parsed<ParsedNode>

type ReadText =
  | { readonly is: 'read'; readonly document: Parsed; readonly value: unknown }
  | { readonly is: 'unreadable'; readonly message: string }

const readText = (text: string): ReadText => {
  // Warnings quote the text: they must not reach a log.
  const document = parseDocument(text, { keepSourceTokens: true, logLevel: 'error' })
  try {
    const [error] = document.errors
    if (error !== undefined) throw error
    // Aliases of nothing, and too many of them, are found here only.
    return { is: 'read', document, value: document.toJS({ maxAliasCount: 100 }) }
  } catch (error) {
    return { is: 'unreadable', message: `${ramenConfigKey} is no YAML: ${firstLine(error)}` }
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
  const read = readText(text)
  if (read.is === 'unreadable') return false
  const value = read.value ?? {}
  return isFields(value) && sameValue(withList(value), withList(wanted))
}

const withList = (root: Readonly<Record<string, unknown>>): unknown => ({
  ...root,
  [profilesKey]: root[profilesKey] ?? [],
})

/** The ways to write a plan down, the nicest first; the first that says what was meant is taken. */
const ways = (text: string, document: Parsed, plan: EditPlan): readonly (readonly Splice[] | undefined)[] => {
  const root = document.contents
  if (root === null || (isScalar(root) && root.value === null)) return [newList(text, plan, text.length, '')]
  if (!isMap(root)) return []
  const pair = root.items.find(({ key }) => isScalar(key) && key.value === profilesKey)
  if (pair === undefined) return missingList(text, root, plan)
  const list: unknown = pair.value
  if (isSeq(list)) return presentList(text, root, list, plan)
  // `s3StoreProfiles:` with nothing, or with a null that is written out.
  if (isScalar(list) && list.value === null && root.flow !== true) {
    const [start, end] = rangeOf(list)
    return [insteadOf(text, root, [start, end], plan)]
  }
  return isScalar(list) && list.value === null
    ? [[{ start: rangeOf(list)[0], end: rangeOf(list)[1], text: ` [${appendToFlow(plan.append)}]` }]]
    : []
}

/** No list yet, and one is added: last, or first where the text does not end in a line break. */
const missingList = (
  text: string,
  root: YAMLMap,
  plan: EditPlan,
): readonly (readonly Splice[] | undefined)[] => {
  const [start, end] = rangeOf(root)
  if (root.flow === true) {
    const inner = `${JSON.stringify(profilesKey)}: [${appendToFlow(plan.append)}]`
    return [[{ start: start + 1, end: start + 1, text: root.items.length === 0 ? inner : `${inner}, ` }]]
  }
  const pad = rootPad(text, root)
  // In front of whatever the first key has before it, an anchor for one.
  const top =
    lineStart(text, start) + (text.startsWith(byteOrderMark) && lineStart(text, start) === 0 ? 1 : 0)
  const first = newList(text, plan, top, pad)
  return text.endsWith('\n') ? [newList(text, plan, endOfBlock(text, end), pad), first] : [first]
}

const newList = (text: string, plan: EditPlan, at: number, pad: string): readonly Splice[] => {
  const eol = eolOf(text)
  const begin = at > 0 && text[at - 1] !== '\n' && pad === '' && at === text.length ? eol : ''
  return [
    {
      start: at,
      end: at,
      text: `${begin}${pad}${profilesKey}: ${addedMark}${eol}${appendToBlock(plan.append, pad, eol)}`,
    },
  ]
}

/** An empty value becomes a list: the value goes, the entries come on the lines behind. */
const insteadOf = (
  text: string,
  root: YAMLMap,
  [start, end]: readonly [number, number],
  plan: EditPlan,
): readonly Splice[] => {
  const eol = eolOf(text)
  const from = end > start && text[start - 1] === ' ' ? start - 1 : start
  const at = nextLine(text, end)
  const begin = text[at - 1] === '\n' ? '' : eol
  const cut: readonly Splice[] = end > start ? [{ start: from, end, text: '' }] : []
  return [...cut, { start: at, end: at, text: begin + appendToBlock(plan.append, rootPad(text, root), eol) }]
}

const presentList = (
  text: string,
  root: YAMLMap,
  list: YAMLSeq,
  plan: EditPlan,
): readonly (readonly Splice[] | undefined)[] => {
  const changes = changesOf(text, list, plan)
  if (changes === undefined) return []
  if (list.flow === true) {
    const flow = [...changes, ...removeFromFlow(text, list, plan.remove), ...flowAppend(list, plan)]
    const [start, end] = rangeOf(list)
    // The way people write it; only where the brackets can come back just as they were.
    const block = root.flow !== true && text.slice(start, end) === '[]' && text.indexOf('\n', end) !== -1
    return block ? [insteadOf(text, root, [start, end], plan), flow] : [flow]
  }
  const lines = list.items.map((_, place) => entryLines(text, list, place))
  const removed = lines
    .filter((_, place) => plan.remove.has(place))
    .map(({ start, end }) => ({ start, end, text: '' }))
  if (removed.length === list.items.length && plan.append.length === 0) return emptied(text, list, removed)
  const last = lines.at(-1)
  if (plan.append.length === 0 || last === undefined) return [[...changes, ...removed]]
  const eol = eolOf(text)
  const begin = text[last.end - 1] === '\n' ? '' : eol
  const added = (at: number, text: string): readonly Splice[] => [{ start: at, end: at, text }]
  const entries = appendToBlock(plan.append, last.pad, eol)
  return [
    [...changes, ...removed, ...added(last.end, begin + entries)],
    // Behind a block scalar without a line break nothing can follow: then before the first entry.
    [...changes, ...removed, ...added(lines[0]?.start ?? last.start, entries)],
  ]
}

const changesOf = (text: string, list: YAMLSeq, plan: EditPlan): readonly Splice[] | undefined => {
  const all: Splice[] = []
  for (const [place, profile] of plan.change) {
    const changes = changeEntry(text, list.items[place], profile)
    if (changes === undefined) return undefined
    all.push(...changes)
  }
  return all
}

const flowAppend = (list: YAMLSeq, plan: EditPlan): readonly Splice[] => {
  if (plan.append.length === 0) return []
  const last = list.items.at(-1)
  const at = last === undefined ? rangeOf(list)[0] + 1 : rangeOf(last)[1]
  return [{ start: at, end: at, text: (last === undefined ? '' : ', ') + appendToFlow(plan.append) }]
}

/** The last entry goes: with it the list, where we added it; else the list stays, empty. */
const emptied = (text: string, list: YAMLSeq, removed: readonly Splice[]): readonly (readonly Splice[])[] => {
  const [firstRemoved] = removed
  const key = text.lastIndexOf(profilesKey, firstRemoved?.start)
  const colon = text.indexOf(':', key + profilesKey.length)
  const header = text.slice(colon + 1, nextLine(text, colon))
  const empty = [{ start: colon + 1, end: colon + 1, text: ' []' }, ...removed]
  if (header.trim() !== addedMark) return [empty]
  return [[{ start: lineStart(text, key), end: nextLine(text, colon), text: '' }, ...removed], empty]
}

const rangeOf = (node: unknown): readonly [number, number] => {
  const range = (node as { readonly range?: readonly number[] | null } | null)?.range
  const [start, end] = range ?? []
  if (start === undefined || end === undefined)
    throw new RangeError('a parsed node without a place in the text')
  return [start, end]
}

const byteOrderMark = '\ufeff'

/** The blanks before the keys of a block mapping. */
const rootPad = (text: string, root: YAMLMap): string =>
  /^\ufeff?( *)/.exec(text.slice(lineStart(text, rangeOf(root)[0])))?.[1] ?? ''

/** Where a block that ends at `end` can be continued on a line of its own. */
const endOfBlock = (text: string, end: number): number => (text[end - 1] === '\n' ? end : nextLine(text, end))
