import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, type Server } from 'node:https'
import { Server as NetServer, type AddressInfo, type Socket } from 'node:net'
import { ListenError, type Clock, type Logger, type Readiness, type Runnable } from '@odfmo/controller-kit'
import { rawAnswer, send, sendEarly, sentence, type HttpAnswer } from './answer-http.ts'
import { BadRequestError } from './bad-request-error.ts'
import type { CertificateSource, ServingCertificate } from './certificate-source.ts'
import { clientFault } from './client-fault.ts'
import { Connections } from './connections.ts'
import { checkDeclaredLength, readBody } from './read-body.ts'
import { defaultLimits, type ServingLimits } from './serving-limits.ts'
import { tlsSettings } from './tls-settings.ts'

/** Answers the body of a POST with JSON; throws a `BadRequestError` for what cannot be answered. */
export type Endpoint = (body: Uint8Array) => string

/** Told of every request; for metrics. */
export interface RequestObserver {
  began(path: string): void
  /** `path` is one of the endpoints', or empty; `status` 0 when the client did not wait for it. */
  ended(path: string, status: number, ms: number): void
}

/** What is served, where, and with what. */
export interface WebhookServerOptions {
  readonly host: string
  /** 0: any free one. */
  readonly port: number
  readonly certificates: CertificateSource
  /** By path. */
  readonly endpoints: Readonly<Record<string, Endpoint>>
  readonly clock: Clock
  readonly logger: Logger
  readonly observer: RequestObserver
  /** What differs from `defaultLimits`. */
  readonly limits?: Partial<ServingLimits>
}

/**
 * Endpoints over HTTPS. It listens from the start, so that a port that is taken is known at once; handshakes succeed when there is
 * a certificate, and a new one takes the old one's place for new connections.
 */
export class WebhookServer implements Runnable {
  readonly name = 'admission'
  readonly needsLeadership = false
  readonly #options: WebhookServerOptions
  readonly #limits: ServingLimits
  readonly #server: Server
  readonly #connections: Connections
  #ending = false

