import { apiVersionOf, type Kind, type KubeObject, type ObjectKey, type Status } from '@odfmo/api-types/meta'
import { checkNumber } from '../check-number.ts'
import { systemClock, type Clock } from '../clock.ts'
import type { Credentials } from './credentials.ts'
import { endsInitialEvents, isWatchEvent, parseAnswer, parseList, parseObject, unreadable } from './answer.ts'
import { errorOfStatus, errorOfTransport } from './error-response.ts'
import { LineSplitter } from './lines.ts'
import type {
  DeleteOptions,
  GetOptions,
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
import type { DeleteCollectionOptions, KubeRequest, PatchRequestOptions } from './request.ts'
import { Transport, type RequestObserver } from './transport.ts'

/** Which server, as whom, under which name, and how fast at the most. */
export interface KubeClientOptions {
  /** What errors, logs and metrics call the cluster: `hub`, `spoke`. */
  readonly cluster: string
  /** `hub-controller`: in the user agent, and owner of the fields it writes. */
  readonly component: string
  /** Of the component, for the user agent. */
  readonly version: string
  /** Who to be; followed by `credentials.follow`, which a manager does. */
  readonly credentials: Credentials
  /** Default: 100 requests a second, 200 at once; `false` switches it off (the server has limits of its own). */
  readonly rateLimit?: RateLimit | false
  /** A call, retries included, fails after so many milliseconds. Default: 30 s; a list twice that. */
  readonly timeoutMs?: number
  /** A watch that brings nothing, not even a bookmark, for so many milliseconds is given up. Default: 120 s. */
  readonly watchTimeoutMs?: number
  /** Default: the system's. */
  readonly clock?: Clock
  /** For metrics: told of every try. */
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
  /** The name given, for errors, logs and metrics. */
  readonly cluster: string
  /** Whoever runs the client lets them follow their files (`follow`); a manager does. */
  readonly credentials: Credentials
  readonly #options: KubeClientOptions
  readonly #transport: Transport
  readonly #scope: requests.RequestScope
  readonly #timeoutMs: number
  readonly #limited: boolean

  /** `shared`: over the connections of that client, past its rate limit; see `urgent`. */
  constructor(options: KubeClientOptions, shared?: KubeClient) {
    const clock = options.clock ?? systemClock
    const { rateLimit = defaultRateLimit } = options
    checkNumber(`client for cluster ${options.cluster}`, 'timeoutMs', options.timeoutMs, 'duration')
    checkNumber(`client for cluster ${options.cluster}`, 'watchTimeoutMs', options.watchTimeoutMs, 'duration')
    this.#options = options
    this.cluster = options.cluster
    this.credentials = options.credentials
    this.#scope = { cluster: options.cluster, fieldManager: `odfmo-${options.component}` }
    this.#timeoutMs = options.timeoutMs ?? defaultTimeoutMs
    this.#limited = shared === undefined
    this.#transport =
      shared === undefined
        ? new Transport({
            credentials: options.credentials,
            userAgent: `odfmo-${options.component}/${options.version}`,
            clock,
            limiter: rateLimit === false ? undefined : new RateLimiter(rateLimit, clock),
            observer: options.observer,
            env: options.env ?? {},
            watchTimeoutMs: options.watchTimeoutMs,
          })
        : shared.#transport
  }

  /**
   * The same client past the rate limit and past calls that wait for a connection: for leases, which must not wait behind a
   * burst of work or a slow server.
   */
  urgent(): KubeClient {
    return new KubeClient(this.#options, this)
  }

  /** The namespace of the kubeconfig's context or of the pod. */
  get namespace(): string | undefined {
    return this.credentials.current.namespace
  }

  /** The object, or its subresource. Throws a `KubeError`: `isNotFound` when there is none. */
  get<T extends KubeObject>(kind: Kind<T>, key: ObjectKey, options: GetOptions = {}): Promise<T> {
    return this.#object(requests.getRequest(this.#scope, kind, key, options.subresource), options)
  }

  /** One page when `limit` is given, else all. Items get the apiVersion and kind that built-in lists leave out. */
  async list<T extends KubeObject>(kind: Kind<T>, options: ListOptions = {}): Promise<ObjectList<T>> {
    const request = requests.listRequest(this.#scope, kind, options)
    const text = await this.#transport.text(request, {
      timeoutMs: 2 * this.#timeoutMs,
      signal: options.signal,
      limited: this.#limited,
    })
    const list = parseList<T>(request, text)
    const apiVersion = apiVersionOf(kind)
    const items = list.items.map((item) => only(options, { ...item, apiVersion, kind: kind.kind }))
    return { ...list, items }
  }

  /** Answers what the server made of it. Throws a `KubeError`: `isAlreadyExists` when there is one of the name. */
  create<T extends KubeObject>(kind: Kind<T>, object: T, options: WriteOptions = {}): Promise<T> {
    return this.#object(requests.createRequest(this.#scope, kind, object, options), options)
  }

  /** Replaces the whole object; with a resourceVersion in it only that version, else a `KubeError` that `isConflict`. */
  update<T extends KubeObject>(kind: Kind<T>, object: T, options: WriteOptions = {}): Promise<T> {
    return this.#object(requests.updateRequest(this.#scope, kind, object, options), options)
  }

  /**
   * Changes parts of an object; `apply` makes it when there is none. Throws a `KubeError`: `isConflict` when the patch names
   * another version, or fields of other owners and not `force`.
   */
  patch<T extends KubeObject>(
    kind: Kind<T>,
    key: ObjectKey,
    type: PatchType,
    body: unknown,
    options: PatchRequestOptions = {},
  ): Promise<T> {
    return this.#object(requests.patchRequest(this.#scope, kind, key, { type, body }, options), options)
  }

  /** The object while finalizers hold it, undefined when it is gone. Throws a `KubeError`: `isConflict` when it is another. */
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
  async deleteCollection(kind: Kind, options: DeleteCollectionOptions = {}): Promise<void> {
    await this.#object(requests.deleteCollectionRequest(this.#scope, kind, options), options)
  }

  /** See `WatchClient`; a caller that leaves the loop ends it. */
  async *watch<T extends KubeObject>(
    kind: Kind<T>,
    options: WatchOptions = {},
  ): AsyncGenerator<WatchEvent<T>, void> {
    const request = requests.watchRequest(this.#scope, kind, options)
    const answer = await this.#transport.stream(request, options.signal, this.#limited)
    const splitter = new LineSplitter()
    const identity = { apiVersion: apiVersionOf(kind), kind: kind.kind }
    try {
      options.onOpen?.()
      for await (const chunk of answer.body) {
        for (const line of splitter.push(chunk as Buffer)) {
          const event = parseAnswer(request, line) as { type: string; object: T | Status }
          if (event.type === 'ERROR') throw errorOfStatus(request.context, event.object as Status)
          if (!isWatchEvent<T>(event)) throw unreadable(request, 'a line of the watch is no event')
          const object = only(options, { ...event.object, ...identity })
          yield {
            type: event.type,
            object,
            ...(endsInitialEvents(event.type, object) ? { endsInitialEvents: true } : {}),
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

  /** Any path with its query; the body as text. Retried and refused as other calls are. */
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

  async #object<R extends object>(request: KubeRequest, options: Calling): Promise<R> {
    return parseObject(request, await this.#text(request, options))
  }

  #text(request: KubeRequest, { signal, mayStart }: Calling): Promise<string> {
    const limited = this.#limited
    return this.#transport.text(request, { timeoutMs: this.#timeoutMs, signal, limited, mayStart })
  }
}

/** What of a call's options is not in its request. */
type Calling = Pick<WriteOptions, 'signal' | 'mayStart'>

/** Not every server knows metadata-only answers: what came too much is dropped here. */
const only = <T extends KubeObject>(options: { readonly metadataOnly?: boolean }, object: T): T =>
  options.metadataOnly === true
    ? ({ apiVersion: object.apiVersion, kind: object.kind, metadata: object.metadata } as T)
    : object
