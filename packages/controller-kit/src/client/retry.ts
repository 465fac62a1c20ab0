import type { KubeError } from './kube-error.ts'
import type { KubeRequest } from './request.ts'

/** Nothing was sent: the request may be sent again, whatever it is. */
const notSent = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT'])

/** Nor was it when no connection came about; the same codes may also end one on which it was sent long ago. */
const neverConnected = (cause: unknown): boolean => {
  if (cause instanceof AggregateError) return cause.errors.length > 0 && cause.errors.every(neverConnected)
  return (cause as { readonly syscall?: unknown } | undefined)?.syscall === 'connect'
}

/** It may have been done or not, the answer may be cut: only a read may be sent again. */
const unclear = /^(?:ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|UND_ERR_.*|ERR_HTTP2_.*)$/

/** Over this the caller's own back-off is the better place to wait. */
const longestRetryAfterMs = 30_000

/** A hiccup is over after 3 tries within about 1.4 s; what lasts longer is the caller's to know. */
const mostRetries = 3
const firstDelayMs = 200

/** How long to wait before the same request is sent again, in milliseconds; undefined when it must not be. */
export const retryDelayMs = (
  request: Pick<KubeRequest, 'method'>,
  error: KubeError,
  attempt: number,
  random: number,
): number | undefined => {
  if (attempt >= mostRetries) return undefined
  const delay = firstDelayMs * 2 ** attempt * (0.75 + random / 2)
  if (error.status === 429 || error.status === 503) {
    // Without Retry-After it is no promise that nothing was done.
    if (error.retryAfterMs === undefined || error.retryAfterMs > longestRetryAfterMs) return undefined
    return Math.max(error.retryAfterMs, delay)
  }
  if (error.status !== 0) return undefined
  if (notSent.has(error.reason) || neverConnected(error.cause)) return delay
  return request.method === 'GET' && unclear.test(error.reason) ? delay : undefined
}
