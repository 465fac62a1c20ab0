import { isMap, isScalar, isSeq, type Pair, type YAMLMap, type YAMLSeq } from 'yaml'
import { appendToBlock, entryLines, type SourceToken } from './block-list.ts'
import { changeEntry } from './entry.ts'
import { appendToFlow, removeFromFlow } from './flow-list.ts'
import type { EditPlan } from './plan.ts'
import { profilesKey } from './profile.ts'
import type { Parsed } from './read-config.ts'
import { eolOf, lineStart, nextLine, type Splice } from './splice.ts'

/**
 * Stands behind a list that we added, so that the whole of it goes with the last profile; a list that was
 * there before stays, empty.
 */
const addedMark = '# added with the first profile, goes with the last'

/** The ways to write a plan down, the nicest first; the first that says what was meant is taken. */
export const ways = (
  text: string,
  document: Parsed,
  plan: EditPlan,
): readonly (readonly Splice[] | undefined)[] => {
  const root = document.contents
  if (root === null || (isScalar(root) && root.value === null)) return [newList(text, plan, text.length, '')]
  if (!isMap(root)) return []
  const pair = root.items.find(({ key }) => isScalar(key) && key.value === profilesKey)
  if (pair === undefined) return missingList(text, root, plan)
  const list: unknown = pair.value
  if (isSeq(list)) return presentList({ text, root, pair, list }, plan)
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
  // It comes from a merge key: there is nothing of it here.
  if (plan.append.length === 0) return []
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

interface PresentList {
  readonly text: string
  readonly root: YAMLMap
  readonly pair: Pair
  readonly list: YAMLSeq
}

const presentList = (
  { text, root, pair, list }: PresentList,
  plan: EditPlan,
): readonly (readonly Splice[] | undefined)[] => {
  const changes = changesOf(text, list, plan)
  if (changes === undefined) return []
  if (list.flow === true) {
    const flow = [...changes, ...removeFromFlow(text, list, plan.remove), ...flowAppend(list, plan)]
    const [start, end] = rangeOf(list)
    // The way people write it; only where the brackets can come back just as they were.
    const block =
      root.flow !== true && text.slice(start - 2, end) === ': []' && text.indexOf('\n', end) !== -1
    return block ? [insteadOf(text, root, [start, end], plan), flow] : [flow]
  }
  const lines = list.items.map((_, place) => entryLines(text, list, place))
  const removed = lines
    .filter((_, place) => plan.remove.has(place))
    .map(({ start, end }) => ({ start, end, text: '' }))
  if (removed.length === list.items.length && plan.append.length === 0) return emptied(text, pair, removed)
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
    const written = { node: list.items[place], secretName: plan.secretNames.get(place) }
    const changes = changeEntry(text, written, profile)
    if (changes === undefined) return undefined
    all.push(...changes)
  }
  return all
}

/** Behind the last entry, or, where none stays, behind the bracket. */
const flowAppend = (list: YAMLSeq, plan: EditPlan): readonly Splice[] => {
  if (plan.append.length === 0) return []
  const entries = appendToFlow(plan.append)
  const last = list.items.at(-1)
  const at = rangeOf(list)[0] + 1
  return last === undefined || plan.remove.size === list.items.length
    ? [{ start: at, end: at, text: entries }]
    : [{ start: rangeOf(last)[1], end: rangeOf(last)[1], text: `, ${entries}` }]
}

/** The last entry goes: with it the list, where we added it; else the list stays, empty. */
const emptied = (text: string, pair: Pair, removed: readonly Splice[]): readonly (readonly Splice[])[] => {
  const [start] = rangeOf(pair.key)
  const colon = colonOf(pair)
  if (colon === undefined) return []
  const header = text.slice(colon + 1, nextLine(text, colon))
  const empty = [{ start: colon + 1, end: colon + 1, text: ' []' }, ...removed]
  if (header.trim() !== addedMark) return [empty]
  return [[{ start: lineStart(text, start), end: nextLine(text, colon), text: '' }, ...removed], empty]
}

/** Where the colon between a key and its value stands. */
const colonOf = (pair: Pair): number | undefined =>
  ((pair as { readonly srcToken?: { readonly sep?: readonly SourceToken[] } }).srcToken?.sep ?? []).find(
    ({ type }) => type === 'map-value-ind',
  )?.offset

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
