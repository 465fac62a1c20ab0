import {
  alreadyExists,
  ApiError,
  badRequest,
  conflict,
  forbidden,
  groupResource,
  notFound,
  unauthorized,
} from '../api-error.ts'
import type { RequestInfo, ResourceRequest } from '../server/request-info.ts'
import type { Fault } from './fault-rule.ts'

/** What is said where the real server's words leave room for a reason. */
const injected = 'injected by the testkit'

const reasons: Readonly<Record<number, string>> = {
  403: 'Forbidden',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  406: 'NotAcceptable',
  409: 'Conflict',
  410: 'Expired',
  413: 'RequestEntityTooLarge',
  415: 'UnsupportedMediaType',
  422: 'Invalid',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'ServiceUnavailable',
  504: 'Timeout',
}

const plain = (code: number, message: string, details?: ApiError['details']): ApiError =>
  new ApiError(code, reasons[code] ?? 'Unknown', message, details)

/** As the real server says it of a resource and a name; undefined where it names neither. */
const namedError = (code: number, info: ResourceRequest): ApiError | undefined => {
  const { name, plural, verb } = info
  switch (code) {
    case 403:
      return forbidden(info, name, injected)
    case 404:
      return notFound(info, name)
    case 409:
      return verb === 'create' ? alreadyExists(info, name) : conflict(info, name, injected)
    case 422:
      return plain(422, `${groupResource(info)} "${name}" is invalid: ${injected}`, {
        ...(name === '' ? {} : { name }),
        kind: plural,
      })
    default:
      return undefined
  }
}

const usualError = (code: number): ApiError => {
  switch (code) {
    case 400:
      return badRequest(injected)
    case 401:
      return unauthorized()
    case 500:
      return plain(500, `Internal error occurred: ${injected}`, { causes: [{ message: injected }] })
    case 504:
      return plain(504, `Timeout: ${injected}`, {})
    default:
      return plain(code, injected)
  }
}

/** The error a status fault answers with. */
export const faultError = (
  { code, reason, message, retryAfterSeconds }: Omit<Extract<Fault, { kind: 'status' }>, 'kind'>,
  info?: RequestInfo,
): ApiError => {
  const usual = (info?.isResource === true ? namedError(code, info) : undefined) ?? usualError(code)
  const details = retryAfterSeconds === undefined ? usual.details : { ...usual.details, retryAfterSeconds }
  return new ApiError(code, reason ?? usual.reason, message ?? usual.message, details)
}
