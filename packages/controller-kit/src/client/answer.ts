import type { KubeObject } from '@odfmo/api-types/meta'
import { errorOfTransport } from './error-response.ts'
import type { KubeError } from './kube-error.ts'
import type { ObjectList, WatchEvent } from './object-client.ts'
import type { KubeRequest } from './request.ts'

// What stands between us and the server (a proxy, a portal) answers 200 too, with JSON of its own: taken at its word it
// would empty a cache, or put objects into it that nobody can take away.

/** Throws a `KubeError` that does not quote the text, which may be a Secret. */
export const parseAnswer = (request: KubeRequest, text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    throw unreadable(request, 'the answer is not JSON')
  }
}

export const parseObject = <R extends object>(request: KubeRequest, text: string): R => {
  const answer = parseAnswer(request, text)
  if (!isObject(answer)) throw unreadable(request, 'the answer is no object')
  return answer as R
}

/** Go writes no items as null. */
export const parseList = <T extends KubeObject>(request: KubeRequest, text: string): ObjectList<T> => {
  const answer = parseObject<Partial<ObjectList<T>>>(request, text)
  const { metadata, items } = answer
  if (typeof metadata?.resourceVersion !== 'string' || !Array.isArray(items ?? []))
    throw unreadable(request, 'the answer is no list')
  return { ...answer, metadata, items: items ?? [] }
}

const watchEventTypes: ReadonlySet<unknown> = new Set(['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK'])

export const isWatchEvent = <T extends KubeObject>(event: {
  readonly type?: unknown
  readonly object?: unknown
}): event is { readonly type: WatchEvent['type']; readonly object: T } => {
  const { name, resourceVersion } = (event.object as Partial<T> | undefined)?.metadata ?? {}
  return (
    watchEventTypes.has(event.type) &&
    // What is no decimal number could not be compared with others, and would seem newer than all that follows.
    typeof resourceVersion === 'string' &&
    /^\d+$/.test(resourceVersion) &&
    (event.type === 'BOOKMARK' || typeof name === 'string')
  )
}

/** The mark of the bookmark that ends what `sendInitialEvents` asked for. */
export const endsInitialEvents = (type: WatchEvent['type'], { metadata }: KubeObject): boolean =>
  type === 'BOOKMARK' && metadata.annotations?.['k8s.io/initial-events-end'] === 'true'

export const unreadable = (request: KubeRequest, what: string): KubeError =>
  errorOfTransport(request.context, { code: 'UnreadableAnswer', message: what })

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
