import { STATUS_CODES, type ServerResponse } from 'node:http'
import type { Clock } from '@odfmo/controller-kit'

/** What is sent back over HTTP. */
export interface HttpAnswer {
  readonly status: number
  readonly contentType: 'application/json' | 'text/plain; charset=utf-8'
  readonly body: string
  readonly headers?: Readonly<Record<string, string>>
}

/** A sentence for a person, as the body of an error. */
export const sentence = (
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): HttpAnswer => ({ status, contentType: 'text/plain; charset=utf-8', body: `${text}\n`, headers })

const headersOf = ({ contentType, body, headers }: HttpAnswer): Record<string, string> => ({
  ...headers,
  'content-type': contentType,
  'content-length': String(Buffer.byteLength(body)),
  'x-content-type-options': 'nosniff',
})

/** Answers a request that was read to its end. */
export const send = (response: ServerResponse, answer: HttpAnswer): void => {
  response.writeHead(answer.status, headersOf(answer)).end(answer.body)
}

/**
 * Answers a request in the middle of its body, and closes. The client may still be sending: a connection that is closed
 * with bytes unread is reset, and takes the answer with it. So they are thrown away, for `lingerMs` at most.
 */
export const sendEarly = (
  response: ServerResponse,
  answer: HttpAnswer,
  { clock, lingerMs }: { readonly clock: Clock; readonly lingerMs: number },
): void => {
  const { req: request } = response
  response.writeHead(answer.status, { ...headersOf(answer), connection: 'close' })
  response.write(answer.body)
  const end = (): void => {
    cancel()
    request.off('end', end).off('close', end)
    response.end()
  }
  const cancel = clock.after(lingerMs, end)
  request.once('end', end).once('close', end)
  request.resume()
}

/** Bytes of an answer for a connection on which no request could be read. */
export const rawAnswer = (answer: HttpAnswer): string => {
  const head = Object.entries({ ...headersOf(answer), connection: 'close' })
  return [
    `HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status] ?? ''}`,
    ...head.map(([name, value]) => `${name}: ${value}`),
    '',
    answer.body,
  ].join('\r\n')
}
