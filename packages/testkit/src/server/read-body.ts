import { parse } from 'yaml'
import { badRequest, tooLarge, unsupportedMediaType } from '../api-error.ts'
import type { Api } from '../verbs/api.ts'
import { readJson } from './read-json.ts'
import type { Exchange } from './exchange.ts'

/** The limit of the real server for a request, 3 MiB. */
const bodyLimitBytes = 3 * 1024 * 1024

/** The whole body; throws a 413 above the limit, and an Error when the client goes away in the middle. */
export const readBytes = (exchange: Exchange): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const { request } = exchange
    const declared = Number(exchange.header('content-length') ?? 0)
    if (declared > bodyLimitBytes) {
      request.resume()
      reject(tooLarge())
      return
    }
    const chunks: Buffer[] = []
    let size = 0
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > bodyLimitBytes) {
        chunks.length = 0
        reject(tooLarge())
        return
      }
      chunks.push(chunk)
    })
    request.on('end', () =>
      resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)),
    )
    request.on('error', reject)
    request.on('close', () =>
      reject(new Error('the client closed the connection before its request was complete')),
    )
  })

const parsers: Readonly<Record<string, (text: string) => unknown>> = {
  'application/json': readJson,
  'application/yaml': (text) => parse(text) as unknown,
}

export const mediaTypeOf = (exchange: Exchange): string =>
  (exchange.header('content-type') ?? '').split(';')[0]?.trim() ?? ''

const protobufType = 'application/vnd.kubernetes.protobuf'

const decoded = ({ protobuf }: Api, bytes: Buffer): unknown => {
  try {
    return bytes.length === 0 ? undefined : protobuf.decode(bytes)
  } catch (error) {
    throw badRequest(error instanceof Error ? error.message : String(error))
  }
}

/** Parses a body of JSON, YAML or protobuf. An empty one is undefined. Throws 400 or 415. */
export const parseBody = (api: Api, bytes: Buffer, mediaType: string): unknown => {
  if (mediaType === protobufType) return decoded(api, bytes)
  const text = bytes.toString('utf8')
  const parser = parsers[mediaType === '' || mediaType === '*/*' ? 'application/json' : mediaType]
  if (parser === undefined) throw unsupportedMediaType([...Object.keys(parsers), protobufType])
  if (text.trim() === '') return undefined
  try {
    return parser(text)
  } catch (error) {
    throw badRequest(
      `couldn't get version/kind; json parse error: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
}

export const readBody = async (api: Api, exchange: Exchange): Promise<unknown> =>
  parseBody(api, await readBytes(exchange), mediaTypeOf(exchange))
