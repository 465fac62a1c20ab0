import type { IncomingMessage, OutgoingHttpHeader, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2'
import { stringify } from 'yaml'
import { notAcceptable } from '../api-error.ts'
import type { Status } from '../api-error.ts'
import { soon } from '../clock/clock.ts'
import type { Staleness } from '../faults/staleness.ts'
import { sendSlowly } from './send-slowly.ts'
import type { Pace } from './send-slowly.ts'
import { warningHeaders } from './warning-headers.ts'
import { acceptedRanges } from './accepted-ranges.ts'

export type HttpRequest = IncomingMessage | Http2ServerRequest
export type HttpResponse = ServerResponse | Http2ServerResponse

/** How the client wants objects: as they are, as table rows, or their metadata only. */
export type Representation = 'object' | 'table' | 'partial' | 'partial list'

export interface Accepted {
  readonly type: 'json' | 'yaml'
  readonly representation: Representation
  /** Of meta.k8s.io, for tables and metadata: the older version that a client asks for. */
  readonly metaVersion?: 'v1beta1'
}

/** The forms that objects are answered in, besides their own. */
const forms: Readonly<Record<string, Representation>> = {
  Table: 'table',
  PartialObjectMetadata: 'partial',
  PartialObjectMetadataList: 'partial list',
}

/** Reads an Accept header; throws a 406 when nothing in it can be served. */
export const readAccept = (header: string | undefined): Accepted => {
  if (header === undefined || header.trim() === '') return { type: 'json', representation: 'object' }
  // what most clients send
  if (header === 'application/json' || header === '*/*') return { type: 'json', representation: 'object' }
  for (const { type, parameters } of acceptedRanges(header)) {
    const as = parameters.find((parameter) => parameter.startsWith('as='))?.slice(3)
    const isMeta = parameters.includes('g=meta.k8s.io')
    const json = ['application/json', '*/*', 'application/*'].includes(type)
    if (!json && type !== 'application/yaml') continue
    if (as === undefined && parameters.some((parameter) => /^[gv]=/.test(parameter))) continue
    if (as === undefined) return { type: json ? 'json' : 'yaml', representation: 'object' }
    const representation = isMeta ? forms[as] : undefined
    if (representation === undefined) continue
    if (parameters.includes('v=v1')) return { type: 'json', representation }
    if (parameters.includes('v=v1beta1')) return { type: 'json', representation, metaVersion: 'v1beta1' }
  }
  throw notAcceptable()
}

/** Answers that cannot be given as asked are given as JSON. */
const wantsYaml = (header: string): boolean => {
  try {
    return readAccept(header).type === 'yaml'
  } catch {
    return false
  }
}

const noHeaders: OutgoingHttpHeaders = {}
/** Of an answer that no handler gave. */
const ofNobody: OutgoingHttpHeaders = {}
/** Texts below are cheaper to write as they are than to copy first. */
const shortBytes = 16_384

const asBytes = (body: string | Buffer): Buffer => (typeof body === 'string' ? Buffer.from(body) : body)

const badEscape = /%(?![0-9a-fA-F]{2})/

/** Whether each escape in a path or a query is one. */
export const isWellEscaped = (text: string): boolean => !text.includes('%') || !badEscape.test(text)

/** A query as the real server reads it: parameters that are not well formed are passed over. */
const readQuery = (text: string): URLSearchParams => {
  if (isWellEscaped(text) && !text.includes(';')) return new URLSearchParams(text)
  const formed = text.split('&').filter((pair) => isWellEscaped(pair) && !pair.includes(';'))
  return new URLSearchParams(formed.join('&'))
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
  /** Faults of the answer: it is sent when this calls back; its body comes in pieces; events come late. */
  answerLater: ((send: () => void) => void) | undefined
  pace: Pace | undefined
  lagMs = 0
  /** The body, when somebody has had to read it before whoever serves the request. */
  bodyAhead: Buffer | undefined
  /** What a read sees, when that is the past. */
  staleness: Staleness | undefined
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
    this.#query ??= readQuery(this.#queryText)
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

  /** The connection, or the stream, is closed: nobody hears an answer. */
  get isLeft(): boolean {
    return 'stream' in this.response ? this.response.stream.destroyed : this.response.destroyed
  }

  /** Answers with a whole body. */
  send(code: number, contentType: string, body: string | Buffer, headers = noHeaders): void {
    if (this.#ended || this.response.headersSent) return
    if (this.#isPutOff(() => this.send(code, contentType, body, headers))) return
    if (this.breakAnswer === 'reset') {
      this.destroy()
      return
    }
    const length = typeof body === 'string' ? Buffer.byteLength(body) : body.length
    this.#head(code, contentType, length, headers)
    if (this.breakAnswer === 'cut') {
      this.#sendHalf(asBytes(body))
      return
    }
    if (this.pace !== undefined && this.method !== 'HEAD') {
      this.#sendSlowly(asBytes(body), this.pace)
      return
    }
    this.#ended = true
    this.bytes += length
    // a short text goes out with the headers, in one piece and in one encoding: not when those have bytes of their own
    const isApart = length > shortBytes || this.warnings.length > 0
    const content = typeof body === 'string' && isApart ? Buffer.from(body) : body
    if (this.method === 'HEAD') this.response.end()
    else this.response.end(content)
  }

  #sendHalf(content: Buffer): void {
    this.write(content.subarray(0, Math.ceil(content.length / 2)))
    soon(() => this.destroy())
  }

  #sendSlowly(content: Buffer, pace: Pace): void {
    const stop = sendSlowly(
      content,
      pace,
      (piece) => this.write(piece),
      () => this.end(),
    )
    this.response.once('close', stop)
  }

  /** Answers as an HTTP library does by itself. */
  sendBare(code: number, reason: string): void {
    this.send(code, 'text/plain; charset=utf-8', `${code} ${reason}`, ofNobody)
  }

  /** Answers without a body, and without its type unless that is among the headers. */
  sendNothing(code: number, headers: Record<string, string> = {}): void {
    if (this.#ended || this.response.headersSent) return
    if (this.#isPutOff(() => this.sendNothing(code, headers))) return
    if (this.breakAnswer !== undefined) {
      this.destroy()
      return
    }
    this.#ended = true
    this.#head(code, '', undefined, headers)
    this.response.end()
  }

  sendJson(code: number, json: string, headers?: Record<string, string>): void {
    const accept = this.header('accept')
    if (accept?.includes('application/yaml') === true && wantsYaml(accept)) {
      this.send(code, 'application/yaml', stringify(JSON.parse(json), { sortMapEntries: true }), headers)
      return
    }
    this.send(code, 'application/json', json, headers)
  }

  sendStatus(status: Status, headers: Record<string, string> = {}): void {
    const retryAfter = status.details?.retryAfterSeconds
    const all = retryAfter === undefined ? headers : { 'retry-after': String(retryAfter), ...headers }
    this.sendJson(status.code ?? 200, JSON.stringify(status), all)
  }

  /** Begins an answer that is sent piece by piece; false when a fault cuts the connection instead. */
  startStream(contentType: string): boolean {
    if (this.breakAnswer === 'reset') {
      this.destroy()
      return false
    }
    this.#head(200, contentType, undefined, noHeaders)
    if ('flushHeaders' in this.response) this.response.flushHeaders()
    return true
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

  /** Cuts the connection (HTTP/1) or the stream (HTTP/2), which is reset with a code: without, it looks like its end. */
  destroy(): void {
    this.#ended = true
    if ('stream' in this.response) this.response.stream.destroy(new Error('cut'))
    else this.response.destroy()
  }

  #isPutOff(send: () => void): boolean {
    const later = this.answerLater
    if (later === undefined) return false
    this.answerLater = undefined
    later(send)
    return true
  }

  #head(code: number, type: string, length: number | undefined, headers: OutgoingHttpHeaders): void {
    const all: Record<string, OutgoingHttpHeader | undefined> =
      headers === ofNobody ? {} : { 'cache-control': 'no-cache, private' }
    if (type !== '') all['content-type'] = type
    if (length !== undefined) all['content-length'] = String(length)
    if (headers !== noHeaders) Object.assign(all, headers)
    if (this.warnings.length > 0) {
      const warning = warningHeaders(this.warnings)
      if (warning.length > 0) all['warning'] = warning
    }
    ;(this.response as ServerResponse).writeHead(code, all as OutgoingHttpHeaders)
  }
}
