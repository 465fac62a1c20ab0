import { Agent, request } from 'node:https'
import type { Credentials } from '../../src/cluster.ts'
import type { FuzzedRequest } from './fuzzed-request.ts'

export interface FuzzAnswer {
  /** 0 when there was none: the connection was cut. */
  readonly status: number
  readonly contentType: string
  readonly text: string
}

export interface FuzzSender {
  send(fuzzed: FuzzedRequest): Promise<FuzzAnswer>
  close(): void
}

interface FuzzTarget {
  readonly url: string
  credentials(): Credentials | Promise<Credentials>
}

/** Answers to these do not end by themselves. */
const isWatch = (path: string): boolean => path.includes('/watch/')

/** Longer than a busy machine takes for any answer. */
const longestAnswerMs = 30_000

/** Sends requests one after the other, as they are: paths are not made proper. */
export const fuzzSender = async (target: FuzzTarget): Promise<FuzzSender> => {
  const { ca, cert, key } = await target.credentials()
  const agent = new Agent({ keepAlive: true, maxSockets: 1, ca, cert, key })
  const { hostname, port } = new URL(target.url)
  const attempt = ({ method, path, headers, body }: FuzzedRequest, isAgain: boolean): Promise<FuzzAnswer> =>
    new Promise((resolve, reject) => {
      const length = body === undefined ? {} : { 'content-length': String(body.length) }
      const options = { hostname, port, agent, method, path, headers: { ...headers, ...length } }
      const sent = request(options, (response) => {
        const { statusCode: status = 0 } = response
        const contentType = String(response.headers['content-type'] ?? '')
        if (status === 200 && isWatch(path)) {
          resolve({ status, contentType, text: '' })
          sent.destroy()
          return
        }
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () => resolve({ status, contentType, text: Buffer.concat(chunks).toString() }))
        response.on('error', reject)
      })
      sent.on('error', (error) => {
        // an idle connection may just have been closed
        if (sent.reusedSocket && !isAgain) resolve(attempt({ method, path, headers, body }, true))
        else resolve({ status: 0, contentType: '', text: error.message })
      })
      sent.setTimeout(longestAnswerMs, () => sent.destroy(new Error('there was no answer')))
      sent.end(body)
    })
  return { send: (fuzzed) => attempt(fuzzed, false), close: () => agent.destroy() }
}
