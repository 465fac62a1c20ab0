import { isUtf8 } from 'node:buffer'
import { parse } from 'yaml'
import { badRequest, tooLarge, unsupportedMediaType } from '../api-error.ts'
import type { ApiError } from '../api-error.ts'
import { isJsonObject } from '../kube-object.ts'
import type { Api } from '../verbs/api.ts'
import { goKind, unrecognized } from '../verbs/decode-object.ts'
import { duplicateFields } from './json-scanner.ts'
import { readJson } from './read-json.ts'
import type { Exchange } from './exchange.ts'

/** The limit of the real server for a request, 3 MiB. */
const bodyLimitBytes = 3 * 1024 * 1024

const clientLeft = (): Error => new Error('the client closed the connection before its request was complete')

/** The whole body; throws a 413 above the limit, and an Error when the client goes away in the middle. */
export const readBytes = (exchange: Exchange): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const { request, bodyAhead } = exchange
    if (bodyAhead !== undefined) {
      resolve(bodyAhead)
      return
    }
    const declared = Number(exchange.header('content-length') ?? 0)
    if (declared > bodyLimitBytes) {
      request.resume()
      reject(tooLarge())
      return
    }
    if (request.destroyed && !request.complete) {
      // while it was held up: nothing more will be heard of it
      reject(clientLeft())
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
    let isComplete = false
    request.on('end', () => {
      isComplete = true
      resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks))
    })
    request.on('error', reject)
    request.on('close', () => {
      // every request is closed in the end: an error for each, with its stack, would cost more than reading most bodies
      if (!isComplete) reject(clientLeft())
    })
  })

const isTextOrNothing = (value: unknown): boolean =>
  value === undefined || value === null || typeof value === 'string'

const jsonType = 'application/json'

const parsers: Readonly<Record<string, (text: string) => unknown>> = {
  [jsonType]: readJson,
  'application/yaml': (text) => parse(text) as unknown,
}

const parserOf = (type: string): ((text: string) => unknown) => {
  const parser = Object.hasOwn(parsers, type) ? parsers[type] : undefined
  if (parser === undefined) throw unsupportedMediaType([...Object.keys(parsers), protobufType])
  return parser
}

/** Throws the 415 of a request with an object of a type that is not read, before anything else is looked at. */
export const checkMediaType = (exchange: Exchange): void => {
  const type = mediaTypeOf(exchange)
  if (type !== '' && type !== protobufType) parserOf(type)
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

const notInterpreted = "couldn't get version/kind; json parse error"

const parsed = (
  parser: (text: string) => unknown,
  text: string,
  refuse: (message: string) => ApiError,
): unknown => {
  try {
    return parser(text)
  } catch (error) {
    throw refuse(error instanceof Error ? error.message : String(error))
  }
}

/** What an object says of its type has to be text, whatever else it is. */
const typeProblem = (body: unknown): string | undefined => {
  if (!isJsonObject(body)) return undefined
  const { apiVersion, kind } = body
  if (isTextOrNothing(apiVersion) && isTextOrNothing(kind)) return undefined
  for (const [name, value] of Object.entries(body)) {
    if ((name === 'apiVersion' || name === 'kind') && !isTextOrNothing(value))
      return `json: cannot unmarshal ${goKind(value)} into Go struct field .${name} of type string`
  }
  return undefined
}

/** Parses a body of JSON, YAML or protobuf that is to be of a kind. An empty one is undefined. Throws 400 or 415. */
export const parseBody = (api: Api, bytes: Buffer, mediaType: string, kind = ''): unknown => {
  if (mediaType === protobufType) return decoded(api, bytes)
  const text = bytes.toString('utf8')
  const type = mediaType === '' ? jsonType : mediaType
  const parser = parserOf(type)
  // nothing is a document of YAML, but none of JSON
  if (text === '') return type === jsonType || kind === '' ? undefined : null
  const refuse = (why: string): ApiError => (kind === '' ? badRequest(why) : unrecognized(kind, why, text))
  if (type !== jsonType && !isUtf8(bytes)) throw refuse('yaml: invalid Unicode character')
  const body = parsed(parser, text, (message) =>
    refuse(type === jsonType ? `${notInterpreted}: ${message}` : `yaml: ${message}`),
  )
  const problem = typeProblem(body)
  if (problem !== undefined) throw refuse(`${notInterpreted}: ${problem}`)
  return body
}

export interface Sent {
  readonly body: unknown
  /** Paths of fields that it has twice. */
  readonly duplicates: readonly string[]
}

/** The object in a request's body, which is to be of a kind. */
export const readBody = async (api: Api, exchange: Exchange, kind: string): Promise<Sent> => {
  const bytes = await readBytes(exchange)
  const mediaType = mediaTypeOf(exchange)
  const body = parseBody(api, bytes, mediaType, kind)
  const isJson = mediaType === jsonType || mediaType === ''
  return { body, duplicates: isJson ? duplicateFields(bytes.toString('utf8'), body) : [] }
}
