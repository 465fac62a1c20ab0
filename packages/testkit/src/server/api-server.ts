import type { ServerResponse } from 'node:http'
import { ApiError, internalError, pathNotFound } from '../api-error.ts'
import type { Authenticator } from '../auth/authenticator.ts'
import { authorize } from '../auth/authorize.ts'
import { impersonated } from '../auth/impersonate.ts'
import type { RoleBook } from '../auth/role-book.ts'
import type { ServiceAccountTokens } from '../auth/service-account-tokens.ts'
import type { Faults } from '../faults.ts'
import type { Journal } from '../journal.ts'
import type { Resource } from '../resources/resource.ts'
import type { Api } from '../verbs/api.ts'
import { Exchange, isWellEscaped, readAccept } from './exchange.ts'
import type { HttpRequest, HttpResponse } from './exchange.ts'
import { checkRoute } from './check-route.ts'
import { sendNotFound } from './not-found.ts'
import { handlePath } from './path-handlers.ts'
import { keepRecord } from './keep-record.ts'
import type { KeptRecord } from './keep-record.ts'
import { readRequestInfo } from './request-info.ts'
import type { RequestInfo, ResourceRequest } from './request-info.ts'
import { withSelectedName } from './requested-name.ts'
import { handleResource } from './resource-handlers.ts'
import { sufferFault } from './suffer-fault.ts'
import { takeFault } from './take-fault.ts'
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
    // sent before an earlier one on its connection is answered: it waits for its turn, and may then see what that did
    if (response.socket === null)
      (response as ServerResponse).once('socket', () => this.#begin(request, response))
    else this.#begin(request, response)
  }

  #begin(request: HttpRequest, response: HttpResponse): void {
    if (this.#options.faults.isPartitioned) {
      response.destroy()
      return
    }
    const exchange = new Exchange(request, response)
    request.on('error', () => undefined)
    response.on('error', () => undefined)
    const { journal, api } = this.#options
    const info = readRequestInfo(exchange.method, exchange.path, exchange.query)
    const { entry, finish } = keepRecord(journal, api.clock, exchange, info)
    this.#serve(exchange, info, entry)
      .catch((error: unknown) => this.#answerError(exchange, error))
      // not even the error could be told
      .then(finish, () => exchange.destroy())
  }

  async #serve(exchange: Exchange, info: RequestInfo, entry: KeptRecord['entry']): Promise<void> {
    const { api, authenticator, roles, tokens } = this.#options
    if (!isWellEscaped(exchange.path)) {
      // the real server's HTTP library answers so, before anybody looks at the request
      exchange.sendBare(400, 'Bad Request')
      return
    }
    const sender = authenticator.identify(exchange.request, api.clock.now())
    entry.user = sender.user
    const identity = impersonated(exchange.request, sender, roles)
    entry.user = identity.user
    const wish = withSelectedName(info, exchange.query)
    const { faults } = this.#options
    const taken = takeFault(faults, exchange, wish, identity)
    // nobody else's request comes in between, unless a body has to be read
    const fault = taken instanceof Promise ? await taken : taken
    if (fault !== undefined && !(await sufferFault(exchange, fault, api.clock, wish))) return
    authorize(roles, identity, wish)
    if (!info.isResource) {
      if (info.path.includes('//')) sendNotFound(exchange)
      else handlePath(api, exchange)
      return
    }
    const resource = api.registry.find(info.group, info.version, info.plural)
    const isElsewhere = resource?.isCustom === true && info.namespace !== '' && !resource.namespaced
    const isOddPath = info.path.includes('//')
    if (resource === undefined || isElsewhere || isOddPath) {
      if (api.registry.hasBuiltInGroup(info.group) && !(isOddPath && isOddBefore(info))) throw pathNotFound()
      sendNotFound(exchange)
      return
    }
    if (resource.deprecationWarning !== undefined) exchange.warnings.push(resource.deprecationWarning)
    checkRoute(exchange, info, resource)
    // also what is refused for another reason is refused for its type first
    readAccept(exchange.header('accept'))
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

/** Whether an empty segment stands before what a group's router looks at: then no router is found. */
const isOddBefore = ({ group, path }: ResourceRequest): boolean =>
  !path.startsWith(group === '' ? '/api/' : `/apis/${group}/`)

const targetOf = (
  resource: Resource,
  { namespace, name, subresource }: ResourceRequest,
): { resource: Resource; namespace: string; name: string; subresource: string } => ({
  resource,
  namespace: resource.namespaced ? namespace : '',
  name,
  subresource,
})
