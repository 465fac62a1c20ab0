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

/** No server means to be left alone for longer; a wrong header or clock must not put a client to sleep for a day. */
const longestRetryAfterMs = 300_000

/**
 * `Retry-After` in milliseconds: a number of seconds or a date; undefined when absent or unreadable, at most 5 minutes.
 * `now` is wall time in milliseconds.
 */
export const retryAfterMs = (header: string | string[] | undefined, now: number): number | undefined => {
  const text = Array.isArray(header) ? header[0] : header
  if (text === undefined) return undefined
  if (/^\d+$/.test(text.trim())) return Math.min(Number(text) * 1000, longestRetryAfterMs)
  // A date of HTTP begins with its day; Date.parse makes something of nearly everything.
  const date = /^[A-Z][a-z]{2}/.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(date) ? undefined : Math.min(Math.max(0, date - now), longestRetryAfterMs)
}

/** By resource, or by path for what was asked of a path. */
const isAboutSecrets = ({ resource }: RequestContext): boolean =>
  resource === 'secrets' || resource.startsWith('secrets/') || /^\/.*\/secrets(?:\/|$)/.test(resource)

/** What the server cannot read, or refuses, it may quote; for a Secret that must go nowhere. */
const mayQuoteSecret = (request: RequestContext, status: number): boolean =>
  (status === 400 || status === 422) && isAboutSecrets(request)

/** The same without any text that could hold a value: names, reasons and fields stay. */
const withoutQuotes = (status: Status): Status => {
  const { causes } = status.details ?? {}
  const fields = (causes ?? []).flatMap(({ field }) => (field === undefined ? [] : [field]))
  const why = [status.reason ?? 'refused', ...(fields.length === 0 ? [] : [fields.join(', ')])].join(': ')
  return {
    ...status,
    message: `${why} (the server's message is withheld: it may quote a Secret)`,
    details: withoutMessages(status.details),
  }
}

const withoutMessages = (details: Status['details']): Status['details'] => {
  if (details === undefined) return undefined
  const { name, kind, group, causes } = details
  return {
    ...(name === undefined ? {} : { name }),
    ...(kind === undefined ? {} : { kind }),
    ...(group === undefined ? {} : { group }),
    ...(causes === undefined ? {} : { causes: causes.map(({ reason, field }) => ({ reason, field })) }),
  }
}

/** A webhook or a policy refuses in its own words, and may quote what it does not like. */
const deniedBy = /(denied (?:the )?request)\b[\s\S]*/

const withoutDenial = (status: Status): Status =>
  deniedBy.test(status.message ?? '')
    ? {
        ...status,
        message: status.message?.replace(deniedBy, '$1 (why is withheld: it may quote a Secret)'),
        details: withoutMessages(status.details),
      }
    : status

/** The status as far as it may be told. */
const tellable = (request: RequestContext, code: number, answer: Status): Status => {
  if (mayQuoteSecret(request, code)) return withoutQuotes(answer)
  return isAboutSecrets(request) ? withoutDenial(answer) : answer
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
  const status = tellable(request, code, answer)
  const seconds = answer.details?.retryAfterSeconds
  return new KubeError(
    request,
    code,
    status.reason ?? reasons[code] ?? 'Unknown',
    (status.message ?? `HTTP ${code}`).slice(0, longestMessage),
    {
      details: status.details,
      retryAfterMs: retryAfter ?? retryAfterMs(seconds?.toString(), 0),
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
