import { once } from 'node:events'
import { json } from 'node:stream/consumers'
import { Agent, request as httpsRequest } from 'node:https'
import type { ClientRequest, IncomingMessage, OutgoingHttpHeaders } from 'node:http'
import { accessOf } from '../access/kubeconfig-access.ts'
import { systemAuthenticated, systemMasters } from '../auth/identity.ts'
import type { Identity } from '../auth/identity.ts'
import type { Cluster, UserIdentity } from '../cluster.ts'
import { textAt } from '../kube-object.ts'
import type { HttpRequest } from '../server/exchange.ts'

/** Of one connection, not of the request. */
const connectionHeaders = new Set([
  'connection',
  'host',
  'http2-settings',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/** Headers that may go on to another connection, of HTTP/1.1 or HTTP/2. */
export const endToEnd = (headers: IncomingMessage['headers']): OutgoingHttpHeaders =>
  Object.fromEntries(
    Object.entries(headers).filter(([name]) => !name.startsWith(':') && !connectionHeaders.has(name)),
  )

interface Connections {
  readonly agent: Agent
  readonly headers: OutgoingHttpHeaders
}

interface SentInstead {
  readonly url?: string | undefined
  readonly body?: Buffer | undefined
}

/** Sends requests on to a cluster, each as the one who sent it. */
export class Upstream {
  readonly #cluster: Cluster
  readonly #byIdentity = new Map<string, Connections>()
  /** Those that are no longer used for new requests; watches may go on over them. */
  readonly #former: Connections[] = []
  readonly #url: URL
  readonly #prefix: string

  constructor(cluster: Cluster) {
    this.#cluster = cluster
    this.#url = new URL(cluster.url)
    this.#prefix = this.#url.pathname.replace(/\/$/, '')
  }

  /**
   * Its body is sent as it comes in, unless it has been read; its URL is another if one is given. `identity` undefined: by
   * the bearer token that is in it.
   */
  send(
    request: HttpRequest,
    identity: Identity | undefined,
    { url = request.url ?? '/', body }: SentInstead = {},
  ): ClientRequest {
    const connections = this.#connections(identity)
    const { agent, headers } = connections
    const { authorization, ...rest } = endToEnd(request.headers)
    const method = request.method ?? 'GET'
    const hasBody = method !== 'GET' && method !== 'HEAD'
    const sent = httpsRequest({
      agent,
      host: this.#url.hostname,
      port: this.#url.port === '' ? 443 : this.#url.port,
      method,
      path: this.#prefix + url,
      headers: {
        ...rest,
        ...(identity === undefined && authorization !== undefined ? { authorization } : {}),
        // a body whose length nobody said, as HTTP/2 has it
        ...(hasBody && rest['content-length'] === undefined ? { 'transfer-encoding': 'chunked' } : {}),
        ...headers,
      },
    })
    // its certificates may have been replaced: the next request asks for new ones
    sent.on('error', ({ message }) => {
      if (message.includes('certificate')) this.#forget(connections)
    })
    sent.on('response', ({ statusCode }) => {
      if (statusCode === 401) this.#forget(connections)
    })
    if (hasBody && body === undefined) request.pipe(sent)
    else sent.end(body)
    return sent
  }

  /** The version of the cluster now. Rejects when it cannot be reached. */
  async revision(): Promise<number> {
    const { agent, headers } = this.#connections({ user: 'admin', groups: [systemMasters] })
    const { hostname: host, port } = this.#url
    const path = `${this.#prefix}/api/v1/namespaces?limit=1`
    const sent = httpsRequest({ agent, host, port: port === '' ? 443 : port, path, headers })
    sent.end()
    const [answer] = (await once(sent, 'response')) as [IncomingMessage]
    const revision = Number(textAt(await json(answer), 'metadata', 'resourceVersion'))
    if (revision > 0) return revision
    throw new Error(`${this.#cluster.name} does not tell its version: status ${answer.statusCode ?? 0}`)
  }

  /** Ends all connections. */
  close(): void {
    for (const { agent } of [...this.#byIdentity.values(), ...this.#former]) agent.destroy()
    this.#byIdentity.clear()
  }

  #forget(connections: Connections): void {
    for (const [id, known] of this.#byIdentity) {
      if (known !== connections) continue
      this.#byIdentity.delete(id)
      this.#former.push(connections)
    }
  }

  /** A connection has one certificate for all its life: each identity has its own. */
  #connections(identity: Identity | undefined): Connections {
    const groups = identity?.groups.filter((group) => group !== systemAuthenticated) ?? []
    const id = identity === undefined ? '' : JSON.stringify([identity.user, groups])
    const known = this.#byIdentity.get(id)
    if (known !== undefined) return known
    const made = this.#connect(identity === undefined ? undefined : { user: identity.user, groups })
    this.#byIdentity.set(id, made)
    return made
  }

  #connect(identity: UserIdentity | undefined): Connections {
    const isAdministrator =
      identity === undefined || (identity.user === 'admin' && identity.groups?.includes(systemMasters))
    // on an existing cluster the administrator of its kubeconfig, else he would have to impersonate himself
    const access = accessOf(this.#cluster.kubeconfig(isAdministrator ? {} : identity))
    const { ca, cert, key, token, as, asGroups = [], isInsecure } = access
    const tls = { ca, rejectUnauthorized: isInsecure !== true, keepAlive: true }
    if (identity === undefined) return { agent: new Agent(tls), headers: {} }
    return {
      agent: new Agent({ ...tls, cert, key }),
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(as === undefined ? {} : { 'impersonate-user': as, 'impersonate-group': [...asGroups] }),
      },
    }
  }
}
