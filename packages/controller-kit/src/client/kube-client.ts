import { apiVersionOf, type Kind, type KubeObject, type ObjectKey, type Status } from '@odfmo/api-types/meta'
import { systemClock, type Clock } from '../clock.ts'
import type { Credentials } from './credentials.ts'
import { errorOfStatus, errorOfTransport } from './error-response.ts'
import { LineSplitter } from './lines.ts'
import type {
  DeleteOptions,
  ListOptions,
  ObjectClient,
  ObjectList,
  PatchType,
  WatchClient,
  WatchEvent,
  WatchOptions,
  WriteOptions,
} from './object-client.ts'
import { RateLimiter, type RateLimit } from './rate-limit.ts'
import * as requests from './request.ts'
import type { KubeRequest } from './request.ts'
import { Transport, type RequestObserver } from './transport.ts'

export interface KubeClientOptions {
  /** What errors, logs and metrics call the cluster: `hub`, `spoke`. */
  readonly cluster: string
  /** `hub-controller`: in the user agent, and owner of the fields it writes. */
  readonly component: string
  /** Of the component, for the user agent. */
  readonly version: string
  readonly credentials: Credentials
  /** Default: 100 requests a second, 200 at once; `false` switches it off (the server has limits of its own). */
  readonly rateLimit?: RateLimit | false
  /** A call, retries included, fails after so many milliseconds. Default: 30 s; a list twice that. */
  readonly timeoutMs?: number
  /** Default: the system's. */
  readonly clock?: Clock
  readonly observer?: RequestObserver
  /** For `HTTPS_PROXY` and `NO_PROXY`. Default: none. */
  readonly env?: Readonly<Record<string, string | undefined>>
}

const defaultRateLimit: RateLimit = { perSecond: 100, burst: 200 }
const defaultTimeoutMs = 30_000

/**
 * A client for one API server as one identity: JSON in and out with every field kept, over few connections.
 * Every call throws a `KubeError` on a refusal or when the server cannot be reached.
 */
export class KubeClient implements ObjectClient, WatchClient {
  readonly cluster: string
  readonly credentials: Credentials
  readonly #options: KubeClientOptions
  readonly #transport: Transport
  readonly #scope: requests.RequestScope
  readonly #timeoutMs: number
  readonly #limited: boolean

  constructor(options: KubeClientOptions, shared?: { readonly transport: Transport }) {
    const clock = options.clock ?? systemClock
    const { rateLimit = defaultRateLimit } = options
    this.#options = options
    this.cluster = options.cluster
    this.credentials = options.credentials
    this.#scope = { cluster: options.cluster, fieldManager: `odfmo-${options.component}` }
    this.#timeoutMs = options.timeoutMs ?? defaultTimeoutMs
    this.#limited = shared === undefined
    this.#transport =
      shared?.transport ??
      new Transport({
        credentials: options.credentials,
        userAgent: `odfmo-${options.component}/${options.version}`,
        clock,
        limiter: rateLimit === false ? undefined : new RateLimiter(rateLimit, clock),
        observer: options.observer,
        env: options.env ?? {},
      })
  }

  /** The same connections, past the rate limit: for leases, which must not wait behind a burst of work. */
  urgent(): KubeClient {
    return new KubeClient(this.#options, { transport: this.#transport })
  }

  /** The namespace of the kubeconfig's context or of the pod. */
  get namespace(): string | undefined {
    return this.credentials.current.namespace
  }

  get<T extends KubeObject>(
    kind: Kind<T>,
    key: ObjectKey,
    options: { readonly signal?: AbortSignal } = {},
  ): Promise<T> {
    return this.#object(requests.getRequest(this.#scope, kind, key), options)
  }

  /** One page when `limit` is given, else all. Items get the apiVersion and kind that built-in lists leave out. */
  async list<T extends KubeObject>(kind: Kind<T>, options: ListOptions = {}): Promise<ObjectList<T>> {
    const request = requests.listRequest(this.#scope, kind, options)
    const text = await this.#transport.text(request, {
      timeoutMs: 2 * this.#timeoutMs,
      signal: options.signal,
      limited: this.#limited,
    })
    const list = parseBody(request, text) as ObjectList<T> & { readonly items?: readonly T[] | null }
    const apiVersion = apiVersionOf(kind)
    const items = (list.items ?? []).map((item) => only(options, { ...item, apiVersion, kind: kind.kind }))
    return { ...list, items }
  }

  create<T extends KubeObject>(kind: Kind<T>, object: T, options: WriteOptions = {}): Promise<T> {
    return this.#object(requests.createRequest(this.#scope, kind, object, options), options)
  }

