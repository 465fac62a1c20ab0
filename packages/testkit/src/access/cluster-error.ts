import type { Status } from '@odfmo/api-types/meta'

/** A cluster refused a request, or could not be reached (status 0). The message has no body of the request in it. */
export class ClusterError extends Error {
  override readonly name = 'ClusterError'
  readonly code = 'ODFMO_TESTKIT_REQUEST'
  /** HTTP status; 0 when there was no answer. */
  readonly status: number
  /** As in the Status body: `NotFound`, `Conflict`, `AlreadyExists` … */
  readonly reason: string

  constructor(what: string, status: number, body: Partial<Status>, cause?: unknown) {
    super(`${what}: ${body.message ?? (status === 0 ? String(cause) : `status ${status}`)}`, { cause })
    this.status = status
    this.reason = body.reason ?? ''
  }
}

export const isNotFound = (error: unknown): boolean => error instanceof ClusterError && error.status === 404
export const isConflict = (error: unknown): boolean =>
  error instanceof ClusterError && error.status === 409 && error.reason !== 'AlreadyExists'
export const isAlreadyExists = (error: unknown): boolean =>
  error instanceof ClusterError && error.reason === 'AlreadyExists'
/** The history that a watch or a list asked for is no longer kept. */
export const isExpired = (error: unknown): boolean => error instanceof ClusterError && error.status === 410
/** Nobody answered. */
export const isUnreachable = (error: unknown): boolean => error instanceof ClusterError && error.status === 0
