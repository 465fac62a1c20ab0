import { createSecureContext } from 'node:tls'
import { Agent, ProxyAgent, type Dispatcher } from 'undici'
import { abortable } from './abortable.ts'
import type { Identity } from './identity.ts'

/** Calls beyond so many at once wait for each other. */
const mostCalls = 64
/** Before the system asks an idle connection whether it is alive. */
const keepAliveProbeMs = 30_000
/** An idle connection is kept so long: over the 5 s between two renewals of a lease, under the 60 s and more of servers and balancers. */
const idleMs = 30_000

export type HttpResponse = Dispatcher.ResponseData

interface SendOptions {
  readonly signal: AbortSignal | undefined
  /** Called when there is a connection and the first byte would be written next; what it throws is what comes of the request. */
  readonly beforeSent?: (() => void) | undefined
}

/**
 * The connections of one TLS identity. Calls share some. A watch holds its connection for as long as it lasts, so watches
 * never count: with one limit for both, enough of them would stop all calls for ever. Nor does what is urgent, which must not wait
 * for calls that a slow server holds.
 */
export class Connections {
  readonly #shared: Dispatcher
  readonly #own: Dispatcher
  #underWay = 0
  #onIdle: (() => void) | undefined

  constructor(identity: Identity, proxy: string | undefined) {
    const { ca, cert, key, tlsServerName, insecureSkipTlsVerify } = identity
    const tls = {
      // Read once, not for every connection.
      secureContext: createSecureContext({ ca, cert, key }),
      servername: tlsServerName,
      rejectUnauthorized: insecureSkipTlsVerify !== true,
    }
    const agent = (connections: number | null): Dispatcher => {
      // docs/decisions/0006: Node's HTTP/2 client can hang for ever inside one write, and the process with it
      const options = { allowH2: false, connections, keepAliveTimeout: idleMs }
      if (proxy !== undefined) return new ProxyAgent({ ...options, uri: proxy, requestTls: tls })
      const connect = { ...tls, keepAlive: true, keepAliveInitialDelay: keepAliveProbeMs }
      return new Agent({ ...options, connect })
    }
    this.#shared = agent(mostCalls)
    this.#own = agent(null)
  }

  /**
   * One request; resolves when the answer's headers are there, rejects with the signal's reason as soon as that is
   * aborted, also while the connection is still being made, and with what `beforeSent` throws.
   */
  async send(
    over: 'shared' | 'own',
    options: Dispatcher.RequestOptions,
    how: SendOptions,
  ): Promise<HttpResponse> {
    const { signal, beforeSent } = how
    signal?.throwIfAborted()
    const agent = over === 'shared' ? this.#shared : this.#own
    const asking = beforeSent === undefined ? agent : agent.compose(ask(beforeSent))
    // By itself the agent heeds the signal only once there is a connection, and gives a connection up after each DELETE that
    // has a body (`reset`): our preconditions are one, and API servers read it.
    return abortable(this.#counted(asking.request({ ...options, reset: false, signal })), signal)
  }

  /** Lets what is under way come to its end, and then resolves with all connections closed. No more requests. */
  async runOut(): Promise<void> {
    if (this.#underWay > 0) {
      await new Promise<void>((resolve) => {
        this.#onIdle = resolve
      })
    }
    await this.cut()
  }

  /** Cuts all connections; what is under way fails. (An agent that was asked to close cannot be cut any more.) */
  async cut(): Promise<void> {
    await Promise.all([this.#shared.destroy(), this.#own.destroy()])
  }

  #counted(answer: Promise<HttpResponse>): Promise<HttpResponse> {
    const ended = (): void => {
      this.#underWay -= 1
      if (this.#underWay === 0) this.#onIdle?.()
    }
    this.#underWay += 1
    answer.then(({ body }) => (body.closed ? ended() : body.once('close', ended)), ended)
    return answer
  }
}

const ask =
  (beforeSent: () => void): Dispatcher.DispatcherComposeInterceptor =>
  (dispatch) =>
  (options, handler) => {
    const start = handler.onRequestStart?.bind(handler)
    handler.onRequestStart = (controller, context) => {
      beforeSent()
      start?.(controller, context)
    }
    return dispatch(options, handler)
  }
