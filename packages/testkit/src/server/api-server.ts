import { ApiError, groupResource, internalError, pathNotFound } from '../api-error.ts'
import type { Authenticator } from '../auth/authenticator.ts'
import { authorize } from '../auth/authorize.ts'
import { impersonated } from '../auth/impersonate.ts'
import type { Attributes } from '../auth/policy-rule.ts'
import type { RoleBook } from '../auth/role-book.ts'
import type { ServiceAccountTokens } from '../auth/service-account-tokens.ts'
import { faultError } from '../faults.ts'
import type { Fault, Faults } from '../faults.ts'
import type { Journal, RequestRecord } from '../journal.ts'
import type { Resource } from '../resources/resource.ts'
import type { Api } from '../verbs/api.ts'
import { Exchange } from './exchange.ts'
import type { HttpRequest, HttpResponse } from './exchange.ts'
import { parseFieldSelector, selectedName } from '../selectors/field-selector.ts'
import { handlePath } from './path-handlers.ts'
import { readRequestInfo } from './request-info.ts'
import type { RequestInfo, ResourceRequest } from './request-info.ts'
import { handleResource } from './resource-handlers.ts'
import { EventEncoder } from './watch-stream.ts'
import type { OpenWatch } from './watch-stream.ts'

export interface ApiServerOptions {
  readonly api: Api
  readonly authenticator: Authenticator
  readonly roles: RoleBook
  readonly tokens: ServiceAccountTokens
  readonly journal: Journal
  readonly faults: Faults
  /** The open watches: added and taken away here. */
  readonly watches: Set<OpenWatch>
}

/** Answers requests: who, may they, what, and the journal's line about it. */
export class ApiServer {
  readonly #options: ApiServerOptions
  readonly #encoder = new EventEncoder()

  constructor(options: ApiServerOptions) {
    this.#options = options
  }

  /** Never throws and never rejects: whatever goes wrong is answered. */
  readonly handle = (request: HttpRequest, response: HttpResponse): void => {
    if (this.#options.faults.isPartitioned) {
      response.destroy()
      return
    }
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
    const { api, authenticator, roles, tokens } = this.#options
    const sender = authenticator.identify(exchange.request, api.clock.now())
    entry.user = sender.user
    const identity = impersonated(exchange.request, sender, roles)
    entry.user = identity.user
    const fault = this.#options.faults.take(info, identity)
    if (fault !== undefined && !(await this.#suffer(exchange, fault))) return
    authorize(roles, identity, attributesOf(info, exchange))
    if (!info.isResource) {
      handlePath(api, exchange)
      return
    }
    const resource = api.registry.find(info.group, info.version, info.plural)
    if (resource === undefined) throw pathNotFound()
    if (info.subresource !== '' && !resource.subresources.includes(info.subresource)) throw pathNotFound()
    if (info.namespace !== '' && !resource.namespaced && info.plural !== 'namespaces') throw pathNotFound()
    const context = {
      api,
      exchange,
      identity,
      encoder: this.#encoder,
      watches: this.#options.watches,
      roles,
      tokens,
    }
    await handleResource(context, info.verb, targetOf(resource, info))
  }

  /** Answers whether the request is still to be served. */
  async #suffer(exchange: Exchange, fault: Fault): Promise<boolean> {
    switch (fault.kind) {
      case 'status':
        throw faultError(fault)
      case 'delay':
        await new Promise<void>((resolve) => this.#options.api.clock.after(fault.ms, resolve))
        return true
      case 'cut':
        exchange.breakAnswer = 'cut'
        return true
      case 'reset':
        if (fault.when === 'after') {
          exchange.breakAnswer = 'reset'
          return true
        }
        exchange.destroy()
        return false
    }
  }

  #answerError(exchange: Exchange, error: unknown): void {
    if (exchange.hasAnswered) {
      exchange.destroy()
      return
    }
    const known =
      error instanceof ApiError
        ? error
        : internalError(error instanceof Error ? (error.stack ?? error.message) : String(error))
    exchange.sendStatus(known.status)
  }
}

type Mutable<T> = { -readonly [Field in keyof T]: T[Field] }

const targetOf = (
  resource: Resource,
  { namespace, name, subresource }: ResourceRequest,
): { resource: Resource; namespace: string; name: string; subresource: string } => ({
  resource,
  namespace: resource.namespaced ? namespace : '',
  name,
  subresource,
})

/** A list or a watch of one name by field selector counts as a wish for that name. */
const attributesOf = (info: RequestInfo, exchange: Exchange): Attributes => {
  if (!info.isResource || info.name !== '') return info
  const selector = exchange.query.get('fieldSelector')
  if (selector === null) return info
  try {
    return { ...info, name: selectedName(parseFieldSelector(selector)) ?? '' }
  } catch {
    return info // answered 400 by the list itself, if the sender may list at all
  }
}

const newRecord = (info: RequestInfo, exchange: Exchange, at: number): Mutable<RequestRecord> => {
  const common = {
    at,
    user: '',
    userAgent: exchange.header('user-agent') ?? '',
    status: 0,
    bytes: 0,
    durationMs: 0,
  }
  if (!info.isResource) return { ...common, verb: info.verb, resource: info.path, namespace: '', name: '' }
  const resource = groupResource(info) + (info.subresource === '' ? '' : `/${info.subresource}`)
  return { ...common, verb: info.verb, resource, namespace: info.namespace, name: info.name }
}
