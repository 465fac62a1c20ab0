import { Agent, request } from 'node:https'
import { isIP } from 'node:net'
import type { Clock } from '../clock/clock.ts'

export interface Posted {
  readonly status: number
  readonly contentType: string
  readonly body: Buffer
  /** Where a redirect goes to. */
  readonly location: string | undefined
}

export interface Post {
  /** POST when absent. */
  readonly method?: 'POST' | 'GET'
  /** What is named in errors, and whose path and host header are sent. */
  readonly url: URL
  /** Where it is in truth. */
  readonly address: URL
  /** PEM; empty for what the machine trusts. */
  readonly ca: string
  /** The name that its certificate must have. */
  readonly serverName: string
  readonly body: string
  readonly timeoutMs: number
}

/** Of a URL, without the brackets of an address. */
export const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, '')

/** The time for an answer is over. */
export class DeadlineError extends Error {
  override readonly name = 'DeadlineError'
}

/** Shorter than any server keeps a connection (Node five seconds): what is sent must not meet one that is being closed. */
const usualIdleMs = 3_000

/** POSTs JSON over connections that are kept, one pool for each authority and name. Rejects with what the network says. */
export class HttpsPost {
  readonly clock: Clock
  readonly #agents = new Map<string, Agent>()
  readonly #idleMs: number
  #isClosed = false

  /** `idleMs`: how long a connection is kept that nobody needs, by the machine's clock. */
  constructor(clock: Clock, idleMs = usualIdleMs) {
    this.clock = clock
    this.#idleMs = idleMs
  }

  send(post: Post): Promise<Posted> {
    if (this.#isClosed) return Promise.reject(new Error('the cluster has stopped'))
    const { method = 'POST', url, address, body, timeoutMs } = post
    return new Promise((resolve, reject) => {
      const sending = request({
        agent: this.#agentOf(post),
        method,
        host: hostOf(address),
        port: address.port === '' ? 443 : Number(address.port),
        path: `${url.pathname}${url.search}`,
        headers: {
          host: url.host,
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          accept: 'application/json, */*',
          'user-agent': 'kube-apiserver-admission',
        },
      })
      const cancel = this.clock.after(timeoutMs, () => sending.destroy(new DeadlineError()))
      const fail = (error: Error): void => {
        cancel()
        reject(error)
      }
      sending.on('error', fail)
      sending.on('response', (response) => {
        const chunks: Buffer[] = []
        // however many there are, as the real server
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('error', fail)
        response.on('aborted', () => fail(new Error('unexpected EOF')))
        response.on('end', () => {
          cancel()
          resolve({
            status: response.statusCode ?? 0,
            contentType: response.headers['content-type'] ?? '',
            body: Buffer.concat(chunks),
            location: response.headers.location,
          })
        })
      })
      sending.end(body)
    })
  }

  /** Closes every connection; nothing is sent any more, whoever was still to be asked. */
  close(): void {
    this.#isClosed = true
    for (const agent of this.#agents.values()) agent.destroy()
    this.#agents.clear()
  }

  #agentOf({ ca, serverName, address }: Post): Agent {
    const key = `${address.host} ${serverName} ${ca}`
    const known = this.#agents.get(key)
    if (known !== undefined) return known
    // an address cannot be asked for by name; the certificate is checked for it all the same
    const byName = isIP(serverName) === 0 ? { servername: serverName } : {}
    const agent = new Agent({
      keepAlive: true,
      timeout: this.#idleMs,
      ...byName,
      ...(ca === '' ? {} : { ca }),
    })
    this.#agents.set(key, agent)
    return agent
  }
}
