import { hashOf, openApiIndex, openApiV3 } from '../discovery/openapi.ts'
import { encodeOpenApiV2 } from '../discovery/openapi-v2-protobuf.ts'
import { openApiV2 } from '../discovery/openapi-v2.ts'
import type { Resource } from '../resources/resource.ts'
import type { Api } from '../verbs/api.ts'
import type { Exchange } from './exchange.ts'
import { sendNotFound } from './not-found.ts'

/** A document may be kept for as long as its hash stays the same. */
const forEver = { vary: 'Accept', 'cache-control': 'public, immutable' }

const protobufTypes = [
  'application/com.github.proto-openapi.spec.v2@v1.0+protobuf',
  'application/com.github.proto-openapi.spec.v2.v1.0+protobuf',
]
const [, protobufType = ''] = protobufTypes

/** The first form of a document that a client names, in its order. */
const wantedForm = (accept: string | undefined, knowsProtobuf: boolean): 'json' | 'protobuf' | undefined => {
  if (accept === undefined || accept.trim() === '') return 'json'
  for (const range of accept.split(',')) {
    const [type = ''] = range.split(';').map((part) => part.trim())
    if (['application/json', 'application/*', '*/*'].includes(type)) return 'json'
    if (knowsProtobuf && protobufTypes.includes(type)) return 'protobuf'
  }
  return undefined
}

const sendDocument = (exchange: Exchange, resources: readonly Resource[], root: string): void => {
  const document = openApiV3(resources, root)
  if (document === undefined) {
    exchange.sendNothing(404)
    return
  }
  const etag = `"${document.hash}"`
  const wanted = exchange.query.get('hash') ?? ''
  if (wantedForm(exchange.header('accept'), false) === undefined)
    exchange.sendNothing(406, { vary: 'Accept' })
  else if (wanted !== '' && wanted !== document.hash)
    exchange.sendNothing(301, {
      location: `/openapi/v3/${root}?hash=${document.hash}`,
      'content-type': 'application/json',
      etag,
    })
  else if (exchange.header('if-none-match') === etag) exchange.sendNothing(304, { etag })
  else
    exchange.send(200, 'application/json', document.text, {
      etag,
      ...(wanted === '' ? { vary: 'Accept' } : forEver),
    })
}

interface Version2 {
  readonly generation: number
  readonly text: string
  readonly etag: string
  readonly document: Readonly<Record<string, unknown>>
}

/** Of each server, while what it serves stays the same. */
const known = new WeakMap<Api['registry'], Version2>()

const version2Of = ({ registry }: Api, resources: readonly Resource[]): Version2 => {
  const before = known.get(registry)
  if (before?.generation === registry.generation) return before
  const document = openApiV2(resources)
  const text = JSON.stringify(document)
  const made = { generation: registry.generation, text, etag: `"${hashOf(text)}"`, document }
  known.set(registry, made)
  return made
}

const sendVersion2 = (api: Api, exchange: Exchange, resources: readonly Resource[]): void => {
  const form = wantedForm(exchange.header('accept'), true)
  const vary = 'Accept-Encoding, Accept'
  if (form === undefined) {
    exchange.sendNothing(406, { vary })
    return
  }
  const { etag, text, document } = version2Of(api, resources)
  const headers = { etag, vary }
  if (exchange.header('if-none-match') === etag) exchange.sendNothing(304, headers)
  else if (form === 'json') exchange.send(200, 'application/json', text, headers)
  else exchange.send(200, protobufType, encodeOpenApiV2(document), headers)
}

/** Answers `/openapi/v2`, `/openapi/v3` and the documents below that. */
export const handleOpenApi = (api: Api, exchange: Exchange, segments: readonly string[]): void => {
  const resources = api.registry.all()
  const [, form, ...root] = segments
  if (form === 'v2' && root.length === 0) sendVersion2(api, exchange, resources)
  else if (form !== 'v3') sendNotFound(exchange)
  else if (root.length > 0 || exchange.path.endsWith('/')) sendDocument(exchange, resources, root.join('/'))
  // JSON, but the real server does not say so
  else exchange.send(200, 'text/plain; charset=utf-8', JSON.stringify(openApiIndex(resources)))
}
