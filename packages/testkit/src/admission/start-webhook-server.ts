import { isJsonObject } from '../kube-object.ts'
import type { AdmissionRequest, AdmissionReview } from './admission-review.ts'
import { ownHosts, startHttpsEndpoint } from './https-endpoint.ts'
import type { EndpointAnswer, EndpointRequest } from './https-endpoint.ts'

/** `response` of an AdmissionReview without what is always the same: the uid, the encoding of a patch. */
export interface AdmissionAnswer {
  readonly allowed: boolean
  /** What a denial says; `code` below 400 becomes 400. */
  readonly status?: { readonly code?: number; readonly message?: string; readonly reason?: string }
  /** Operations of a JSON patch (RFC 6902); of a mutating webhook. */
  readonly patch?: readonly object[]
  readonly warnings?: readonly string[]
  readonly auditAnnotations?: Readonly<Record<string, string>>
}

/** Judges one request. What it throws is answered as HTTP 500. */
export type AdmissionHandler = (request: AdmissionRequest) => AdmissionAnswer | Promise<AdmissionAnswer>

/** One call of a webhook. */
export interface RecordedReview {
  /** Path of the URL it was called at. */
  readonly path: string
  readonly request: AdmissionRequest
  /** Undefined when the handler threw. */
  readonly answer: AdmissionAnswer | undefined
}

/** How a webhook of a test is served. */
export interface WebhookServerOptions {
  /** 0, a free one, when absent. */
  readonly port?: number
  /** Services it is called through, for `routeService`: its certificate is for their names too. */
  readonly services?: readonly { readonly namespace: string; readonly name: string }[]
}

/** A running webhook, on 127.0.0.1 with a certificate of its own. */
export interface WebhookServer {
  /** `https://127.0.0.1:PORT` */
  readonly url: string
  /** For `clientConfig.caBundle`: base64 of PEM. */
  readonly caBundle: string
  /** Every call so far, the oldest first. */
  readonly reviews: readonly RecordedReview[]
  stop(): Promise<void>
}

const responseOf = ({ patch, ...rest }: AdmissionAnswer, uid: string): Record<string, unknown> => ({
  uid,
  ...rest,
  ...(patch === undefined || patch.length === 0
    ? {}
    : { patchType: 'JSONPatch', patch: Buffer.from(JSON.stringify(patch)).toString('base64') }),
})

const readRequest = (body: string): AdmissionReview | undefined => {
  try {
    const review: unknown = JSON.parse(body)
    if (isJsonObject(review) && isJsonObject(review['request'])) return review as unknown as AdmissionReview
  } catch {
    // told by the answer
  }
  return undefined
}

/**
 * Runs admission webhooks for a test: one handler for every path, or one for each path (`/validate`). Its address goes
 * into a webhook configuration, by hand or by `installWebhooks`.
 */
export const startWebhookServer = async (
  handlers: AdmissionHandler | Readonly<Record<string, AdmissionHandler>>,
  { port, services = [] }: WebhookServerOptions = {},
): Promise<WebhookServer> => {
  const reviews: RecordedReview[] = []
  const handlerOf = (path: string): AdmissionHandler | undefined =>
    typeof handlers === 'function' ? handlers : handlers[path]
  const answer = async ({ path, body }: EndpointRequest): Promise<EndpointAnswer> => {
    const handler = handlerOf(path)
    if (handler === undefined) return { status: 404, body: `nobody answers ${path}` }
    const review = readRequest(body)
    if (review === undefined) return { status: 400, body: 'the body is no AdmissionReview' }
    const { request, apiVersion } = review
    try {
      const given = await handler(request)
      reviews.push({ path, request, answer: given })
      const response = responseOf(given, request.uid)
      return { status: 200, body: JSON.stringify({ kind: 'AdmissionReview', apiVersion, response }) }
    } catch (error) {
      reviews.push({ path, request, answer: undefined })
      const body = error instanceof Error ? error.message : String(error)
      return { status: 500, headers: { 'content-type': 'text/plain' }, body }
    }
  }
  const endpoint = await startHttpsEndpoint({
    answer,
    hosts: [...ownHosts, ...services.map(({ namespace, name }) => `${name}.${namespace}.svc`)],
    ...(port === undefined ? {} : { port }),
  })
  return {
    url: endpoint.url,
    caBundle: Buffer.from(endpoint.ca).toString('base64'),
    reviews,
    stop: () => endpoint.stop(),
  }
}
