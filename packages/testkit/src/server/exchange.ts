import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2'
import { stringify } from 'yaml'
import { notAcceptable } from '../api-error.ts'
import type { Status } from '../api-error.ts'
import { soon } from '../clock/clock.ts'

export type HttpRequest = IncomingMessage | Http2ServerRequest
export type HttpResponse = ServerResponse | Http2ServerResponse

/** How the client wants objects: as they are, as table rows, or their metadata only. */
export type Representation = 'object' | 'table' | 'partial'

export interface Accepted {
  readonly type: 'json' | 'yaml'
  readonly representation: Representation
}

/** Reads an Accept header; throws a 406 when nothing in it can be served. */
export const readAccept = (header: string | undefined): Accepted => {
  if (header === undefined || header.trim() === '') return { type: 'json', representation: 'object' }
  for (const range of header.split(',')) {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim())
    const as = parameters.find((parameter) => parameter.startsWith('as='))?.slice(3)
    const isMeta = parameters.includes('g=meta.k8s.io')
    const json = ['application/json', '*/*', 'application/*'].includes(type)
    if (!json && type !== 'application/yaml') continue
    if (as === undefined) return { type: json ? 'json' : 'yaml', representation: 'object' }
    if (isMeta && as === 'Table' && parameters.includes('v=v1'))
      return { type: 'json', representation: 'table' }
    if (isMeta && as.startsWith('PartialObjectMetadata') && parameters.includes('v=v1'))
      return { type: 'json', representation: 'partial' }
  }
  throw notAcceptable()
}

/** One request and its answer. */
export class Exchange {
  readonly request: HttpRequest
  readonly response: HttpResponse
  readonly method: string
  readonly path: string
  readonly warnings: string[] = []
  /** Bytes of body sent so far. */
  bytes = 0
  /** A fault of the answer: the connection is cut instead of it, or in the middle of it. */
  breakAnswer: 'reset' | 'cut' | undefined
  readonly #queryText: string
  #query: URLSearchParams | undefined
  #ended = false

  constructor(request: HttpRequest, response: HttpResponse) {
    this.request = request
    this.response = response
    this.method = request.method ?? 'GET'
    const url = request.url ?? '/'
    const mark = url.indexOf('?')
    this.path = mark < 0 ? url : url.slice(0, mark)
    this.#queryText = mark < 0 ? '' : url.slice(mark + 1)
  }

  get query(): URLSearchParams {
    this.#query ??= new URLSearchParams(this.#queryText)
    return this.#query
  }

  header(name: string): string | undefined {
    const value = this.request.headers[name]
    return Array.isArray(value) ? value.join(',') : value
  }

  get hasAnswered(): boolean {
    return this.response.headersSent
  }

  get isEnded(): boolean {
    return this.#ended
  }

  /** Answers with a whole body. */
  send(code: number, contentType: string, body: string | Buffer, headers: Record<string, string> = {}): void {
    if (this.#ended || this.response.headersSent) return
    const content = typeof body === 'string' ? Buffer.from(body, 'utf8') : body
    if (this.breakAnswer === 'reset') {
      this.destroy()
      return
    }
    this.#head(code, { 'content-type': contentType, 'content-length': String(content.length), ...headers })
    if (this.breakAnswer === 'cut') {
      this.write(content.subarray(0, Math.ceil(content.length / 2)))
      soon(() => this.destroy())
      return
    }
    this.#ended = true
    this.bytes += content.length
    if (this.method === 'HEAD') this.response.end()
    else this.response.end(content)
  }

  sendJson(code: number, json: string, headers?: Record<string, string>): void {
    const accept = this.header('accept')
    if (accept !== undefined && accept.includes('application/yaml') && !/json|\*\/\*/.test(accept)) {
      this.send(code, 'application/yaml', stringify(JSON.parse(json)), headers)
      return
    }
    this.send(code, 'application/json', json, headers)
  }

  sendStatus(status: Status, headers: Record<string, string> = {}): void {
    const retryAfter = status.details?.retryAfterSeconds
    const all = retryAfter === undefined ? headers : { 'retry-after': String(retryAfter), ...headers }
    this.sendJson(status.code ?? 200, JSON.stringify(status), all)
  }

  /** Begins an answer that is sent piece by piece. */
  startStream(contentType: string): void {
    this.#head(200, { 'content-type': contentType })
    if ('flushHeaders' in this.response) this.response.flushHeaders()
  }

  write(chunk: Buffer): void {
    if (this.#ended) return
    this.bytes += chunk.length
    // both kinds of response take a chunk alone; their types only agree on that
    ;(this.response as ServerResponse).write(chunk)
  }

  /** Bytes that the client has not taken yet. */
  get backlog(): number {
    return this.response.writableLength
  }

  end(): void {
    if (this.#ended) return
    this.#ended = true
    this.response.end()
  }

  /** Cuts the connection (HTTP/1) or the stream (HTTP/2). */
  destroy(): void {
    this.#ended = true
    this.response.destroy()
  }

  #head(code: number, headers: Record<string, string>): void {
    const warning = this.warnings.map((text) => `299 - ${JSON.stringify(text)}`)
    const all: Record<string, string | string[]> = { 'cache-control': 'no-cache, private', ...headers }
    if (warning.length > 0) all['warning'] = warning
    ;(this.response as ServerResponse).writeHead(code, all)
  }
}
