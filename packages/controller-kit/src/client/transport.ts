import { sleep, type Clock } from '../clock.ts'
import { authHeaders } from './auth-headers.ts'
import type { Credentials } from './credentials.ts'
import { deadline } from './deadline.ts'
import { errorText } from './error-body.ts'
import { errorOfResponse, errorOfTransport, retryAfterMs } from './error-response.ts'
import { Connections, type HttpResponse } from './connections.ts'
import type { Identity } from './identity.ts'
import { heldError, isHeld, isUnauthorized, KubeError } from './kube-error.ts'
import { proxyFor } from './proxy.ts'
import type { RateLimiter } from './rate-limit.ts'
import type { KubeRequest } from './request.ts'
import { retryDelayMs } from './retry.ts'

/** The server begins to answer within this or the connection is dead: an API server's own limit for handlers is 60 s, its usual answer takes milliseconds. */
const headersTimeoutMs = 15_000
/** A watch hears a bookmark about every minute: after two without, nobody is there. */
const defaultWatchTimeoutMs = 120_000
/** Between two pieces of an ordinary answer. */
const bodyTimeoutMs = 15_000
/** What became of a request, for metrics; one call for each try. */
export interface RequestObserver {
  /** Status 0: no answer. `host` with port; `ms` until the head of the answer. Synchronous, must not throw. */
  answered(request: KubeRequest, host: string, status: number, ms: number): void
}

export interface TransportOptions {
  /** How long a watch may say nothing at all. */
  readonly watchTimeoutMs?: number | undefined
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
  /** By the rate limit and the number of connections that calls share. */
  readonly limited: boolean
  /** Asked before each try, and once more when there is a connection for it. */
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
  #current: { identity: Identity; readonly of: string; readonly connections: Connections } | undefined
  /** Of former identities, until what was begun on them has ended. */
  readonly #former = new Set<Connections>()
  #closed = false

  constructor(options: TransportOptions) {
    this.#options = options
  }

  /** The body of a successful answer as text. Throws a `KubeError`, or the signal's reason. */
  async text(request: KubeRequest, { timeoutMs, signal, limited, mayStart }: CallOptions): Promise<string> {
    const { clock, limiter } = this.#options
    const end = clock.monotonic() + timeoutMs
    const until = deadline(clock, timeoutMs, signal)
    let waitsFor: keyof typeof notSent | 'answer' = 'limit'
    try {
      for (let attempt = 0; ; attempt++) {
        try {
          if (limited) await limiter?.pass(until.signal)
          waitsFor = 'credentials'
          const how = {
            onSend: () => (waitsFor = 'answer'),
            signal: until.signal,
            over: limited ? 'shared' : 'own',
            bodyTimeoutMs,
            mayStart,
          } as const
          return await this.#whole(request, await this.#authorized(request, how))
        } catch (error) {
          signal?.throwIfAborted()
          if (until.signal.aborted) throw lateError(request, until.signal.reason, timeoutMs, waitsFor)
          const failure = asKubeError(request, error)
          const delay = retryDelayMs(request, failure, attempt, clock.random())
          // Waiting past the end of the call would only tell the caller later.
          if (delay === undefined || clock.monotonic() + delay >= end) throw failure
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
      return await this.#authorized(request, {
        signal,
        over: 'own',
        bodyTimeoutMs: this.#options.watchTimeoutMs ?? defaultWatchTimeoutMs,
      })
    } catch (error) {
      signal?.throwIfAborted()
      throw asKubeError(request, error)
    }
  }

