import { methodNotAllowed, pathNotFound } from '../api-error.ts'
import type { Status } from '../api-error.ts'
import type { Identity } from '../auth/identity.ts'
import type { RoleBook } from '../auth/role-book.ts'
import type { ServiceAccountTokens } from '../auth/service-account-tokens.ts'
import type { KubeObject } from '../kube-object.ts'
import { apiVersionOf } from '../resources/resource.ts'
import type { Api, Target } from '../verbs/api.ts'
import { createObject } from '../verbs/create-object.ts'
import { deleteObject } from '../verbs/delete-object.ts'
import { listObjects } from '../verbs/list-objects.ts'
import { readListOptions } from '../verbs/list-options.ts'
import { patchObject } from '../verbs/patch-object.ts'
import { readObject } from '../verbs/read-object.ts'
import { readSelection } from '../verbs/selection.ts'
import { replaceObject } from '../verbs/update-object.ts'
import type { Exchange } from './exchange.ts'
import { mediaTypeOf, parseBody, readBody, readBytes } from './read-body.ts'
import { answerReview, reviews } from './reviews.ts'
import { patchScale, readScale, replaceScale } from './scale.ts'
import { sendList, sendObject, sendStored, watchFormOf } from './send-object.ts'
import type { EventEncoder, OpenWatch } from './watch-stream.ts'
import { streamWatch } from './watch-stream.ts'
import { requestToken } from './token-request.ts'
import { readDeleteOptions, readWriteOptions } from './write-options.ts'

export interface HandlerContext {
  readonly api: Api
  readonly exchange: Exchange
  readonly identity: Identity
  readonly encoder: EventEncoder
  readonly watches: Set<OpenWatch>
  readonly roles: RoleBook
  readonly tokens: ServiceAccountTokens
}

type Handler = (context: HandlerContext, target: Target) => Promise<void> | void

const get: Handler = ({ api, exchange }, target) =>
  sendStored(api, exchange, target.resource, readObject(api, target))

const list: Handler = ({ api, exchange }, { resource, namespace, name }) => {
  const options = readListOptions(exchange.query, false)
  const selection = readSelection(resource, namespace, name, exchange.query)
  sendList(api, exchange, resource, listObjects(api, resource, selection, options))
}

const watch: Handler = ({ api, exchange, identity, encoder, watches }, { resource, namespace, name }) => {
  const options = readListOptions(exchange.query, true)
  const selection = readSelection(resource, namespace, name, exchange.query)
  const form = watchFormOf(api, exchange)
  const onClose = (closed: OpenWatch): boolean => watches.delete(closed)
  const opened = streamWatch(api, exchange, {
    resource,
    selection,
    options,
    identity,
    encoder,
    onClose,
    ...(form === undefined ? {} : { form }),
  })
  if (!exchange.isEnded) watches.add(opened)
}

const create: Handler = async ({ api, exchange, identity }, target) => {
  const options = readWriteOptions(exchange, identity, 'CreateOptions')
  const body = await readBody(api, exchange)
  sendObject(api, exchange, target.resource, 201, createObject(api, target, body, options))
}

const update: Handler = async ({ api, exchange, identity }, target) => {
  const options = readWriteOptions(exchange, identity, 'UpdateOptions')
  const body = await readBody(api, exchange)
  const { object, created } = replaceObject(api, target, body, options)
  sendObject(api, exchange, target.resource, created ? 201 : 200, object)
}

const patch: Handler = async ({ api, exchange, identity }, target) => {
  const options = readWriteOptions(exchange, identity, 'PatchOptions')
  const mediaType = mediaTypeOf(exchange)
  const bytes = await readBytes(exchange)
  sendObject(api, exchange, target.resource, 200, patchObject(api, target, mediaType, bytes, options))
}

