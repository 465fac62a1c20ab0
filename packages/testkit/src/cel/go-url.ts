import { goQuoted } from '../go-text.ts'

/** What is wrong with a URL, in Go's words. */
export class UrlProblem extends Error {
  override readonly name = 'UrlProblem'
}

/** A URL as Go's `url.ParseRequestURI` takes it apart. */
export interface GoUrl {
  readonly text: string
  readonly scheme: string
  /** With its port, unescaped. */
  readonly host: string
  readonly hostname: string
  readonly port: string
  /** Escaped. */
  readonly path: string
  readonly query: string
}

const portOf = (host: string): string => /^(?:\[[^\]]*\]|[^:]*):(.*)$/.exec(host)?.[1] ?? ''
const hostnameOf = (host: string): string => {
  const bracketed = /^\[([^\]]*)\]/.exec(host)?.[1]
  return bracketed ?? host.replace(/:.*$/, '')
}

const checkEscapes = (part: string, fail: (why: string) => UrlProblem): void => {
  const wrong = /%(?![0-9a-fA-F]{2}).{0,2}/.exec(part)?.[0]
  if (wrong !== undefined) throw fail(`invalid URL escape ${goQuoted(wrong)}`)
}

const checkHost = (host: string, fail: (why: string) => UrlProblem): void => {
  if (host.startsWith('[') && !host.includes(']')) throw fail("missing ']' in host")
  const after = host.startsWith('[') ? host.slice(host.indexOf(']') + 1) : (/:[^:]*$/.exec(host)?.[0] ?? '')
  if (!/^(?::\d*)?$/.test(after)) throw fail(`invalid port ${goQuoted(after)} after host`)
  const wrong = /[^\w.\-~!$&'()*+,;=:[\]<>"%\u0080-\uffff]/.exec(host)?.[0]
  if (wrong !== undefined) throw fail(`invalid character ${goQuoted(wrong)} in host name`)
  // a host may have bytes beyond ASCII escaped, and nothing else
  const escaped = /%(?!25)[0-7][0-9a-fA-F]/.exec(host)?.[0]
  if (escaped !== undefined) throw fail(`invalid URL escape ${goQuoted(escaped)}`)
  checkEscapes(host, fail)
}

/** Characters of a path that are escaped where they are not already. */
const escapedPath = (path: string): string =>
  path.replace(/[^\w.\-~!$&'()*+,;=:@/%[\]]/gu, (character) => encodeURIComponent(character))

/** Absolute URLs, and paths from the root; throws UrlProblem for all else. */
export const parseGoUrl = (text: string): GoUrl => {
  const fail = (why: string): UrlProblem => new UrlProblem(`parse ${goQuoted(text)}: ${why}`)
  // oxlint-disable-next-line no-control-regex -- these are what is refused
  if (/[\u0000-\u001f\u007f]/.test(text)) throw fail('net/url: invalid control character in URL')
  if (text === '') throw fail('empty url')
  const [, scheme = '', afterScheme = text] = /^([A-Za-z][A-Za-z0-9+.-]*):(.*)$/s.exec(text) ?? []
  if (scheme === '' && text.startsWith(':')) throw fail('missing protocol scheme')
  if (scheme === '' && text !== '*' && !text.startsWith('/')) {
    const colon = text.indexOf(':')
    const slash = text.indexOf('/')
    if (colon !== -1 && (slash === -1 || colon < slash) && !/^[A-Za-z0-9+.-]*:/.test(text))
      throw fail(
        /^[A-Za-z]/.test(text) ? 'invalid URI for request' : 'first path segment in URL cannot contain colon',
      )
    throw fail('invalid URI for request')
  }
  const question = afterScheme.indexOf('?')
  const query = question === -1 ? '' : (afterScheme.slice(question + 1).split('#')[0] ?? '')
  const rest = question === -1 ? afterScheme : afterScheme.slice(0, question)
  const base = { text, scheme: scheme.toLowerCase(), query }
  if (rest === '*') return { ...base, host: '', hostname: '', port: '', path: '*' }
  if (!rest.startsWith('/')) {
    if (scheme !== '') return { ...base, host: '', hostname: '', port: '', path: '' }
    throw fail('invalid URI for request')
  }
  const hasAuthority =
    scheme !== '' ? rest.startsWith('//') : rest.startsWith('//') && !rest.startsWith('///')
  const slash = hasAuthority ? rest.indexOf('/', 2) : 0
  const authority = hasAuthority ? rest.slice(2, slash === -1 ? undefined : slash) : ''
  const path = slash === -1 ? '' : rest.slice(slash)
  const host = authority.slice(authority.lastIndexOf('@') + 1)
  checkHost(host, fail)
  checkEscapes(path, fail)
  return {
    ...base,
    host,
    hostname: hostnameOf(host),
    port: portOf(host),
    path: escapedPath(path),
  }
}
