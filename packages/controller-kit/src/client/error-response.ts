import type { Status } from '@odfmo/api-types/meta'
import { KubeError, type RequestContext } from './kube-error.ts'

/** Reasons for answers that bring no Status: a proxy's, or the server's own before it knows the path. */
const reasons: Readonly<Record<number, string>> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'MethodNotAllowed',
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

/** Longer messages of proxies and webhooks help nobody in a condition. */
const longestMessage = 1024

const asStatus = (value: unknown): Status | undefined =>
  typeof value === 'object' && value !== null && (value as { kind?: unknown }).kind === 'Status'
    ? (value as Status)
    : undefined

const parse = (body: string): Status | undefined => {
  try {
    return asStatus(JSON.parse(body))
  } catch {
    // Not JSON: a proxy's page or plain text; it becomes the message.
    return undefined
  }
}

/**
 * `Retry-After` in milliseconds: a number of seconds or a date; undefined when absent or unreadable.
 * `now` is wall time in milliseconds.
 */
export const retryAfterMs = (header: string | string[] | undefined, now: number): number | undefined => {
  const text = Array.isArray(header) ? header[0] : header
  if (text === undefined) return undefined
  if (/^\d+$/.test(text.trim())) return Number(text) * 1000
  const date = Date.parse(text)
  return Number.isNaN(date) ? undefined : Math.max(0, date - now)
}

/** What the server cannot read, or refuses, it may quote; for a Secret that must go nowhere. */
const mayQuoteSecret = (request: RequestContext, status: number): boolean =>
  (status === 400 || status === 422) && request.resource.split('/')[0] === 'secrets'

/** The same without any text that could hold a value: names, reasons and fields stay. */
const withoutQuotes = (status: Status): Status => {
  const { name, kind, group, causes } = status.details ?? {}
  const fields = (causes ?? []).flatMap(({ field }) => (field === undefined ? [] : [field]))
  const why = [status.reason ?? 'refused', ...(fields.length === 0 ? [] : [fields.join(', ')])].join(': ')
  return {
    ...status,
    message: `${why} (the server's message is withheld: it may quote a Secret)`,
    details: {
      ...(name === undefined ? {} : { name }),
      ...(kind === undefined ? {} : { kind }),
      ...(group === undefined ? {} : { group }),
      ...(causes === undefined ? {} : { causes: causes.map(({ reason, field }) => ({ reason, field })) }),
    },
  }
}

/** The error for an answer of 400 and above. `retryAfter` in milliseconds, from the header. */
export const errorOfResponse = (
  request: RequestContext,
  httpStatus: number,
  body: string,
  retryAfter?: number,
): KubeError => {
  const status = parse(body)
  if (status !== undefined) return errorOfStatus(request, { ...status, code: httpStatus }, retryAfter)
  const text = body.trim()
  const message =
    text === '' || mayQuoteSecret(request, httpStatus) ? `HTTP ${httpStatus}` : text.slice(0, longestMessage)
  return new KubeError(request, httpStatus, reasons[httpStatus] ?? 'Unknown', message, {
    retryAfterMs: retryAfter,
  })
}

/** The error a `Status` tells, in a body or in a watch. */
export const errorOfStatus = (request: RequestContext, answer: Status, retryAfter?: number): KubeError => {
  const code = answer.code ?? 500
  const status = mayQuoteSecret(request, code) ? withoutQuotes(answer) : answer
  const seconds = status.details?.retryAfterSeconds
  return new KubeError(
    request,
    code,
    status.reason ?? reasons[code] ?? 'Unknown',
    (status.message ?? `HTTP ${code}`).slice(0, longestMessage),
    {
      details: status.details,
      retryAfterMs: retryAfter ?? (seconds === undefined ? undefined : seconds * 1000),
    },
  )
}

/** The error for a request that got no answer. */
export const errorOfTransport = (request: RequestContext, cause: unknown): KubeError => {
  const { code, message } = cause as { code?: unknown; message?: unknown }
  const reason = typeof code === 'string' ? code : 'Unreachable'
  const text = typeof message === 'string' && message !== '' ? message : reason
  return new KubeError(request, 0, reason, text, { cause })
}