  /** Replaces the whole object; with a resourceVersion in it only that version. */
  update<T extends KubeObject>(kind: Kind<T>, object: T, options: WriteOptions = {}): Promise<T> {
    return this.#object(requests.updateRequest(this.#scope, kind, object, options), options)
  }

  patch<T extends KubeObject>(
    kind: Kind<T>,
    key: ObjectKey,
    type: PatchType,
    body: unknown,
    options: requests.PatchRequestOptions = {},
  ): Promise<T> {
    return this.#object(requests.patchRequest(this.#scope, kind, key, { type, body }, options), options)
  }

  async delete<T extends KubeObject>(
    kind: Kind<T>,
    key: ObjectKey,
    options: DeleteOptions = {},
  ): Promise<T | undefined> {
    const request = requests.deleteRequest(this.#scope, kind, key, options)
    const answer = await this.#object<T | Status>(request, options)
    // Gone at once: a Status, or for a few kinds the object as it last was, with no deletionTimestamp.
    if (answer.kind === 'Status' || !('metadata' in answer)) return undefined
    const object = answer as T
    return object.metadata.deletionTimestamp === undefined ? undefined : object
  }

  /** Deletes everything of a kind in a namespace (or of a cluster-scoped kind) that the selectors take. */
  async deleteCollection(kind: Kind, options: requests.DeleteCollectionOptions = {}): Promise<void> {
    await this.#object(requests.deleteCollectionRequest(this.#scope, kind, options), options)
  }

  async *watch<T extends KubeObject>(
    kind: Kind<T>,
    options: WatchOptions = {},
  ): AsyncGenerator<WatchEvent<T>, void> {
    const request = requests.watchRequest(this.#scope, kind, options)
    const answer = await this.#transport.stream(request, options.signal, this.#limited)
    options.onOpen?.()
    const splitter = new LineSplitter()
    const identity = { apiVersion: apiVersionOf(kind), kind: kind.kind }
    try {
      for await (const chunk of answer.body) {
        for (const line of splitter.push(chunk as Buffer)) {
          const event = parseBody(request, line) as { type: string; object: T | Status }
          if (event.type === 'ERROR') throw errorOfStatus(request.context, event.object as Status)
          yield {
            type: event.type as WatchEvent['type'],
            object: only(options, { ...(event.object as T), ...identity }),
          }
        }
      }
    } catch (error) {
      options.signal?.throwIfAborted()
      throw error instanceof Error && error.name === 'KubeError'
        ? error
        : errorOfTransport(request.context, error)
    } finally {
      // A caller that leaves early must not leave a stream open; an error of the cut stream is expected.
      answer.body.on('error', () => undefined).destroy()
    }
  }

  /** Any path; the body as text. */
  raw(
    method: KubeRequest['method'],
    path: string,
    options: { readonly body?: unknown; readonly contentType?: string; readonly signal?: AbortSignal } = {},
  ): Promise<string> {
    const request: KubeRequest = {
      method,
      path,
      headers: {
        accept: 'application/json',
        ...(options.body === undefined ? {} : { 'content-type': options.contentType ?? 'application/json' }),
      },
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
      context: { verb: method.toLowerCase(), resource: path.split('?')[0] ?? path, cluster: this.cluster },
    }
    return this.#text(request, options)
  }

  /** Cuts all connections; calls under way fail. */
  close(): Promise<void> {
    return this.#transport.close()
  }

  async #object<R>(request: KubeRequest, options: Calling): Promise<R> {
    return parseBody(request, await this.#text(request, options)) as R
  }

  #text(request: KubeRequest, { signal, mayStart }: Calling): Promise<string> {
    const limited = this.#limited
    return this.#transport.text(request, { timeoutMs: this.#timeoutMs, signal, limited, mayStart })
  }
}

/** What of a call's options is not in its request. */
type Calling = Pick<WriteOptions, 'signal' | 'mayStart'>

const parseBody = (request: KubeRequest, text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    // The parser's message quotes the text, which may be a Secret.
    throw errorOfTransport(request.context, { code: 'UnreadableAnswer', message: 'the answer is not JSON' })
  }
}

/** Not every server knows metadata-only answers: what came too much is dropped here. */
const only = <T extends KubeObject>(options: { readonly metadataOnly?: boolean }, object: T): T =>
  options.metadataOnly === true
    ? ({ apiVersion: object.apiVersion, kind: object.kind, metadata: object.metadata } as T)
    : object
