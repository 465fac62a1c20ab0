import { ApiError, badRequest } from '../api-error.ts'

/** Where the next page of a list begins. */
export interface Position {
  /** The past that the pages are of; undefined for whatever is there now. */
  readonly revision: number | undefined
  /** The last key already given. */
  readonly after: string
}

const tokenVersion = 'meta.k8s.io/v1'
/** In a token: whatever is there now. */
const inconsistent = -1
/** The smallest text behind a key. */
const afterKey = '\u0000'

/** Keys in tokens begin with a slash, as the server's own have it. */
export const writePosition = ({ revision = inconsistent, after }: Position): string =>
  Buffer.from(JSON.stringify({ v: tokenVersion, rv: revision, start: `/${after}${afterKey}` })).toString(
    'base64url',
  )

const refused = (why: string): ApiError =>
  badRequest(`invalid continue token: continue key is not valid: ${why}`)

const base64Of = (token: string): string => {
  const wrong = token.search(/[^\w-]/)
  if (wrong >= 0) throw refused(`illegal base64 data at input byte ${wrong}`)
  if (token.length % 4 === 1) throw refused(`illegal base64 data at input byte ${token.length - 1}`)
  return Buffer.from(token, 'base64url').toString('latin1')
}

/** As Go prints a character of Latin-1. */
const shownCharacter = (character: string): string => {
  const code = character.charCodeAt(0)
  const hex = code.toString(16)
  if (code < 0x20 || code === 0x7f) return `\\x${hex.padStart(2, '0')}`
  return (code > 0x7f && code < 0xa1) || code === 0xad ? `\\u${hex.padStart(4, '0')}` : character
}

const jsonOf = (text: string): Record<string, unknown> => {
  const [first = ''] = text.trimStart()
  if (first !== '' && !/[{["\dtfn-]/.test(first))
    throw refused(`invalid character '${shownCharacter(first)}' looking for beginning of value`)
  try {
    return JSON.parse(Buffer.from(text, 'latin1').toString('utf8')) as Record<string, unknown>
  } catch {
    throw refused('unexpected end of JSON input')
  }
}

/** Reads a token; throws the 400 of one that this server did not write. */
export const readPosition = (token: string): Position => {
  const { v = '', rv = 0, start = '' } = jsonOf(base64Of(token))
  if (v !== tokenVersion) throw refused(`server does not recognize this encoded version ${String(v)}`)
  if (rv === 0) throw refused(`incorrect encoded start resourceVersion (version ${tokenVersion})`)
  if (typeof rv !== 'number' || typeof start !== 'string' || start === '')
    throw refused(`encoded start key empty (version ${tokenVersion})`)
  const key = start.replace(/^\//, '')
  if (key === '' || key.split('/').some((part) => part === '' || part === '.' || part === '..'))
    throw refused(start)
  const after = key.endsWith(afterKey) ? key.slice(0, -afterKey.length) : key
  return { revision: rv < 0 ? undefined : rv, after }
}

/** The past of a token is gone: with the answer's own token the client can go on without it. */
export const expiredPosition = ({ after }: Position): ApiError =>
  new ApiError(
    410,
    'Expired',
    'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.',
    undefined,
    { continue: writePosition({ revision: undefined, after }) },
  )
