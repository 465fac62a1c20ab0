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
  /** `ODFMO_KUBE_<status>`, or `ODFMO_KUBE_UNREACHABLE`: stable. */
  readonly code: string
  /** The HTTP status; 0 when there was no answer. */
  readonly status: number
  /** The `reason` of the Status (`AlreadyExists`, `Conflict`, …), or why there was no answer. */
  readonly reason: string
  /** The `details` of the Status, as the server gave them. */
  readonly details: Status['details']
  /** When the server wants to be asked again, in milliseconds from the answer on. */
  readonly retryAfterMs: number | undefined
  /** What was asked. */
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

/** 404: the object is not there, or the server does not know the kind or the path. */
export const isNotFound = is(404)
/**
 * The server knows the kind and says that this object is not there; not a 404 of a proxy, of a server that does not
 * serve the kind (yet), or about something else.
 */
export const isObjectNotFound = (error: unknown, kind: Kind, name: string): error is KubeError =>
  isNotFound(error) &&
  error.details?.name === name &&
  (error.details.kind === undefined || error.details.kind === kind.plural || error.details.kind === kind.kind)
/** A create of a name that is taken. */
export const isAlreadyExists = is(409, 'AlreadyExists')
/** A stale resourceVersion or a wrong uid; look again. */
export const isConflict = is(409, 'Conflict')
/** 422: the server will not have this object, however often it is sent. */
export const isInvalid = is(422)
/** The watch history is gone: list again. */
export const isExpired = is(410)
/** 403: the identity may not do this; rights can be given while the process runs. */
export const isForbidden = is(403)
/** 401: the server does not know the identity. Files were read again before this is thrown. */
export const isUnauthorized = is(401)
/** Nothing was sent: `mayStart` said no. */
export const isHeld = is(0, 'Held')
