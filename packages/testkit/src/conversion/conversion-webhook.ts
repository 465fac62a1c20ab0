import { randomUUID } from 'node:crypto'
import type { WebhookNetwork } from '../admission/ask-webhook.ts'
import { goNetworkError } from '../admission/go-network-error.ts'
import type { Post, Posted } from '../admission/https-post.ts'
import type { Clock } from '../clock/clock.ts'
import { isJsonObject, listAt, recordAt, textAt } from '../kube-object.ts'
import type { KubeObject } from '../kube-object.ts'
import {
  conversionError,
  conversionReview,
  kindTextOf,
  readConversion,
  reviewVersions,
} from './conversion-review.ts'

/** The time that the real server gives a conversion. */
const timeoutSeconds = 30
const secondMs = 1_000
/** Watches of a real server begin anew after about that. */
const pauseMs = 1_000
const httpsPort = 443

interface Place {
  readonly url: URL
  readonly address: URL
  readonly serverName: string
}

/** What conversions need of the cluster that they are in. */
export interface ConversionNetwork extends WebhookNetwork {
  /** Whether there is a Service of that name. */
  readonly hasService: (namespace: string, name: string) => boolean
  readonly clock: Clock
}

/** Where a definition says that its webhook is, or why it cannot be reached. */
const placeOf = (config: Record<string, unknown>, network: ConversionNetwork): Place | string => {
  const { service } = config
  if (!isJsonObject(service)) {
    const url = new URL(textAt(config, 'url'))
    return { url, address: url, serverName: url.hostname.replace(/^\[|\]$/g, '') }
  }
  const [namespace, name] = [textAt(service, 'namespace'), textAt(service, 'name')]
  const { port } = service
  const number = typeof port === 'number' ? port : httpsPort
  const serverName = `${name}.${namespace}.svc`
  const url = new URL(`https://${serverName}:${number}/${textAt(service, 'path').replace(/^\//, '')}`)
  const address = network.routes.find(namespace, name, number)
  if (address !== undefined) return { url, address, serverName }
  // a port that is the usual one is not said by the URL itself
  const asked = `https://${serverName}:${number}${url.pathname}?timeout=${timeoutSeconds}s`
  const why = network.hasService(namespace, name)
    ? `service ${JSON.stringify(name)} of namespace ${JSON.stringify(namespace)} has no address: a cluster in memory has no network, say where it is with cluster.routeService`
    : `service ${JSON.stringify(name)} not found`
  return `Post ${JSON.stringify(asked)}: ${why}`
}

/** What a client of Go makes of an answer that is no success. */
const refusalOf = ({ status, contentType }: Posted, body: string): string | undefined => {
  if (status >= 200 && status <= 206) return undefined
  const sent = parsed(body)
  if (isJsonObject(sent) && textAt(sent, 'kind') === 'Status') return textAt(sent, 'message')
  if (status === 404) return 'the server could not find the requested resource'
  const said = contentType === '' || contentType.startsWith('text/') ? body.trim() : ''
  return `an error on the server (${JSON.stringify(said === '' ? 'unknown' : said)}) has prevented the request from succeeding`
}

/** Undefined: no JSON. */
const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

/** Why an answer is none at all, as Go's decoder says it: what is no JSON is read as YAML. */
const unreadable = ({ status, contentType }: Posted, value: unknown, text: string): string => {
  if (text === '') return `0-length response with status code: ${status} and content type: ${contentType}`
  const type = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value
  return `couldn't get version/kind; json parse error: json: cannot unmarshal ${type === 'undefined' ? 'string' : type} into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }`
}

/** The webhook of a definition that converts its objects. */
export class ConversionWebhook {
  readonly #config: Record<string, unknown>
  readonly #version: string
  readonly #network: ConversionNetwork

  /** `conversion`: that of a definition's spec. */
  constructor(conversion: unknown, network: ConversionNetwork) {
    this.#config = recordAt(conversion, 'webhook', 'clientConfig')
    const versions = listAt(conversion, 'webhook', 'conversionReviewVersions').map(String)
    this.#version = versions.find((version) => reviewVersions.includes(version)) ?? 'v1'
    this.#network = network
  }

  /** Asks for objects in another version, all in one review. Rejects with the 500 of whatever went wrong. */
  async convert(objects: readonly KubeObject[], wanted: string): Promise<KubeObject[]> {
    const uid = randomUUID()
    const review = await this.#ask(conversionReview(uid, this.#version, wanted, objects), objects)
    return readConversion(review, { uid, version: this.#version, wanted }, objects)
  }

  /** Resolves when a webhook that failed may be asked again. */
  pause(): Promise<void> {
    return new Promise((resolve) => this.#network.clock.after(pauseMs, resolve))
  }

  async #ask(body: string, objects: readonly KubeObject[]): Promise<Record<string, unknown>> {
    const about = objects[0] === undefined ? '' : kindTextOf(objects[0])
    const failed = (why: string): Error => conversionError(`conversion webhook for ${about} failed: ${why}`)
    const place = placeOf(this.#config, this.#network)
    if (typeof place === 'string') throw failed(place)
    const url = new URL(place.url)
    url.searchParams.set('timeout', `${timeoutSeconds}s`)
    const ca = Buffer.from(textAt(this.#config, 'caBundle'), 'base64').toString('latin1')
    const post: Post = { ...place, url, ca, body, timeoutMs: timeoutSeconds * secondMs }
    const answer = await this.#network.https.send(post).catch((error: unknown) => {
      throw failed(`Post ${JSON.stringify(url.href)}: ${goNetworkError(error, post)}`)
    })
    const text = answer.body.toString('utf8')
    const refusal = refusalOf(answer, text)
    if (refusal !== undefined) throw failed(refusal)
    const value = parsed(text)
    if (!isJsonObject(value)) throw failed(unreadable(answer, value, text))
    return value
  }
}
