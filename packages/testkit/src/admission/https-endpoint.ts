import { randomUUID } from 'node:crypto'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { CertificateAuthority } from '../certificates/certificate-authority.ts'

/** One request to an endpoint, with its whole body. */
export interface EndpointRequest {
  readonly path: string
  readonly query: string
  readonly method: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

export interface EndpointAnswer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: string
}

export interface EndpointOptions {
  /** Undefined: the connection is cut instead of an answer. */
  readonly answer: (request: EndpointRequest) => Promise<EndpointAnswer | undefined>
  /** Names and addresses of its certificate; those of this machine when absent. */
  readonly hosts?: readonly string[]
  /** 0, a free one, when absent. */
  readonly port?: number
}

/** An HTTPS server on 127.0.0.1 with a certificate and an authority of its own. */
export interface HttpsEndpoint {
  /** `https://127.0.0.1:PORT` */
  readonly url: string
  /** PEM of the authority that signed its certificate. */
  readonly ca: string
  stop(): Promise<void>
}

// certificates hold for clusters of any time: clients check them by the machine's clock
const notBefore = Date.UTC(2000, 0, 1)
const notAfter = Date.UTC(2120, 0, 1)

export const ownHosts: readonly string[] = ['127.0.0.1', '::1', 'localhost']

export const startHttpsEndpoint = async ({
  answer,
  hosts = ownHosts,
  port = 0,
}: EndpointOptions): Promise<HttpsEndpoint> => {
  // one name for each: whoever trusts another one is told that plainly
  const authority = new CertificateAuthority(`webhook-ca-${randomUUID()}`, notBefore, notAfter)
  const { certificate, key } = authority.issueWithKey({
    subject: { commonName: 'webhook', organizations: [] },
    uses: ['server'],
    hosts,
    notBefore,
    notAfter,
  })
  const server = createServer({ cert: certificate, key }, (request, response) => {
    const chunks: Buffer[] = []
    request.on('error', () => undefined)
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const [path = '/', query = ''] = (request.url ?? '/').split('?')
      const { method = 'GET', headers } = request
      const body = Buffer.concat(chunks).toString('utf8')
      answer({ path, query, method, headers, body }).then(
        (given) => {
          if (given === undefined) response.destroy()
          else
            response
              .writeHead(given.status, { 'content-type': 'application/json', ...given.headers })
              .end(given.body)
        },
        () => response.destroy(),
      )
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.on('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  server.unref()
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ca: authority.certificate,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
