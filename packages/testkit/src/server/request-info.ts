import { isTrue } from '../verbs/list-options.ts'

/** What a path and a method ask for, as authorization and the router see it. */
export interface ResourceRequest {
  readonly isResource: true
  readonly verb: string
  readonly group: string
  readonly version: string
  readonly plural: string
  readonly namespace: string
  readonly name: string
  readonly subresource: string
  readonly path: string
  /** `/api/v1/watch/…`, which only reads. */
  readonly byOldPath: boolean
}

export interface PathRequest {
  readonly isResource: false
  readonly verb: string
  readonly path: string
}

export type RequestInfo = ResourceRequest | PathRequest

const verbOf = (method: string, named: boolean, watching: boolean): string => {
  switch (method) {
    case 'GET':
    case 'HEAD':
      if (watching) return 'watch'
      return named ? 'get' : 'list'
    case 'POST':
      return 'create'
    case 'PUT':
      return 'update'
    case 'PATCH':
      return 'patch'
    case 'DELETE':
      return named ? 'delete' : 'deletecollection'
    default:
      return ''
  }
}

/** A path is taken apart when its escapes are gone: one for a slash is a slash. */
const decoded = (path: string): string => {
  if (!path.includes('%')) return path
  try {
    return decodeURIComponent(path)
  } catch {
    return path // not UTF-8
  }
}

/** Takes a request's method and URL apart; the rules are those of the API server's RequestInfo. */
export const readRequestInfo = (method: string, sentPath: string, query: URLSearchParams): RequestInfo => {
  const path = decoded(sentPath)
  const segments = path.split('/').filter((segment) => segment !== '')
  const other: PathRequest = { isResource: false, verb: method.toLowerCase(), path }
  const isCore = segments[0] === 'api'
  if (!isCore && segments[0] !== 'apis') return other
  const start = isCore ? 2 : 3
  if (segments.length <= start) return other
  const group = isCore ? '' : (segments[1] ?? '')
  const version = segments[start - 1] ?? ''
  let rest = segments.slice(start)
  const byOldPath = rest[0] === 'watch'
  if (byOldPath) rest = rest.slice(1)
  let namespace = ''
  if (rest[0] === 'namespaces' && rest[1] !== undefined) {
    const isOwnSubresource = rest.length === 3 && (rest[2] === 'status' || rest[2] === 'finalize')
    if (rest.length > 2 && !isOwnSubresource) {
      namespace = rest[1]
      rest = rest.slice(2)
    } else if (group === '') namespace = rest[1]
  }
  const [plural = '', name = '', ...deeper] = rest
  // with a name it is a read, whatever the query says; the old paths watch one object by its name
  const isWatch = byOldPath || (name === '' && isTrue(query.get('watch')))
  return {
    isResource: true,
    verb: verbOf(method, name !== '', isWatch && method === 'GET'),
    group,
    version,
    plural,
    namespace,
    name,
    subresource: deeper.join('/'),
    path,
    byOldPath,
  }
}