  /** Cuts all connections. */
  async close(): Promise<void> {
    this.#closed = true
    await Promise.all([this.#current?.connections.cut(), ...[...this.#former].map((each) => each.cut())])
  }

  /** Once more when the server does not know us and files or plugin meanwhile say something else. */
  async #authorized(request: KubeRequest, how: TryOptions): Promise<Answer> {
    const { credentials } = this.#options
    const identity = await credentials.ready(how.signal)
    try {
      return await this.#send(request, identity, how)
    } catch (error) {
      if (!isUnauthorized(error)) throw error
      const other = await credentials.renew(identity, how.signal)
      if (other === undefined) throw error
      return this.#send(request, other, how)
    }
  }

  async #send(request: KubeRequest, identity: Identity, how: TryOptions): Promise<Answer> {
    const { clock, observer, userAgent } = this.#options
    const askFirst = (): void => {
      if (how.mayStart?.() === false) throw heldError(request.context)
    }
    askFirst()
    how.onSend?.()
    const url = new URL(identity.server)
    const started = clock.monotonic()
    const observe = (status: number): void =>
      observer?.answered(request, url.host, status, clock.monotonic() - started)
    let answer: HttpResponse
    try {
      answer = await this.#connectionsOf(identity).send(
        how.over,
        {
          origin: url.origin,
          path: url.pathname.replace(/\/$/, '') + request.path,
          method: request.method,
          headers: {
            ...request.headers,
            'user-agent': userAgent,
            ...authHeaders(identity),
          },
          body: request.body ?? null,
          headersTimeout: headersTimeoutMs,
          bodyTimeout: how.bodyTimeoutMs,
        },
        // Between here and the wire there may be waits: for another call's connection, for one that is being made.
        { signal: how.signal, beforeSent: how.mayStart === undefined ? undefined : askFirst },
      )
    } catch (error) {
      if (!isHeld(error)) observe(0)
      throw error
    }
    observe(answer.statusCode)
    if (answer.statusCode < 300)
      return { status: answer.statusCode, headers: answer.headers, body: answer.body }
    const retryAfter = retryAfterMs(answer.headers['retry-after'], clock.now())
    throw errorOfResponse(request.context, answer.statusCode, await errorText(answer.body), retryAfter)
  }

  async #whole(request: KubeRequest, answer: Answer): Promise<string> {
    try {
      return await answer.body.text()
    } catch (error) {
      throw asKubeError(request, error)
    }
  }

  /** Connections belong to a TLS identity; when that changes, new requests take new ones and the old run out. */
  #connectionsOf(identity: Identity): Connections {
    if (this.#closed) throw new Error('the client is closed')
    // Nearly always the same as before: its text is many times longer than most requests.
    if (this.#current?.identity === identity) return this.#current.connections
    const { server, ca, cert, key, tlsServerName, insecureSkipTlsVerify, proxyUrl } = identity
    const of = JSON.stringify([server, ca, cert, key, tlsServerName, insecureSkipTlsVerify, proxyUrl])
    if (this.#current?.of === of) {
      this.#current.identity = identity
      return this.#current.connections
    }
    if (this.#current !== undefined) this.#retire(this.#current.connections)
    const connections = new Connections(identity, proxyFor(server, this.#options.env, proxyUrl))
    this.#current = { identity, of, connections }
    return connections
  }

  #retire(connections: Connections): void {
    this.#former.add(connections)
    const forget = (): boolean => this.#former.delete(connections)
    connections.runOut().then(forget, forget)
  }
}

/** How one try is done. */
interface TryOptions {
  readonly over: 'shared' | 'own'
  readonly signal: AbortSignal | undefined
  readonly mayStart?: (() => boolean) | undefined
  readonly bodyTimeoutMs: number
  /** It is known who asks: from now on a server is waited for. */
  readonly onSend?: () => void
}

const asKubeError = (request: KubeRequest, error: unknown): KubeError =>
  error instanceof KubeError ? error : errorOfTransport(request.context, error)

/** What a call waits for before anything is sent. */
const notSent = {
  limit: 'more is asked than the rate limit lets through',
  credentials: 'the credential plugin has not answered',
} as const

const lateError = (
  request: KubeRequest,
  reason: unknown,
  timeoutMs: number,
  waitsFor: keyof typeof notSent | 'answer',
): KubeError =>
  waitsFor === 'answer'
    ? asKubeError(request, reason)
    : errorOfTransport(request.context, {
        code: 'ODFMO_TIMEOUT',
        message: `not sent within ${timeoutMs / 1000} s: ${notSent[waitsFor]}`,
      })