const sendDeleted = (api: Api, exchange: Exchange, target: Target, answer: KubeObject | Status): void => {
  if (answer.kind === 'Status' && answer.apiVersion === 'v1') exchange.sendJson(200, JSON.stringify(answer))
  else sendObject(api, exchange, target.resource, 200, answer as KubeObject)
}

const remove: Handler = async ({ api, exchange, identity }, target) => {
  const options = readWriteOptions(exchange, identity, 'DeleteOptions')
  const deletion = readDeleteOptions(
    exchange.query,
    parseBody(api, await readBytes(exchange), mediaTypeOf(exchange)),
  )
  sendDeleted(
    api,
    exchange,
    target,
    deleteObject(api, target, deletion, { ...options, dryRun: options.dryRun || deletion.dryRun }),
  )
}

const removeAll: Handler = async ({ api, exchange, identity }, { resource, namespace }) => {
  const options = readWriteOptions(exchange, identity, 'DeleteOptions')
  const deletion = readDeleteOptions(
    exchange.query,
    parseBody(api, await readBytes(exchange), mediaTypeOf(exchange)),
  )
  const selection = readSelection(resource, namespace, '', exchange.query)
  const found = listObjects(api, resource, selection, readListOptions(exchange.query, false))
  for (const { namespace: of, name } of found.items) {
    const target = { resource, namespace: of, name, subresource: '' }
    deleteObject(api, target, deletion, { ...options, dryRun: options.dryRun || deletion.dryRun })
  }
  sendList(api, exchange, resource, found)
}

const handlers: Readonly<Record<string, Handler>> = {
  get,
  list,
  watch,
  create,
  update,
  patch,
  delete: remove,
  deletecollection: removeAll,
}

const handleReview: Handler = async ({ api, exchange, identity, roles, tokens }, { resource, namespace }) => {
  const review = reviews[resource.table]
  if (review === undefined) throw pathNotFound()
  const context = { identity, roles, tokens, namespace, now: api.clock.now() }
  const answer = answerReview(
    review,
    await readBody(api, exchange),
    context,
    apiVersionOf(resource),
    resource.kind,
  )
  exchange.sendJson(201, JSON.stringify(answer))
}

const handleToken: Handler = async ({ api, exchange, tokens }, target) =>
  exchange.sendJson(201, JSON.stringify(requestToken(api, tokens, target, await readBody(api, exchange))))

const scaleHandlers: Readonly<Record<string, Handler>> = {
  get: ({ api, exchange }, target) => exchange.sendJson(200, JSON.stringify(readScale(api, target))),
  update: async ({ api, exchange, identity }, target) => {
    const options = readWriteOptions(exchange, identity, 'UpdateOptions')
    exchange.sendJson(200, JSON.stringify(replaceScale(api, target, await readBody(api, exchange), options)))
  },
  patch: async ({ api, exchange, identity }, target) => {
    const options = readWriteOptions(exchange, identity, 'PatchOptions')
    const bytes = await readBytes(exchange)
    exchange.sendJson(200, JSON.stringify(patchScale(api, target, mediaTypeOf(exchange), bytes, options)))
  },
}

const readsAndWrites = new Set(['get', 'update', 'patch'])

const handlerOf = (verb: string, { resource, subresource, name }: Target): Handler | undefined => {
  if (subresource === 'scale') return scaleHandlers[verb]
  if (subresource === 'token') return verb === 'create' ? handleToken : undefined
  if (subresource !== '') return readsAndWrites.has(verb) ? handlers[verb] : undefined
  if (!resource.verbs.includes(verb)) return undefined
  if (!resource.verbs.includes('get')) return handleReview
  // a POST goes to the collection
  return verb === 'create' && name !== '' ? undefined : handlers[verb]
}

/** Answers a request on a resource or on one of its subresources. */
export const handleResource = (
  context: HandlerContext,
  verb: string,
  target: Target,
): Promise<void> | void => {
  const handler = handlerOf(verb, target)
  if (handler === undefined) throw methodNotAllowed(target.resource)
  return handler(context, target)
}