  constructor(options: WebhookServerOptions) {
    this.#options = options
    const limits = { ...defaultLimits, ...options.limits }
    this.#limits = limits
    this.#connections = new Connections(limits.maxConnections)
    this.#server = createServer({
      ...tlsSettings,
      // Both are answered; Node offers the first alone, and a client that names only the other got no connection.
      ALPNProtocols: ['http/1.1', 'http/1.0'],
      handshakeTimeout: limits.handshakeMs,
      headersTimeout: limits.headersMs,
      requestTimeout: limits.requestMs,
      keepAliveTimeout: limits.keepAliveMs,
      connectionsCheckingInterval: limits.checkMs,
      maxHeaderSize: limits.maxHeaderBytes,
      // Refused below, in words.
      requireHostHeader: false,
    })
    this.#server.maxHeadersCount = limits.maxHeaders
    this.#server.maxConnections = limits.maxConnections
    const handle = (request: IncomingMessage, response: ServerResponse): void => {
      this.#handle(request, response)
    }
    this.#server
      .on('connection', (socket: Socket) => this.#connections.accepted(socket))
      .on('secureConnection', (socket) => this.#connections.opened(socket))
      .on('request', handle)
      .on('checkContinue', handle)
      .on('checkExpectation', handle)
      .on('connect', (_request, socket) => socket.end(rawAnswer(sentence(405, 'this is no proxy', allow))))
      .on('clientError', (error, socket) => this.#fault(error, socket as Socket))
      .on('tlsClientError', (error) => options.logger.debug({ err: error }, 'a handshake failed'))
  }

  /** The port that was taken; 0 before it listens. */
  get port(): number {
    return (this.#server.address() as AddressInfo | null)?.port ?? 0
  }

  ready(): Readiness {
    const { certificates } = this.#options
    if (certificates.current() !== undefined) return { ready: true }
    return { ready: false, why: certificates.problem() ?? 'there is no serving certificate yet' }
  }

  /** @throws Error when the address is taken, with words. */
  async start(signal: AbortSignal): Promise<void> {
    const { certificates, host, logger } = this.#options
    const take = ({ cert, key }: ServingCertificate): void =>
      this.#server.setSecureContext({ ...tlsSettings, cert, key: key.reveal() })
    const unsubscribe = certificates.subscribe(take)
    try {
      const first = certificates.current()
      if (first !== undefined) take(first)
      await this.#listen()
      this.#server.on('error', (error) => logger.error({ err: error }, 'the server failed to accept'))
      logger.info(
        { host, port: this.port, endpoints: Object.keys(this.#options.endpoints) },
        'serving admission',
      )
      if (!signal.aborted) await once(signal, 'abort')
    } finally {
      unsubscribe()
    }
    await this.#end()
  }

  async #listen(): Promise<void> {
    const { host, port } = this.#options
    this.#server.listen(port, host)
    try {
      await once(this.#server, 'listening')
    } catch (cause) {
      throw new ListenError({ what: 'admission', flag: '--host or --port', host, port }, cause)
    }
  }

  /**
   * Nothing new is accepted. Who has a connection may not know of it yet: a request on its way is still answered, and told that
   * this was the last one.
   */
  async #end(): Promise<void> {
    const { clock } = this.#options
    const { quietMs, drainMs } = this.#limits
    this.#ending = true
    const cancel = [
      clock.after(quietMs, () => this.#connections.closeQuiet()),
      clock.after(drainMs, () => this.#connections.cut()),
    ]
    // That of https would close quiet connections at once.
    await new Promise<void>((resolve) => NetServer.prototype.close.call(this.#server, () => resolve()))
    for (const one of cancel) one()
    this.#server.close()
  }

  #handle(request: IncomingMessage, response: ServerResponse): void {
    const { clock, endpoints, observer } = this.#options
    const path = pathOf(request)
    const endpoint = Object.hasOwn(endpoints, path) ? endpoints[path] : undefined
    const known = endpoint === undefined ? '' : path
    const began = clock.monotonic()
    this.#connections.began(response)
    observer.began(known)
    response.once('close', () =>
      observer.ended(known, response.headersSent ? response.statusCode : 0, clock.monotonic() - began),
    )
    if (this.#ending) response.setHeader('connection', 'close')
    this.#answer(request, response, endpoint).catch((error: unknown) => this.#refuse(response, error))
  }

  async #answer(
    request: IncomingMessage,
    response: ServerResponse,
    endpoint: Endpoint | undefined,
  ): Promise<void> {
    const { maxBodyBytes } = this.#limits
    if (endpoint === undefined) throw new BadRequestError(404, `there is nothing at ${pathOf(request)}`)
    checkHead(request)
    checkDeclaredLength(request, maxBodyBytes)
    if (request.headers.expect !== undefined) response.writeContinue()
    const body = endpoint(await readBody(request, maxBodyBytes))
    if (this.#ending && !response.headersSent) response.setHeader('connection', 'close')
    send(response, { status: 200, contentType: 'application/json', body })
  }

  #refuse(response: ServerResponse, error: unknown): void {
    const { logger, clock } = this.#options
    const { req: request } = response
    const where = { path: pathOf(request), client: request.socket.remoteAddress }
    if (error instanceof BadRequestError) logger.info({ ...where, why: error.message }, 'refused a request')
    else logger.error({ ...where, err: error }, 'a request could not be answered')
    if (response.headersSent || response.destroyed) return
    const answer = answerTo(error)
    if (request.complete) send(response, answer)
    else sendEarly(response, answer, { clock, lingerMs: this.#limits.lingerMs })
  }

  /** What the parser of HTTP cannot read, or waited for in vain; and handshakes that failed, which https tells here too. */
  #fault(error: Error, socket: Socket): void {
    const fault = this.#connections.isOpen(socket) ? clientFault(error) : undefined
    if (fault?.status === 408 && socket.bytesRead === 0) {
      // Clients open connections ahead of need. Node counts them as requests that do not come to their end; told so, the first
      // request would be answered before it is read.
      socket.setTimeout(this.#limits.keepAliveMs)
      return
    }
    const response = this.#connections.answerOn(socket)
    if (fault === undefined || response?.headersSent === true) socket.destroy()
    else if (response !== undefined) this.#refuse(response, fault)
    else if (socket.writable) socket.end(rawAnswer(answerTo(fault)))
  }
}

const allow = { allow: 'POST' }

const answerTo = (error: unknown): HttpAnswer =>
  error instanceof BadRequestError
    ? sentence(error.status, error.message, error.status === 405 ? allow : {})
    : sentence(500, 'the webhook failed: see its log')

/** Without the query: API servers add one (`?timeout=10s`). */
const pathOf = ({ url = '' }: IncomingMessage): string => url.split('?', 1)[0] ?? ''

const checkHead = ({ method, headers, httpVersion }: IncomingMessage): void => {
  if (headers.host === undefined && httpVersion === '1.1') {
    throw new BadRequestError(400, 'the request does not say which host it is for')
  }
  if (headers.expect !== undefined && headers.expect.toLowerCase() !== '100-continue') {
    throw new BadRequestError(417, `the request expects "${headers.expect}": only 100-continue is known`)
  }
  if (method !== 'POST') throw new BadRequestError(405, `${method} is not answered here: send a POST`)
  const type = headers['content-type'] ?? ''
  if (type.split(';', 1)[0]?.trim().toLowerCase() !== 'application/json') {
    throw new BadRequestError(415, `the content type is "${type}": expected application/json`)
  }
  const encoding = headers['content-encoding'] ?? 'identity'
  if (encoding !== 'identity') {
    throw new BadRequestError(415, `the content encoding is "${encoding}": send the body as it is`)
  }
}
