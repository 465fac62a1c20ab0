import { structType } from '../cel-type.ts'
import { CelError, CelMap, LibraryValue } from '../cel-value.ts'
import { global, member } from '../functions.ts'
import type { Library } from '../functions.ts'
import { parseGoUrl, UrlProblem } from '../go-url.ts'
import type { GoUrl } from '../go-url.ts'

const urlType = structType('kubernetes.URL')

class UrlValue extends LibraryValue {
  override readonly type = urlType
  readonly url: GoUrl

  constructor(url: GoUrl) {
    super()
    this.url = url
  }

  override equals(other: unknown): boolean {
    return other instanceof UrlValue && other.url.text === this.url.text
  }
}

const parse = (text: string): UrlValue => {
  try {
    return new UrlValue(parseGoUrl(text))
  } catch (error) {
    if (error instanceof UrlProblem)
      throw new CelError(`URL parse error during conversion from string: ${error.message}`)
    throw error
  }
}

const isUrl = (text: string): boolean => {
  try {
    parseGoUrl(text)
    return true
  } catch (error) {
    if (error instanceof UrlProblem) return false
    throw error
  }
}

const queryOf = ({ query }: GoUrl): CelMap => {
  const values = new Map<string, string[]>()
  for (const [name, value] of new URLSearchParams(query))
    values.set(name, [...(values.get(name) ?? []), value])
  return new CelMap(values)
}

const part = (name: string, read: (url: GoUrl) => string) =>
  member(`kubernetes.URL.${name}(): string`, ({ url }: UrlValue) => read(url))

/** Kubernetes' URLs. */
export const urlLibrary = (): Library => [
  global('url(string): kubernetes.URL', parse),
  global('isURL(string): bool', isUrl),
  part('getScheme', ({ scheme }) => scheme),
  part('getHost', ({ host }) => host),
  part('getHostname', ({ hostname }) => hostname),
  part('getPort', ({ port }) => port),
  part('getEscapedPath', ({ path }) => path),
  member('kubernetes.URL.getQuery(): map<string, list<string>>', ({ url }: UrlValue) => queryOf(url)),
]
