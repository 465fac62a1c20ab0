import { Agent } from 'undici'
import { accessOf } from '../src/access/kubeconfig-access.ts'
import type { Access } from '../src/access/kubeconfig-access.ts'

export interface Sent {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  /** JSON, or a text that is sent as it is. */
  readonly body?: unknown
}

export interface Received {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: NodeJS.ReadableStream & { text(): Promise<string>; destroy(): void }
}

/** One identity's way to the server: bare HTTPS, nothing between a case and the wire. */
export interface Connection {
  send(request: Sent): Promise<Received>
  close(): Promise<void>
}

/** What somebody proves by who they are, instead of by what the kubeconfig holds: nothing at all when empty. */
export interface Proof {
  readonly token?: string
  /** PEM */
  readonly certificate?: string
  readonly key?: string
}

/** Whom a kubeconfig makes requests for, when that is not whoever proves it. */
const impersonation = ({ as, asGroups = [] }: Access): Record<string, string | string[]> =>
  as === undefined ? {} : { 'impersonate-user': as, 'impersonate-group': [...asGroups] }

/** By a kubeconfig; with `proof`, to its server but as somebody else. */
export const connect = (kubeconfig: string, proof?: Proof): Connection => {
  const access = accessOf(kubeconfig)
  const { certificate: cert, key, token: bearer } = proof ?? { ...access, certificate: access.cert }
  const agent = new Agent({
    allowH2: false,
    connections: 8,
    bodyTimeout: 0,
    connect: { ca: access.ca, cert, key, rejectUnauthorized: access.isInsecure !== true },
  })
  const identity = {
    ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
    ...(proof === undefined ? impersonation(access) : {}),
  }
  const { origin, pathname } = new URL(access.server)
  const prefix = pathname.replace(/\/$/, '')
  return {
    async send({ method, path, headers, body }) {
      const answer = await agent.request({
        origin,
        path: `${prefix}${path}`,
        method,
        headers: { 'user-agent': 'conformance', ...identity, ...headers },
        body: body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body),
      })
      answer.body.on('error', () => undefined)
      return { status: answer.statusCode, headers: answer.headers, body: answer.body }
    },
    close: () => agent.destroy(),
  }
}
