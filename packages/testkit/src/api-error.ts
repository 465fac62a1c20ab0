import type { FieldError } from './field-error.ts'
import { goQuoted } from './go-text.ts'

export interface StatusCause {
  readonly reason?: string
  readonly message?: string
  readonly field?: string
}

export interface StatusDetails {
  readonly name?: string
  readonly group?: string
  readonly kind?: string
  readonly uid?: string
  readonly causes?: readonly StatusCause[]
  readonly retryAfterSeconds?: number
}

/** A `v1.Status`. */
export interface Status {
  readonly kind: 'Status'
  readonly apiVersion: 'v1'
  readonly metadata: Record<string, unknown>
  readonly status: 'Success' | 'Failure'
  readonly message?: string
  readonly reason?: string
  readonly details?: StatusDetails
  readonly code?: number
}

/** The resource an error speaks of: `secrets`, `deployments.apps`. */
export interface Named {
  readonly group: string
  readonly plural: string
}

/** What a request is answered with when it fails: an HTTP status with a `v1.Status` body. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly code: number
  readonly reason: string
  readonly details: StatusDetails | undefined
  /** `metadata` of the Status: a token to go on with. */
  readonly metadata: { readonly continue?: string }

  // oxlint-disable-next-line max-params -- the parts of a Status in their order
  constructor(
    code: number,
    reason: string,
    message: string,
    details?: StatusDetails,
    metadata: { readonly continue?: string } = {},
  ) {
    super(message)
    this.code = code
    this.reason = reason
    this.details = details
    this.metadata = metadata
  }

  get status(): Status {
    return {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: { ...this.metadata },
      status: 'Failure',
      message: this.message,
      ...(this.reason === '' ? {} : { reason: this.reason }),
      ...(this.details === undefined ? {} : { details: this.details }),
      code: this.code,
    }
  }
}

export const groupResource = ({ group, plural }: Named): string =>
  group === '' ? plural : `${plural}.${group}`

const detailsOf = ({ group, plural }: Named, name: string): StatusDetails => ({
  ...(name === '' ? {} : { name }),
  ...(group === '' ? {} : { group }),
  kind: plural,
})

export const notFound = (resource: Named, name: string): ApiError =>
  new ApiError(404, 'NotFound', `${groupResource(resource)} "${name}" not found`, detailsOf(resource, name))

/** An unknown path, as the generic server answers it. */
export const pathNotFound = (): ApiError =>
  new ApiError(404, 'NotFound', 'the server could not find the requested resource', {})

export const alreadyExists = (resource: Named, name: string, isBeingDeleted = false): ApiError =>
  new ApiError(
    409,
    'AlreadyExists',
    `${isBeingDeleted ? 'object is being deleted: ' : ''}${groupResource(resource)} "${name}" already exists`,
    detailsOf(resource, name),
  )

export const conflict = (resource: Named, name: string, why: string): ApiError =>
  new ApiError(
    409,
    'Conflict',
    `Operation cannot be fulfilled on ${groupResource(resource)} "${name}": ${why}`,
    detailsOf(resource, name),
  )

/** A stale resourceVersion. */
export const staleWrite = (resource: Named, name: string): ApiError =>
  conflict(
    resource,
    name,
    'the object has been modified; please apply your changes to the latest version and try again',
  )

export const forbidden = (resource: Named, name: string, why: string): ApiError => {
  const subject = groupResource(resource)
  const message =
    name === '' ? `${subject} is forbidden: ${why}` : `${subject} "${name}" is forbidden: ${why}`
  return new ApiError(403, 'Forbidden', message, detailsOf(resource, name))
}

/** Refused by validation; `kind` is the kind, not the plural. */
export const invalidObject = (
  kind: { group: string; kind: string },
  name: string,
  errors: readonly FieldError[],
): ApiError => {
  const shown = errors.map(({ field, message }) => `${field}: ${message}`)
  const subject = kind.group === '' ? kind.kind : `${kind.kind}.${kind.group}`
  const distinct = [...new Set(shown)]
  const text = distinct.length === 1 ? distinct[0] : `[${distinct.join(', ')}]`
  return new ApiError(422, 'Invalid', `${subject} ${goQuoted(name)} is invalid: ${text}`, {
    ...(name === '' ? {} : { name }),
    ...(kind.group === '' ? {} : { group: kind.group }),
    ...(kind.kind === '' ? {} : { kind: kind.kind }),
    causes: errors.map(({ reason, message, field }) => ({ reason, message, field })),
  })
}

export const badRequest = (message: string): ApiError => new ApiError(400, 'BadRequest', message)
export const unauthorized = (): ApiError => new ApiError(401, 'Unauthorized', 'Unauthorized')
/** A verb that a custom resource does not have. */
export const methodNotAllowed = (resource: Named, verb: string): ApiError =>
  new ApiError(
    405,
    'MethodNotAllowed',
    `${verb} is not supported on resources of kind ${JSON.stringify(groupResource(resource))}`,
    detailsOf(resource, ''),
  )
/** A method that no resource at the path has. */
export const pathMethodNotAllowed = (): ApiError =>
  new ApiError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {})
export const tooLarge = (): ApiError =>
  new ApiError(413, 'RequestEntityTooLarge', 'Request entity too large: limit is 3145728')
export const unsupportedMediaType = (accepted: readonly string[]): ApiError =>
  new ApiError(
    415,
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`,
  )
export const notAcceptable = (): ApiError =>
  new ApiError(
    406,
    'NotAcceptable',
    'only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf',
  )
/** What the storage layer says, which the real server passes on as it is. */
export const storageError = (message: string): ApiError => new ApiError(500, '', message)
/** A list at a version that history no longer has. */
export const expiredList = (): ApiError =>
  new ApiError(410, 'Expired', 'The resourceVersion for the provided list is too old.')

/** A watch from a resourceVersion that history no longer has. */
export const expired = (requested: number, current: number): ApiError =>
  new ApiError(410, 'Expired', `too old resource version: ${requested} (${current})`)
export const internalError = (message: string): ApiError =>
  new ApiError(500, 'InternalError', `Internal error occurred: ${message}`, { causes: [{ message }] })

/** `v1.Status` of success with details, as deletes answer it. */
export const success = (details: StatusDetails): Status => ({
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Success',
  details,
})
