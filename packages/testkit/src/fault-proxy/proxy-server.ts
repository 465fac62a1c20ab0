import { once } from 'node:events'
import { buffer, json } from 'node:stream/consumers'
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { ApiError } from '../api-error.ts'
import type { Authenticator } from '../auth/authenticator.ts'
import type { Identity } from '../auth/identity.ts'
import type { Clock } from '../clock/clock.ts'
import type { Faults } from '../faults.ts'
import type { FaultyWatch } from '../faults/faulty-watch.ts'
import type { Journal } from '../journal.ts'
import { Exchange } from '../server/exchange.ts'
import type { HttpRequest, HttpResponse } from '../server/exchange.ts'
import { keepRecord } from '../server/keep-record.ts'
import type { KeptRecord } from '../server/keep-record.ts'
import { readRequestInfo } from '../server/request-info.ts'
import type { RequestInfo, ResourceRequest } from '../server/request-info.ts'
import { withSelectedName } from '../server/requested-name.ts'
import { sufferFault } from '../server/suffer-fault.ts'
import { takeFault } from '../server/take-fault.ts'
import { proxiedWatch } from './proxied-watch.ts'
import { staleRequest, staleWatch } from './stale-request.ts'
import { endToEnd } from './upstream.ts'
import type { Upstream } from './upstream.ts'

export interface ProxyServerOptions {
  readonly upstream: Upstream
  readonly authenticator: Authenticator
  /** Those of them who are known by a token, which the cluster behind checks. */
  readonly byToken: WeakSet<Identity>
  readonly clock: Clock
  readonly journal: Journal
  readonly faults: Faults
  /** The open watches: added and taken away here. */
  readonly watches: Set<FaultyWatch>
}

/** Passes requests on, unless a fault hits them. */
export class ProxyServer {
  readonly #options: ProxyServerOptions

  constructor(options: ProxyServerOptions) {
    this.#options = options
  }

  /** Never throws and never rejects: what cannot be passed on is cut off. */
  readonly handle = (request: HttpRequest, response: HttpResponse): void => {
    const { journal, clock, faults } = this.#options
    if (faults.isPartitioned) {
      response.destroy()
      return
    }
    const exchange = new Exchange(request, response)
    request.on('error', () => undefined)
    response.on('error', () => undefined)
    const info = readRequestInfo(exchange.method, exchange.path, exchange.query)
    const { entry, finish } = keepRecord(journal, clock, exchange, info)
    this.#serve(exchange, info, entry)
      .catch((error: unknown) => {
        // a server that cannot be reached, or that went: so does the proxy
        if (error instanceof ApiError && !exchange.hasAnswered) exchange.sendStatus(error.status)
        else exchange.destroy()
      })
      .then(finish, () => exchange.destroy())
  }

  async #serve(exchange: Exchange, info: RequestInfo, entry: KeptRecord['entry']): Promise<void> {
    const { authenticator, byToken, clock, faults } = this.#options
    const sender = authenticator.identify(exchange.request, clock.now())
    const user = exchange.header('impersonate-user') ?? sender.user
    entry.user = user
    const wish = withSelectedName(info, exchange.query)
    const fault = await takeFault(faults, exchange, wish, { user })
    let hasLeft = false
    exchange.response.on('close', () => (hasLeft = true))
    // a request after a rule was added sees what the rule says
    await faults.ready
    if (fault !== undefined && !(await sufferFault(exchange, fault, clock, wish))) return
    // its body is gone with it: what is sent on for it would wait for the rest for ever
    if (hasLeft) return
    const as = byToken.has(sender) ? undefined : sender
    if (wish.isResource && wish.verb === 'watch') await this.#watch(exchange, wish, user, as)
    else await this.#pass(exchange, wish, as)
  }

  /** Sends a request on, at another URL if one is given, and resolves with what begins to be answered. */
  async #ask(exchange: Exchange, as: Identity | undefined, url?: string): Promise<IncomingMessage> {
    const { request, bodyAhead } = exchange
    const sent = this.#options.upstream.send(request, as, { url, body: bodyAhead })
    exchange.response.on('close', () => sent.destroy())
    // what goes wrong before the answer is thrown here, what goes wrong after it shows in the answer
    sent.on('error', () => undefined)
    const [answer] = (await once(sent, 'response')) as [IncomingMessage]
    return answer
  }

  async #watch(
    exchange: Exchange,
    resource: ResourceRequest,
    user: string,
    as: Identity | undefined,
  ): Promise<void> {
    const { watches, clock } = this.#options
    const { staleness, request } = exchange
    const stale = staleness === undefined ? undefined : staleWatch(request.url ?? '/', staleness)
    const list = stale === undefined ? undefined : await this.#ask(exchange, as, stale.listUrl)
    if (list !== undefined && list.statusCode !== 200) {
      this.#forward(exchange, list)
      return
    }
    const begun = list === undefined ? [] : (stale?.eventsOf(await json(list)) ?? [])
    const answer = await this.#ask(exchange, as, stale?.watchUrl)
    if (answer.statusCode !== 200) {
      this.#forward(exchange, answer)
      return
    }
    if (!exchange.startStream(answer.headers['content-type'] ?? 'application/json')) {
      answer.destroy()
      return
    }
    const { namespace, name } = resource
    const watched = { identity: { user }, resource, namespace, name, exchange, clock, begun, answer }
    watches.add(proxiedWatch({ ...watched, onClose: (watch) => watches.delete(watch) }))
  }

  async #pass(exchange: Exchange, info: RequestInfo, as: Identity | undefined): Promise<void> {
    const { staleness, request } = exchange
    const stale =
      staleness === undefined || !info.isResource
        ? undefined
        : staleRequest(info, request.url ?? '/', staleness)
    const answer = await this.#ask(exchange, as, stale?.url)
    const { statusCode = 500 } = answer
    if (stale?.answerOf !== undefined && statusCode === 200)
      exchange.sendJson(200, JSON.stringify(stale.answerOf(await json(answer))))
    else if (isUntouched(exchange)) this.#forward(exchange, answer)
    else exchange.send(statusCode, '', await buffer(answer), wholeHeaders(answer))
  }

  #forward(exchange: Exchange, answer: IncomingMessage): void {
    // both kinds of response take them; their types do not agree on that
    ;(exchange.response as ServerResponse).writeHead(answer.statusCode ?? 500, endToEnd(answer.headers))
    answer.on('data', (chunk: Buffer) => (exchange.bytes += chunk.length))
    answer.on('error', () => exchange.destroy())
    answer.pipe(exchange.response)
  }
}

/** No fault hits the answer: it can be passed on piece by piece. */
const isUntouched = ({ breakAnswer, answerLater, pace }: Exchange): boolean =>
  breakAnswer === undefined && answerLater === undefined && pace === undefined

/** Of an answer that is sent on as one. */
const wholeHeaders = ({ headers }: IncomingMessage): OutgoingHttpHeaders => {
  const { 'content-length': _length, ...rest } = endToEnd(headers)
  return rest
}
