import { constants } from 'node:crypto'
import { createSecureServer } from 'node:http2'
import type { ServerHttp2Session } from 'node:http2'
import type { Socket } from 'node:net'
import { CertificateAuthority } from '../certificates/certificate-authority.ts'
import type { KeyAndCertificate } from '../certificates/certificate-authority.ts'
import type { Handshake } from '../faults/faulty-watch.ts'
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
  /** Stops listening and cuts every connection, or listens again at the same port; rejects once it is closed. */
  readonly listening: (isListening: boolean) => Promise<void>
  /** New connections meet this certificate, and are asked for one of these authorities. */
  readonly certify: (server: KeyAndCertificate, clientAuthority: string) => void
  /** How connections begin from now on. */
  readonly handshakes: (how: Handshake) => void
}

/** The limit of the real server's HTTP library for the request's line and headers, 1 MiB. */
const longestHeadersBytes = 2 ** 20

const idleConnectionMs = 180_000

// TLS clients look at the machine's clock: this holds whatever a cluster's own says
const strangerNotBefore = Date.UTC(2000, 0, 1)
const strangerNotAfter = Date.UTC(2120, 0, 1)

/** What a server shows that took the port of another. */
const strangersCertificate = (): KeyAndCertificate =>
  new CertificateAuthority('unknown', strangerNotBefore, strangerNotAfter).issueWithKey({
    subject: { commonName: 'unknown', organizations: [] },
    uses: ['server'],
    hosts: ['localhost', '127.0.0.1'],
    notBefore: strangerNotBefore,
    notAfter: strangerNotAfter,
  })

const secureOptions = ({ key, certificate }: KeyAndCertificate, clientAuthority: string) => ({
  key,
  cert: certificate,
  ca: clientAuthority,
  // a resumed session would bring an identity without its certificate
  secureOptions: constants.SSL_OP_NO_TICKET,
  sessionIdContext: 'odfmo-testkit',
})

/** Opens an HTTPS endpoint on 127.0.0.1 for HTTP/1.1 and HTTP/2; client certificates are asked for, and judged later. */
export const listen = async (options: ListenerOptions): Promise<Listener> => {
  const sockets = new Set<Socket>()
  const sessions = new Set<ServerHttp2Session>()
  let handshake: Handshake = 'works'
  let { server: shownByRight, clientAuthority } = options
  const present = (): void => {
    const shown = handshake === 'unknown authority' ? strangersCertificate() : shownByRight
    server.setSecureContext(secureOptions(shown, clientAuthority))
  }
  const server = createSecureServer({
    allowHTTP1: true,
    ...secureOptions(options.server, options.clientAuthority),
    requestCert: true,
    // judged against the cluster's own clock, and a wrong one must be answered 401, not by a broken handshake
    rejectUnauthorized: false,
    // selectors stand in URLs, and may be long
    ...{ maxHeaderSize: longestHeadersBytes },
    settings: { maxConcurrentStreams: 1_000, maxHeaderListSize: longestHeadersBytes },
  })
  // a client keeps its idle connections longer than Node's five seconds, and must not meet a closing one
  // Node 22 adds the second to the first, and has no default of it for servers of this kind.
  Object.assign(server, { keepAliveTimeout: idleConnectionMs, keepAliveTimeoutBuffer: 1_000 })
  server.on('connection', (socket: Socket) => {
    socket.on('error', () => socket.destroy())
    if (handshake === 'cut') {
      socket.destroy()
      return
    }
    sockets.add(socket)
    socket.setNoDelay(true)
    socket.on('close', () => sockets.delete(socket))
  })
  server.on('session', (session) => {
    sessions.add(session)
    session.on('close', () => sessions.delete(session))
    session.on('error', () => session.destroy())
  })
  server.on('tlsClientError', (_error, socket) => socket.destroy())
  server.on('sessionError', () => undefined)
  server.on('request', options.onRequest)
  const dropConnections = (): void => {
    for (const session of sessions) session.destroy()
    for (const socket of sockets) socket.destroy()
  }
  const listenAt = (wanted: number): Promise<number> =>
    new Promise((resolve, reject) => {
      server.once('error', reject)
      server.listen(wanted, '127.0.0.1', () => {
        server.removeListener('error', reject)
        const address = server.address()
        resolve(typeof address === 'object' && address !== null ? address.port : wanted)
      })
    })
  const close = (): Promise<void> =>
    new Promise((closed) => {
      server.close(() => closed())
      dropConnections()
    })
  const port = await listenAt(options.port)
  let isClosed = false
  // one after the other: what ends it must not be overtaken by what was to begin again
  let turn: Promise<void> = Promise.resolve()
  const inTurn = (act: () => Promise<unknown>): Promise<void> => {
    const done = turn.then(async () => void (await act()))
    turn = done.catch(() => undefined)
    return done
  }
  return {
    port,
    dropConnections,
    close() {
      isClosed = true
      return inTurn(close)
    },
    listening: (isListening) =>
      inTurn(async () => {
        if (isListening && isClosed) throw new Error(`nobody listens at port ${port} again after stop()`)
        if (isListening === server.listening) return
        if (isListening) await listenAt(port)
        else await close()
      }),
    handshakes(how) {
      if (how === handshake) return
      handshake = how
      present()
    },
    certify(certificate, authority) {
      shownByRight = certificate
      clientAuthority = authority
      present()
    },
  }
}
