import { Agent, request } from 'undici'
import type { Credentials, UserIdentity } from '../cluster.ts'

export interface Answer {
  readonly status: number
  readonly text: string
  readonly headers: Record<string, string | string[] | undefined>
  /** The body as JSON: loosely typed on purpose, tests look into it. */
  // oxlint-disable-next-line typescript/no-explicit-any -- see above
  readonly body: any
}

export interface WatchEvent {
  readonly type: string
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into it
  readonly object: any
}

export interface TestWatch {
  readonly events: WatchEvent[]
  /** Resolves when as many events have come. */
  until(count: number): Promise<WatchEvent[]>
  /** Resolves when the server has ended it; false when the connection broke. */
  readonly ended: Promise<boolean>
  close(): void
}

export interface TestClient {
  get(path: string, headers?: Record<string, string>): Promise<Answer>
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Answer>
  put(path: string, body: unknown): Promise<Answer>
  patch(path: string, body: unknown, type?: string): Promise<Answer>
  delete(path: string, body?: unknown): Promise<Answer>
  watch(path: string): Promise<TestWatch>
  close(): Promise<void>
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** A cluster that hands out certificates. */
interface TestedCluster {
  readonly url: string
  credentials(identity?: UserIdentity): Credentials
}

export interface TestClientOptions {
  readonly identity?: UserIdentity
  /** Instead of a certificate. */
  readonly token?: string
  readonly anonymous?: boolean
  readonly http2?: boolean
}

/** A bare HTTPS client for tests: nothing between a test and the wire. */
export const testClient = (cluster: TestedCluster, options: TestClientOptions = {}): TestClient => {
  const { ca, cert, key } = cluster.credentials(options.identity)
  const withCertificate = options.token === undefined && options.anonymous !== true
  const agent = new Agent({
    allowH2: options.http2 ?? false,
    connect: withCertificate ? { ca, cert, key } : { ca },
    bodyTimeout: 0,
  })
  const authorization = options.token === undefined ? {} : { authorization: `Bearer ${options.token}` }
  const call = async (
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> => {
    const response = await request(cluster.url + path, {
      method: method as 'GET',
      dispatcher: agent,
      headers: { 'content-type': 'application/json', 'user-agent': 'test', ...authorization, ...headers },
      body: body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body),
    })
    const text = await response.body.text()
    return { status: response.statusCode, headers: response.headers, text, body: parsed(text) }
  }
  return {
    get: (path, headers) => call('GET', path, undefined, headers),
    post: (path, body, headers) => call('POST', path, body, headers),
    put: (path, body) => call('PUT', path, body),
    patch: (path, body, type = 'merge-patch+json') =>
      call('PATCH', path, body, { 'content-type': `application/${type}` }),
    delete: (path, body) => call('DELETE', path, body),
    async watch(path) {
      const response = await request(`${cluster.url}${path}${path.includes('?') ? '&' : '?'}watch=true`, {
        dispatcher: agent,
        headers: authorization,
      })
      const events: WatchEvent[] = []
      const waiting = new Set<() => void>()
      let rest = ''
      response.body.setEncoding('utf8')
      response.body.on('data', (chunk: string) => {
        const lines = (rest + chunk).split('\n')
        rest = lines.pop() ?? ''
        for (const line of lines) events.push(JSON.parse(line) as WatchEvent)
        for (const look of waiting) look()
      })
      const ended = new Promise<boolean>((resolve) => {
        response.body.on('end', () => resolve(true))
        response.body.on('error', () => resolve(false))
      })
      return {
        events,
        ended,
        until: (count) =>
          new Promise((resolve) => {
            const look = (): void => {
              if (events.length < count) return
              waiting.delete(look)
              resolve(events)
            }
            waiting.add(look)
            look()
          }),
        close: () => void response.body.destroy(),
      }
    },
    close: () => agent.destroy(),
  }
}
