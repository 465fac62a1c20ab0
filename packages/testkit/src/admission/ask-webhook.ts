import { badRequest } from '../api-error.ts'
import type { AdmissionRequest } from './admission-review.ts'
import { reviewVersionOf } from './admission-review.ts'
import { decodeReview, UnreadableReviewError } from './decode-review.ts'
import { followRedirects } from './follow-redirects.ts'
import { httpFailure } from './http-failure.ts'
import { hostOf } from './https-post.ts'
import type { HttpsPost, Post, Posted } from './https-post.ts'
import { InvalidReviewError, readReview } from './read-review.ts'
import type { ReviewAnswer } from './read-review.ts'
import type { ServiceRoutes } from './service-routes.ts'
import type { Webhook } from './webhook.ts'
import { WebhookError } from './webhook-error.ts'

export interface WebhookNetwork {
  readonly https: HttpsPost
  readonly routes: ServiceRoutes
}

const secondMs = 1_000

/** How a webhook is reached. Throws WebhookError when nobody knows where its service is. */
const placeOf = (webhook: Webhook, routes: ServiceRoutes): Pick<Post, 'url' | 'address' | 'serverName'> => {
  const { service, url = '' } = webhook
  if (service === undefined) {
    const address = new URL(url)
    return { url: address, address, serverName: hostOf(address) }
  }
  const { namespace, name, port, path } = service
  const serverName = `${name}.${namespace}.svc`
  const address = routes.find(namespace, name, port)
  const asked = new URL(`https://${serverName}:${port}/${path.replace(/^\//, '')}`)
  if (address === undefined)
    throw new WebhookError(
      webhook.name,
      `failed to call webhook: Post "https://${serverName}:${port}${asked.pathname}?timeout=${webhook.timeoutSeconds}s": service ${JSON.stringify(name)} of namespace ${JSON.stringify(namespace)} has no address: a cluster in memory has no network, say where it is with cluster.routeService`,
    )
  return { url: asked, address, serverName }
}

/**
 * Asks a webhook about a request. Rejects with a WebhookError when it cannot be asked or its answer is none, and with
 * the 400 of a dry run that it is not fit for.
 */
export const askWebhook = async (
  webhook: Webhook,
  request: AdmissionRequest,
  { https, routes }: WebhookNetwork,
): Promise<ReviewAnswer> => {
  const { name, sideEffects, timeoutSeconds } = webhook
  if (request.dryRun && sideEffects !== 'None' && sideEffects !== 'NoneOnDryRun')
    throw badRequest(`admission webhook ${JSON.stringify(name)} does not support dry run`)
  const version = reviewVersionOf(webhook.reviewVersions)
  if (version === undefined)
    throw new WebhookError(
      name,
      'could not create admission objects: webhook does not accept known AdmissionReview versions (v1, v1beta1)',
    )
  const place = placeOf(webhook, routes)
  const url = new URL(place.url)
  url.searchParams.set('timeout', `${timeoutSeconds}s`)
  const post: Post = {
    ...place,
    url,
    ca: webhook.caBundle,
    body: JSON.stringify({ kind: 'AdmissionReview', apiVersion: `admission.k8s.io/${version}`, request }),
    timeoutMs: timeoutSeconds * secondMs,
  }
  const failed = (why: string): WebhookError => new WebhookError(name, `failed to call webhook: ${why}`)
  let answer: Posted
  try {
    answer = await followRedirects(https, post)
  } catch (error) {
    throw failed(error instanceof Error ? error.message : String(error))
  }
  const why = httpFailure(answer)
  if (why !== undefined) throw failed(why)
  try {
    return readReview(decodeReview(answer.body.toString('utf8'), version), webhook, request.uid, version)
  } catch (error) {
    if (error instanceof UnreadableReviewError) throw failed(error.message)
    if (!(error instanceof InvalidReviewError)) throw error
    throw new WebhookError(name, `received invalid webhook response: ${error.message}`)
  }
}
