import { ownHosts, startHttpsEndpoint } from '../admission/https-endpoint.ts'
import type { EndpointAnswer, EndpointRequest } from '../admission/https-endpoint.ts'
import { isJsonObject, listAt, textAt } from '../kube-object.ts'
import type { KubeObject } from '../kube-object.ts'
import type { ConversionAddress } from './point-conversions.ts'

/** Converts one object to `group/version`, `apiVersion` included. What it throws fails the review, by its message. */
export type ConversionHandler = (
  object: KubeObject,
  desiredAPIVersion: string,
) => KubeObject | Promise<KubeObject>

/** One review that a conversion webhook was asked. */
export interface RecordedConversion {
  /** Path of the URL it was called at. */
  readonly path: string
  readonly desiredAPIVersion: string
  readonly objects: readonly KubeObject[]
}

/** How a conversion webhook of a test is served. */
export interface ConversionServerOptions {
  /** 0, a free one, when absent. */
  readonly port?: number
  /** Services it is called through, for `routeService`: its certificate is for their names too. */
  readonly services?: readonly { readonly namespace: string; readonly name: string }[]
}

/** A running conversion webhook, on 127.0.0.1 with a certificate of its own. */
export interface ConversionServer extends ConversionAddress {
  /** Every review so far, the oldest first. */
  readonly reviews: readonly RecordedConversion[]
  stop(): Promise<void>
}

const requestIn = (
  body: string,
): { review: Record<string, unknown>; request: Record<string, unknown> } | undefined => {
  try {
    const review: unknown = JSON.parse(body)
    if (isJsonObject(review) && isJsonObject(review['request'])) return { review, request: review['request'] }
  } catch {
    // told by the answer
  }
  return undefined
}

/**
 * Runs a conversion webhook for a test, from the function that converts. Its address goes to `installCrds`, or is where
 * `routeService` points.
 */
export const startConversionServer = async (
  convert: ConversionHandler,
  { port = 0, services = [] }: ConversionServerOptions = {},
): Promise<ConversionServer> => {
  const reviews: RecordedConversion[] = []
  const answer = async ({ path, body }: EndpointRequest): Promise<EndpointAnswer> => {
    const asked = requestIn(body)
    if (asked === undefined)
      return {
        status: 400,
        headers: { 'content-type': 'text/plain' },
        body: 'the body is no ConversionReview',
      }
    const { review, request } = asked
    const desiredAPIVersion = textAt(request, 'desiredAPIVersion')
    const objects = listAt(request, 'objects') as KubeObject[]
    reviews.push({ path, desiredAPIVersion, objects })
    const answered = (response: object): EndpointAnswer => ({
      status: 200,
      body: JSON.stringify({
        apiVersion: review['apiVersion'],
        kind: 'ConversionReview',
        response: { uid: request['uid'], ...response },
      }),
    })
    try {
      const convertedObjects: KubeObject[] = []
      for (const object of objects)
        convertedObjects.push(await convert(structuredClone(object), desiredAPIVersion))
      return answered({ convertedObjects, result: { status: 'Success' } })
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      return answered({ convertedObjects: [], result: { status: 'Failure', message } })
    }
  }
  const hosts = [...ownHosts, ...services.map(({ namespace, name }) => `${name}.${namespace}.svc`)]
  const endpoint = await startHttpsEndpoint({ answer, hosts, port })
  return {
    url: endpoint.url,
    caBundle: Buffer.from(endpoint.ca).toString('base64'),
    reviews,
    stop: () => endpoint.stop(),
  }
}
