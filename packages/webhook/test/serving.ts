import { once } from 'node:events'
import { request as httpsRequest, type Agent } from 'node:https'
import { connect, type TLSSocket } from 'node:tls'
import { SecretValue, silentLogger, systemClock } from '@odfmo/controller-kit'
import type { CertificateSource, ServingCertificate } from '../src/serving/certificate-source.ts'
import { WebhookServer, type Endpoint, type WebhookServerOptions } from '../src/serving/webhook-server.ts'
import { testAuthority, type TestAuthority, type TestCertificate } from './test-certificates.ts'

/** A source of certificates that a test holds in its hand. */
export class HandSource implements CertificateSource {
  #current: ServingCertificate | undefined
  readonly #listeners = new Set<(certificate: ServingCertificate) => void>()

  current(): ServingCertificate | undefined {
    return this.#current
  }

  problem(): string | undefined {
    return this.#current === undefined ? 'nobody has given one' : undefined
  }

  subscribe(listener: (certificate: ServingCertificate) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async run(signal: AbortSignal): Promise<void> {
    if (!signal.aborted) await once(signal, 'abort')
  }

  give({ cert, key }: TestCertificate): void {
    const certificate = { cert, key: new SecretValue(key) }
    this.#current = certificate
    for (const listener of this.#listeners) listener(certificate)
  }
}

/** A server that runs, and how to talk with it. */
export interface RunningServer {
  readonly server: WebhookServer
  readonly certificates: HandSource
  readonly authority: TestAuthority
  /** Paths and statuses of what was answered. */
  readonly answered: readonly string[]
  /** Paths of what was asked. */
  readonly begun: readonly string[]
  /** Asks it to end; resolves when it has. */
  stop(): Promise<void>
  post(path: string, options?: PostOptions): Promise<PostAnswer>
  /** A connection with nothing on it yet. */
  open(): Promise<TLSSocket>
}

/** What differs from a POST of `{}`. */
export interface PostOptions {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  readonly agent?: Agent
}

/** What came back. */
export interface PostAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly body: string
}

/** Starts a server with a certificate, on any port; `endpoints` by path. */
export const runServer = async (
  endpoints: Readonly<Record<string, Endpoint>>,
  options: Partial<WebhookServerOptions> = {},
): Promise<RunningServer> => {
  const authority = testAuthority('test', Date.now())
  const certificates = new HandSource()
  const answered: string[] = []
  const begun: string[] = []
  const server = new WebhookServer({
    host: '127.0.0.1',
    port: 0,
    certificates,
    endpoints,
    clock: systemClock,
    logger: silentLogger,
    observer: {
      began: (path) => void begun.push(path),
      ended: (path, status) => void answered.push(`${path} ${status}`),
    },
    ...options,
  })
  certificates.give(authority.certificate())
  const abort = new AbortController()
  const running = server.start(abort.signal)
  await listening(server, running)
  return {
    server,
    certificates,
    authority,
    answered,
    begun,
    stop: async () => {
      abort.abort()
      await running
    },
    post: (path, given = {}) => post({ port: server.port, ca: authority.pem, path, ...given }),
    open: () => open({ port: server.port, ca: authority.pem }),
  }
}

/** Listening takes a turn or two; a start that fails rejects. */
export const listening = async (server: WebhookServer, running: Promise<void>): Promise<void> => {
  const failed = running.then(() => undefined)
  while (server.port === 0) {
    await Promise.race([failed, new Promise((resolve) => setImmediate(resolve))])
  }
}

export const post = ({
  port,
  ca,
  path,
  method = 'POST',
  headers = { 'content-type': 'application/json' },
  body = '{}',
  agent,
}: PostOptions & {
  readonly port: number
  readonly ca: string
  readonly path: string
}): Promise<PostAnswer> =>
  new Promise((resolve, reject) => {
    const sent = httpsRequest(
      {
        host: '127.0.0.1',
        port,
        ca,
        path,
        method,
        headers,
        ...(agent === undefined ? { agent: false } : { agent }),
      },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks).toString(),
          }),
        )
        response.on('error', reject)
      },
    )
    sent.on('error', reject)
    sent.end(body)
  })

const open = ({ port, ca }: { readonly port: number; readonly ca: string }): Promise<TLSSocket> =>
  new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, ca, servername: 'localhost' }, () => resolve(socket))
    socket.once('error', reject)
  })

/** Everything a connection brings until its end. */
export const textOf = (socket: TLSSocket): Promise<string> =>
  new Promise((resolve) => {
    const chunks: Buffer[] = []
    socket.on('data', (chunk: Buffer) => chunks.push(chunk))
    // A reset after the answer is an end as well.
    socket.on('error', () => undefined)
    socket.once('close', () => resolve(Buffer.concat(chunks).toString()))
  })
