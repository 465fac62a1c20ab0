import type { Kind, Status } from '@odfmo/api-types/meta'

/** What was asked when it failed: never a body, so never a secret. */
export interface RequestContext {
  readonly verb: string
  /** `secrets`, `mirrorpeers/status`. */
  readonly resource: string
  readonly name?: string
  readonly namespace?: string
  readonly cluster: string
}

/**
 * A refusal by an API server (`status` is the HTTP code) or a failure to reach it (`status` 0).
 * `code` is stable; the message names verb, resource, name and cluster.
 */
export class KubeError extends Error {
  override readonly name = 'KubeError'
  readonly code: string
  readonly status: number
  readonly reason: string
  readonly details: Status['details']
  readonly retryAfterMs: number | undefined
  readonly request: RequestContext

  constructor(
    request: RequestContext,
    status: number,
    reason: string,
    message: string,
    rest: {
      readonly details?: Status['details']
      readonly retryAfterMs?: number
      readonly cause?: unknown
    } = {},
  ) {
    const object = [request.namespace, request.name]
      .filter((part) => part !== undefined && part !== '')
      .join('/')
    super(
      `${request.verb} ${request.resource}${object === '' ? '' : ` ${object}`} in cluster ${request.cluster}: ${message}`,
      rest.cause === undefined ? undefined : { cause: rest.cause },
    )
    this.request = request
    this.status = status
    this.reason = reason
    this.code = `ODFMO_KUBE_${status === 0 ? 'UNREACHABLE' : status}`
    this.details = rest.details
    this.retryAfterMs = rest.retryAfterMs
  }
}

/** Nothing was sent (any more): `mayStart` said no. */
export const heldError = (request: RequestContext): KubeError =>
  new KubeError(request, 0, 'Held', 'not sent: this process may not write any more')

const is =
  (status: number, ...reasons: string[]) =>
  (error: unknown): error is KubeError =>
    error instanceof KubeError &&
    (reasons.length === 0 ? error.status === status : reasons.includes(error.reason))

export const isNotFound = is(404)
/**
 * The server knows the kind and says that this object is not there; not a 404 of a proxy, of a server that does not
 * serve the kind (yet), or about something else.
 */
export const isObjectNotFound = (error: unknown, kind: Kind, name: string): error is KubeError =>
  isNotFound(error) &&
  error.details?.name === name &&
  (error.details.kind === undefined || error.details.kind === kind.plural || error.details.kind === kind.kind)
export const isAlreadyExists = is(409, 'AlreadyExists')
/** A stale resourceVersion or a wrong uid; look again. */
export const isConflict = is(409, 'Conflict')
export const isInvalid = is(422)
/** The watch history is gone: list again. */
export const isExpired = is(410)
export const isForbidden = is(403)
export const isUnauthorized = is(401)
export const isHeld = is(0, 'Held')
