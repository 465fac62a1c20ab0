import { Agent, ProxyAgent, type Dispatcher } from 'undici'
import type { Identity } from './identity.ts'

/** HTTP/2 shares one connection up to its limit of streams; this bounds what HTTP/1.1 would open, one for each watch. */
const mostConnections = 64
/** Before the system asks an idle connection whether it is alive. */
const keepAliveProbeMs = 30_000

export type HttpAgent = Dispatcher
export type HttpResponse = Dispatcher.ResponseData

/** The connections of one TLS identity. */
export const createHttpAgent = (identity: Identity, proxy: string | undefined): HttpAgent => {
  const tls = {
    ca: identity.ca,
    cert: identity.cert,
    key: identity.key,
    servername: identity.tlsServerName,
    rejectUnauthorized: identity.insecureSkipTlsVerify !== true,
  }
  if (proxy !== undefined)
    return new ProxyAgent({ uri: proxy, requestTls: tls, connections: mostConnections })
  return new Agent({
    allowH2: true,
    connections: mostConnections,
    connect: { ...tls, keepAlive: true, keepAliveInitialDelay: keepAliveProbeMs },
  })
}

/** One request; resolves when the answer's headers are there. */
export const send = (agent: HttpAgent, options: Dispatcher.RequestOptions): Promise<HttpResponse> =>
  agent.request(options)
