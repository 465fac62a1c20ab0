import { parseDocument, YAMLParseError, type Document, type ParsedNode } from 'yaml'
import { whyEndless } from './endless.ts'
import { profilesOfValue, ramenConfigKey, type RamenProfiles } from './profile.ts'

export type Parsed = Document.Parsed<ParsedNode>

export type ReadConfig =
  | { readonly is: 'read'; readonly document: Parsed; readonly value: unknown }
  | { readonly is: 'unreadable'; readonly message: string }

/** So many uses of anchors, counted with what they hold, are somebody's shared certificates; more is an attack. */
const maxAliasCount = 10_000

/**
 * Ramen's configuration as a document with its places in the text. Merge keys (`<<`) count as they do for Ramen.
 * Never throws, and its messages hold nothing of the text.
 */
export const readConfig = (text: string): ReadConfig => {
  const last = lastRead?.deref()
  if (last?.text === text) return last.read
  const read = parsed(text)
  lastRead = new WeakRef({ text, read })
  return read
}

/**
 * The document read last, which an edit has looked at and the next one of a burst begins with. It is a hundred
 * times as large as its text: the garbage collector may have it.
 */
let lastRead: WeakRef<{ readonly text: string; readonly read: ReadConfig }> | undefined

const parsed = (text: string): ReadConfig => {
  try {
    // Warnings quote the text: they must not reach a log.
    const document = parseDocument(text, { keepSourceTokens: true, logLevel: 'error', merge: true })
    const [error] = document.errors
    if (error !== undefined) throw error
    // Aliases of nothing, and too many of them, are found here only.
    const value: unknown = document.toJS({ maxAliasCount })
    const endless = whyEndless(value)
    if (endless !== undefined) return unreadable(endless)
    return { is: 'read', document, value }
  } catch (error) {
    return unreadable(whyUnreadable(error))
  }
}

const unreadable = (why: string): ReadConfig => ({
  is: 'unreadable',
  message: `${ramenConfigKey} is no YAML: ${why}`,
})

/**
 * What the last texts said: one of 2,000 profiles takes a quarter of a second to read, and is asked for by the
 * cache just after an edit has read it. Nothing but a memory of a pure function.
 */
const known = new Map<string, RamenProfiles>()
const mostKnown = 2

/** What the text of Ramen's configuration says about profiles. Never throws. */
export const profilesOfText = (text: string | undefined): RamenProfiles => {
  if (text === undefined) return { is: 'read', entries: [] }
  return known.get(text) ?? remember(text, profilesOf(readConfig(text)))
}

export const profilesOf = (read: ReadConfig): RamenProfiles =>
  read.is === 'read' ? profilesOfValue(read.value) : read

/** Notes what a text says, for who asks next. */
export const remember = (text: string, profiles: RamenProfiles): RamenProfiles => {
  known.delete(text)
  const [oldest] = known.keys()
  if (known.size >= mostKnown && oldest !== undefined) known.delete(oldest)
  known.set(text, profiles)
  return profiles
}

/**
 * Why a text cannot be read, and where. The parser's messages go on, behind a colon, with an excerpt of the
 * text, which may hold anything: only what stands before is passed on.
 */
const whyUnreadable = (error: unknown): string => {
  if (!(error instanceof Error)) return 'unreadable'
  if (error instanceof YAMLParseError && error.code === 'MULTIPLE_DOCS') return 'it holds several documents'
  const why = error.message.split(/[:\n]/)[0] ?? ''
  const place = error instanceof YAMLParseError ? error.linePos?.[0] : undefined
  return place === undefined
    ? why
    : `${why.replace(/ at line \d+.*$/, '')} at line ${place.line}, column ${place.col}`
}
