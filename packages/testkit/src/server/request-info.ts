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

const decoded = (segment: string): string => {
  if (!segment.includes('%')) return segment
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

/** Takes a request's method and URL apart; the rules are those of the API server's RequestInfo. */
export const readRequestInfo = (method: string, path: string, query: URLSearchParams): RequestInfo => {
  const segments = path
    .split('/')
    .filter((segment) => segment !== '')
    .map(decoded)
  const other: PathRequest = { isResource: false, verb: method.toLowerCase(), path }
  const isCore = segments[0] === 'api'
  if (!isCore && segments[0] !== 'apis') return other
  const start = isCore ? 2 : 3
  if (segments.length <= start) return other
  const group = isCore ? '' : (segments[1] ?? '')
  const version = segments[start - 1] ?? ''
  let rest = segments.slice(start)
  let watching = ['true', '1'].includes(query.get('watch') ?? '')
  if (rest[0] === 'watch') {
    watching = true
    rest = rest.slice(1)
  }
  let namespace = ''
  if (rest[0] === 'namespaces' && rest[1] !== undefined) {
    const isOwnSubresource = rest.length === 3 && (rest[2] === 'status' || rest[2] === 'finalize')
    if (rest.length > 2 && !isOwnSubresource) {
      namespace = rest[1]
      rest = rest.slice(2)
    } else if (group === '') namespace = rest[1]
  }
  const [plural = '', name = '', ...deeper] = rest
  const isWatchOfOne = watching && method === 'GET'
  return {
    isResource: true,
    verb: verbOf(method, name !== '' && !isWatchOfOne, isWatchOfOne),
    group,
    version,
    plural,
    namespace,
    name,
    subresource: deeper.join('/'),
    path,
  }
}
