import { ApiError, groupResource, internalError, pathNotFound } from '../api-error.ts'
import type { Authenticator } from '../auth/authenticator.ts'
import type { Identity } from '../auth/identity.ts'
import type { Journal, RequestRecord } from '../journal.ts'
import type { Resource } from '../resources/resource.ts'
import type { Api } from '../verbs/api.ts'
import { Exchange } from './exchange.ts'
import type { HttpRequest, HttpResponse } from './exchange.ts'
import { readRequestInfo } from './request-info.ts'
import type { RequestInfo, ResourceRequest } from './request-info.ts'
import { handleResource } from './resource-handlers.ts'
import { EventEncoder } from './watch-stream.ts'
import type { OpenWatch } from './watch-stream.ts'

export interface ApiServerOptions {
  readonly api: Api
  readonly authenticator: Authenticator
  readonly authorize: (identity: Identity, request: RequestInfo) => void
  readonly journal: Journal
}

/** Answers requests: who, may they, what, and the journal's line about it. */
export class ApiServer {
  readonly watches = new Set<OpenWatch>()
  readonly #options: ApiServerOptions
  readonly #encoder = new EventEncoder()

  constructor(options: ApiServerOptions) {
    this.#options = options
  }

  /** Never throws and never rejects: whatever goes wrong is answered. */
  readonly handle = (request: HttpRequest, response: HttpResponse): void => {
    const exchange = new Exchange(request, response)
    request.on('error', () => undefined)
    response.on('error', () => undefined)
    const { journal, api } = this.#options
    const started = api.clock.monotonic()
    const info = readRequestInfo(exchange.method, exchange.path, exchange.query)
    const entry: Mutable<RequestRecord> = newRecord(info, exchange, api.clock.now())
    let isAdded = false
    const record = (status: number): void => {
      entry.status = status
      entry.bytes = exchange.bytes
      entry.durationMs = api.clock.monotonic() - started
      if (!isAdded) journal.add(entry)
      isAdded = true
    }
    response.on('close', () => record(response.headersSent ? response.statusCode : 0))
    const finish = (): void => {
      if (exchange.hasAnswered) record(response.statusCode)
    }
    this.#serve(exchange, info, entry).then(finish, (error: unknown) => {
      this.#answerError(exchange, error)
      finish()
    })
  }

  async #serve(exchange: Exchange, info: RequestInfo, entry: Mutable<RequestRecord>): Promise<void> {
    const { api, authenticator, authorize } = this.#options
    const identity = authenticator.identify(exchange.request, api.clock.now())
    entry.user = identity.user
    authorize(identity, info)
    if (!info.isResource) throw pathNotFound()
    const resource = api.registry.find(info.group, info.version, info.plural)
    if (resource === undefined) throw pathNotFound()
    if (info.subresource !== '' && !resource.subresources.includes(info.subresource)) throw pathNotFound()
    const context = { api, exchange, identity, encoder: this.#encoder, watches: this.watches }
    await handleResource(context, info.verb, targetOf(resource, info))
  }

  #answerError(exchange: Exchange, error: unknown): void {
    if (exchange.hasAnswered) {
      exchange.destroy()
      return
    }
    const known = error instanceof ApiError ? error : internalError(error instanceof Error ? (error.stack ?? error.message) : String(error))
    exchange.sendStatus(known.status)
  }
}

type Mutable<T> = { -readonly [Field in keyof T]: T[Field] }

const targetOf = (resource: Resource, { namespace, name, subresource }: ResourceRequest): { resource: Resource; namespace: string; name: string; subresource: string } => ({
  resource,
  namespace: resource.namespaced ? namespace : '',
  name,
  subresource,
})

const newRecord = (info: RequestInfo, exchange: Exchange, at: number): Mutable<RequestRecord> => {
  const common = { at, user: '', userAgent: exchange.header('user-agent') ?? '', status: 0, bytes: 0, durationMs: 0 }
  if (!info.isResource) return { ...common, verb: info.verb, resource: info.path, namespace: '', name: '' }
  const resource = groupResource(info) + (info.subresource === '' ? '' : `/${info.subresource}`)
  return { ...common, verb: info.verb, resource, namespace: info.namespace, name: info.name }
}
