import { constants } from 'node:crypto'
import { createSecureServer } from 'node:http2'
import type { ServerHttp2Session } from 'node:http2'
import type { Socket } from 'node:net'
import type { KeyAndCertificate } from '../certificates/certificate-authority.ts'
import type { HttpRequest, HttpResponse } from './exchange.ts'

export interface ListenerOptions {
  readonly port: number
  readonly server: KeyAndCertificate
  /** PEM of the authority client certificates are asked of. */
  readonly clientAuthority: string
  readonly onRequest: (request: HttpRequest, response: HttpResponse) => void
}

export interface Listener {
  readonly port: number
  /** Stops listening and cuts every connection. */
  readonly close: () => Promise<void>
  /** Cuts every connection, but goes on listening. */
  readonly dropConnections: () => void
}

const idleConnectionMs = 180_000

/** Opens an HTTPS endpoint on 127.0.0.1 for HTTP/1.1 and HTTP/2; client certificates are asked for, and judged later. */
export const listen = (options: ListenerOptions): Promise<Listener> =>
  new Promise((resolve, reject) => {
    const sockets = new Set<Socket>()
    const sessions = new Set<ServerHttp2Session>()
    const server = createSecureServer({
      allowHTTP1: true,
      key: options.server.key,
      cert: options.server.certificate,
      ca: options.clientAuthority,
      requestCert: true,
      // judged against the cluster's own clock, and a wrong one must be answered 401, not by a broken handshake
      rejectUnauthorized: false,
      // a resumed session would bring an identity without its certificate
      secureOptions: constants.SSL_OP_NO_TICKET,
      sessionIdContext: 'odfmo-testkit',
      settings: { maxConcurrentStreams: 1_000 },
    })
    // a client keeps its idle connections longer than Node's five seconds, and must not meet a closing one
    // Node 22 adds the second to the first, and has no default of it for servers of this kind.
    Object.assign(server, { keepAliveTimeout: idleConnectionMs, keepAliveTimeoutBuffer: 1_000 })
    server.on('connection', (socket: Socket) => {
      sockets.add(socket)
      socket.setNoDelay(true)
      socket.on('close', () => sockets.delete(socket))
      socket.on('error', () => socket.destroy())
    })
    server.on('session', (session) => {
      sessions.add(session)
      session.on('close', () => sessions.delete(session))
      session.on('error', () => session.destroy())
    })
    server.on('tlsClientError', (_error, socket) => socket.destroy())
    server.on('sessionError', () => undefined)
    server.on('request', options.onRequest)
    server.once('error', reject)
    const dropConnections = (): void => {
      for (const session of sessions) session.destroy()
      for (const socket of sockets) socket.destroy()
    }
    server.listen(options.port, '127.0.0.1', () => {
      server.removeListener('error', reject)
      const address = server.address()
      const port = typeof address === 'object' && address !== null ? address.port : options.port
      resolve({
        port,
        dropConnections,
        close: () =>
          new Promise((closed) => {
            server.close(() => closed())
            dropConnections()
          }),
      })
    })
  })
