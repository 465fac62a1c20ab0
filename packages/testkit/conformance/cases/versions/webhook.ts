import { startHttpsEndpoint } from '../../../src/admission/https-endpoint.ts'
import type { EndpointAnswer } from '../../../src/admission/https-endpoint.ts'
import type { CaseApi } from '../../case-api.ts'
import type { ConformanceCase } from '../../conformance-case.ts'

export interface SentObject {
  apiVersion: string
  kind: string
  metadata: Record<string, unknown> & { labels?: Record<string, unknown> }
  spec?: Record<string, unknown>
  [field: string]: unknown
}

export interface Review {
  readonly kind: string
  readonly apiVersion: string
  readonly request: {
    readonly uid: string
    readonly desiredAPIVersion: string
    readonly objects: readonly SentObject[]
  }
}

export type Answering = (review: Review) => EndpointAnswer | object | undefined

/** A conversion webhook of a case: what it answers can be changed on the way. */
export interface CaseWebhook {
  answer: Answering
  readonly reviews: readonly Review[]
  /** For the `spec` of a definition. */
  readonly conversion: { readonly conversion: object }
  /** An object without where the webhook is, which is another place each time. */
  readonly placeless: { show: (body: unknown) => unknown }
}

/** `size` of v1 is `width` of v2. */
export const converted = (object: SentObject, wanted: string): SentObject => {
  const { size, width, ...spec } = object.spec ?? {}
  const value = size ?? width
  const name = wanted.endsWith('/v1') ? 'size' : 'width'
  return {
    ...object,
    apiVersion: wanted,
    ...(object.spec === undefined
      ? {}
      : { spec: { ...spec, ...(value === undefined ? {} : { [name]: value }) } }),
  }
}

/** The answer with these objects. */
export const answerWith = (
  { apiVersion, request }: Review,
  convertedObjects: readonly unknown[],
  result: object = { status: 'Success' },
): object => ({
  apiVersion,
  kind: 'ConversionReview',
  response: { uid: request.uid, convertedObjects, result },
})

/** Each object, converted and then spoiled. */
export const each =
  (spoil: (object: SentObject) => unknown): Answering =>
  (review) =>
    answerWith(
      review,
      review.request.objects.map((object) => spoil(converted(object, review.request.desiredAPIVersion))),
    )

export const rightly: Answering = each((object) => object)

const isAnswer = (value: object): value is EndpointAnswer => 'status' in value && 'body' in value

/** Runs a case beside a webhook of its own. */
export const withWebhook =
  (run: (api: CaseApi, webhook: CaseWebhook) => Promise<void>): ConformanceCase['run'] =>
  async (api) => {
    const reviews: Review[] = []
    const endpoint = await startHttpsEndpoint({
      async answer({ body }) {
        const review = JSON.parse(body) as Review
        reviews.push(review)
        const given = webhook.answer(review)
        if (given === undefined) return undefined
        return isAnswer(given) ? given : { status: 200, body: JSON.stringify(given) }
      },
    })
    const webhook: CaseWebhook = {
      answer: rightly,
      reviews,
      conversion: {
        conversion: {
          strategy: 'Webhook',
          webhook: {
            conversionReviewVersions: ['v1', 'v1beta1'],
            clientConfig: {
              url: `${endpoint.url}/convert`,
              caBundle: Buffer.from(endpoint.ca).toString('base64'),
            },
          },
        },
      },
      placeless: {
        show: (body) => {
          const text = JSON.stringify(body) as string | undefined
          return text === undefined ? body : JSON.parse(text.replaceAll(/127\.0\.0\.1:\d+/g, '<webhook>'))
        },
      },
    }
    try {
      await run(api, webhook)
    } finally {
      await endpoint.stop()
    }
  }
