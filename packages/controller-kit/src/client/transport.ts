import { sleep, type Clock } from '../clock.ts'
import type { Credentials } from './credentials.ts'
import { deadline } from './deadline.ts'
import { errorOfResponse, errorOfTransport, retryAfterMs } from './error-response.ts'
import { createHttpAgent, send, type HttpAgent, type HttpResponse } from './http-agent.ts'
import type { Identity } from './identity.ts'
import { heldError, isUnauthorized, KubeError } from './kube-error.ts'
import { proxyFor } from './proxy.ts'
import type { RateLimiter } from './rate-limit.ts'
import type { KubeRequest } from './request.ts'
import { retryDelayMs } from './retry.ts'

/** The server begins to answer within this or the connection is dead: an API server's own limit for handlers is 60 s, its usual answer takes milliseconds. */
const headersTimeoutMs = 15_000
/** A watch hears a bookmark about every minute: after two without, nobody is there. */
const watchBodyTimeoutMs = 120_000
/** Between two pieces of an ordinary answer. */
const bodyTimeoutMs = 15_000
/** What became of a request, for metrics; one call for each try. */
export interface RequestObserver {
  answered(request: KubeRequest, host: string, status: number, ms: number): void
}

export interface TransportOptions {
  readonly credentials: Credentials
  readonly userAgent: string
  readonly clock: Clock
  readonly limiter: RateLimiter | undefined
  readonly observer: RequestObserver | undefined
  readonly env: Readonly<Record<string, string | undefined>>
}

/** How one call is done, whatever it asks. */
interface CallOptions {
  readonly timeoutMs: number
  readonly signal: AbortSignal | undefined
  /** By the rate limit. */
  readonly limited: boolean
  /** Asked before each try. */
  readonly mayStart?: (() => boolean) | undefined
}

export interface Answer {
  readonly status: number
  readonly headers: HttpResponse['headers']
  readonly body: HttpResponse['body']
}

/** Sends requests over one set of connections per identity; the only place with sockets. */
export class Transport {
  readonly #options: TransportOptions
  #dispatcher: { readonly of: string; readonly agent: HttpAgent } | undefined
  #closed = false

  constructor(options: TransportOptions) {
    this.#options = options
  }

  /** The body of a successful answer as text. Throws a `KubeError`, or the signal's reason. */
  async text(request: KubeRequest, { timeoutMs, signal, limited, mayStart }: CallOptions): Promise<string> {
    const { clock } = this.#options
    const until = deadline(clock, timeoutMs, signal)
    try {
      for (let attempt = 0; ; attempt++) {
        try {
          if (limited) await this.#options.limiter?.pass(until.signal)
          const answer = await this.#authorized(request, { signal: until.signal, bodyTimeoutMs, mayStart })
          return await this.#whole(request, answer)
        } catch (error) {
          signal?.throwIfAborted()
          const failure = asKubeError(request, until.signal.aborted ? until.signal.reason : error)
          const delay = until.signal.aborted
            ? undefined
            : retryDelayMs(request, failure, attempt, clock.random())
          if (delay === undefined) throw failure
          await sleep(clock, delay, until.signal).catch(() => {
            signal?.throwIfAborted()
            throw failure
          })
        }
      }
    } finally {
      until.cancel()
    }
  }

  /** A successful answer whose body is still to come. Not retried. Throws as `text`. */
  async stream(request: KubeRequest, signal: AbortSignal | undefined, limited: boolean): Promise<Answer> {
    try {
      if (limited) await this.#options.limiter?.pass(signal)
      return await this.#authorized(request, { signal, bodyTimeoutMs: watchBodyTimeoutMs })
    } catch (error) {
      signal?.throwIfAborted()
      throw asKubeError(request, error)
    }
  }

  /** Cuts all connections. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#dispatcher?.agent.destroy()
  }

  /** Once more when the server does not know us and the files meanwhile say something else. */
  async #authorized(request: KubeRequest, how: SendOptions): Promise<Answer> {
    const { credentials } = this.#options
    const identity = credentials.current
    try {
      return await this.#send(request, identity, how)
    } catch (error) {
      if (!isUnauthorized(error)) throw error
      await credentials.reread()
      if (credentials.current === identity) throw error
      return this.#send(request, credentials.current, how)
    }
  }

  async #send(request: KubeRequest, identity: Identity, how: SendOptions): Promise<Answer> {
    const { clock, observer, userAgent } = this.#options
    if (how.mayStart?.() === false) throw heldError(request.context)
    const url = new URL(identity.server)
    const started = clock.monotonic()
    const observe = (status: number): void =>
      observer?.answered(request, url.host, status, clock.monotonic() - started)
    let answer: HttpResponse
    try {
      answer = await send(this.#agentOf(identity), {
        origin: url.origin,
        path: url.pathname.replace(/\/$/, '') + request.path,
        method: request.method,
        headers: {
          ...request.headers,
          'user-agent': userAgent,
          ...(identity.token === undefined ? {} : { authorization: `Bearer ${identity.token}` }),
        },
        body: request.body ?? null,
        signal: how.signal,
        headersTimeout: headersTimeoutMs,
        bodyTimeout: how.bodyTimeoutMs,
      })
    } catch (error) {
      observe(0)
      throw error
    }
    observe(answer.statusCode)
    if (answer.statusCode < 300)
      return { status: answer.statusCode, headers: answer.headers, body: answer.body }
    const retryAfter = retryAfterMs(answer.headers['retry-after'], clock.now())
    throw errorOfResponse(request.context, answer.statusCode, await answer.body.text(), retryAfter)
  }

  async #whole(request: KubeRequest, answer: Answer): Promise<string> {
    try {
      return await answer.body.text()
    } catch (error) {
      throw asKubeError(request, error)
    }
  }

  /** Connections belong to a TLS identity; when that changes, new requests take new ones and the old run out. */
  #agentOf(identity: Identity): HttpAgent {
    if (this.#closed) throw new Error('the client is closed')
    const { server, ca, cert, key, tlsServerName, insecureSkipTlsVerify, proxyUrl } = identity
    const of = JSON.stringify([server, ca, cert, key, tlsServerName, insecureSkipTlsVerify, proxyUrl])
    if (this.#dispatcher?.of === of) return this.#dispatcher.agent
    // Rejected only when destroyed meanwhile, which is as good as closed.
    this.#dispatcher?.agent.close().catch(() => undefined)
    const agent = createHttpAgent(identity, proxyFor(server, this.#options.env, proxyUrl))
    this.#dispatcher = { of, agent }
    return agent
  }
}

interface SendOptions {
  readonly signal: AbortSignal | undefined
  readonly mayStart?: (() => boolean) | undefined
  readonly bodyTimeoutMs: number
}

const asKubeError = (request: KubeRequest, error: unknown): KubeError =>
  error instanceof KubeError ? error : errorOfTransport(request.context, error)
