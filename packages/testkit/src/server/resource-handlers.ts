import { ApiError, methodNotAllowed, pathMethodNotAllowed, pathNotFound } from '../api-error.ts'
import { authorize } from '../auth/authorize.ts'
import type { Identity } from '../auth/identity.ts'
import type { RoleBook } from '../auth/role-book.ts'
import type { ServiceAccountTokens } from '../auth/service-account-tokens.ts'
import type { KubeObject } from '../kube-object.ts'
import { applyPatchType } from '../patch/read-apply.ts'
import type { StoredObject } from '../storage/stored-object.ts'
import type { Api, SentOptions, Target, WriteOptions } from '../verbs/api.ts'
import { createObject } from '../verbs/create-object.ts'
import { deleteObject } from '../verbs/delete-object.ts'
import type { DeleteOptions } from '../verbs/delete-options.ts'
import { listObjects } from '../verbs/list-objects.ts'
import type { ObjectList } from '../verbs/list-objects.ts'
import { readListOptions, readReadRevision } from '../verbs/list-options.ts'
import type { ListOptions } from '../verbs/list-options.ts'
import { applyObject } from '../verbs/apply-object.ts'
import { patchObject } from '../verbs/patch-object.ts'
import { readObject } from '../verbs/read-object.ts'
import { readSelection } from '../verbs/selection.ts'
import { replaceObject } from '../verbs/replace-object.ts'
import { run } from '../verbs/verb.ts'
import type { Verb } from '../verbs/verb.ts'
import { evict } from './eviction.ts'
import type { Exchange } from './exchange.ts'
import { readDeleteOptions } from './read-delete-options.ts'
import { mediaTypeOf, parseBody, readBody, readBytes } from './read-body.ts'
import { answerReview, reviews } from './reviews.ts'
import { patchScale, readScale, replaceScale } from './scale.ts'
import { selectedNameIn } from './requested-name.ts'
import { listConverted, readConverted } from './read-converted.ts'
import { sendList, sendObject, sendStored } from './send-object.ts'
import { pastOf } from './stale-read.ts'
import { watchFormOf } from './watch-form.ts'
import type { EventEncoder, OpenWatch } from './watch-stream.ts'
import { streamWatch } from './watch-stream.ts'
import { requestToken } from './token-request.ts'
import { readWriteOptions } from './write-options.ts'

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

/** Answers with what a verb does: in this turn, unless it has to ask others first. A client that leaves meanwhile ends it. */
const finish = <T>(exchange: Exchange, verb: Verb<T>, send: (result: T) => void): Promise<void> | void => {
  const result = run(verb, () => exchange.isLeft)
  return result instanceof Promise ? result.then(send) : send(result)
}

const get: Handler = ({ api, exchange }, target) => {
  const revision = readReadRevision(exchange.query, api.store.revision)
  const past = pastOf(api, exchange, { revision, match: undefined, continueToken: '' })
  sendStored(api, exchange, target.resource, readObject(api, target, past))
}

const list: Handler = ({ api, exchange }, { resource, namespace, name }) => {
  const options = readListOptions(exchange.query, false)
  const selection = readSelection(resource, namespace, name, exchange.query)
  const past = pastOf(api, exchange, options)
  const seen: ListOptions =
    past === undefined
      ? options
      : { ...options, revision: past, match: 'Exact', limit: options.revision === 0 ? 0 : options.limit }
  sendList(api, exchange, resource, listObjects(api, resource, selection, seen))
}

const watch: Handler = ({ api, exchange, identity, encoder, watches }, { resource, namespace, name }) => {
  const options = readListOptions(exchange.query, true)
  const selection = readSelection(resource, namespace, name, exchange.query)
  const onClose = (closed: OpenWatch): boolean => watches.delete(closed)
  const isFromState =
    options.sendInitialEvents === true || options.revision === undefined || options.revision === 0
  const opened = streamWatch(api, exchange, {
    resource,
    selection,
    name: name === '' ? selectedNameIn(exchange.query) : name,
    options,
    past: isFromState ? pastOf(api, exchange, { ...options, match: undefined }) : undefined,
    identity,
    encoder,
    form: watchFormOf(api, exchange),
    onClose,
  })
  if (!exchange.isEnded) watches.add(opened)
}

const create: Handler = async ({ api, exchange, identity }, target) => {
  const options = readWriteOptions(exchange, identity, 'CreateOptions')
  const { body, duplicates } = await readBody(api, exchange, target.resource.kind)
  return finish(exchange, createObject(api, target, body, { ...options, duplicates }), (object) =>
    sendObject(api, exchange, target.resource, 201, object),
  )
}

/** Who changes what is not there creates it, and has to be allowed that too. */
const authorizeCreation = ({ api, identity, roles }: HandlerContext, target: Target): void => {
  const { resource, namespace, name, subresource } = target
  if (subresource !== '' || api.store.get(resource.table, namespace, name) !== undefined) return
  authorize(roles, identity, { ...resource, isResource: true, verb: 'create', namespace, name, subresource })
}

const update: Handler = async (context, target) => {
  const { api, exchange, identity } = context
  const options = readWriteOptions(exchange, identity, 'UpdateOptions')
  const { body, duplicates } = await readBody(api, exchange, target.resource.kind)
  if (target.resource.strategy.createOnUpdate === true) authorizeCreation(context, target)
  return finish(
    exchange,
    replaceObject(api, target, body, { ...options, duplicates }),
    ({ object, created }) => sendObject(api, exchange, target.resource, created ? 201 : 200, object),
  )
}

const patch: Handler = async (context, target) => {
  const { api, exchange, identity } = context
  const options = readWriteOptions(exchange, identity, 'PatchOptions')
  const mediaType = mediaTypeOf(exchange)
  const bytes = await readBytes(exchange)
  if (mediaType === applyPatchType) {
    authorizeCreation(context, target)
    return finish(exchange, applyObject(api, target, bytes, options), ({ object, created }) =>
      sendObject(api, exchange, target.resource, created ? 201 : 200, object),
    )
  }
  return finish(exchange, patchObject(api, target, mediaType, bytes, options), (object) =>
    sendObject(api, exchange, target.resource, 200, object),
  )
}

const deletionOf = async ({ api, exchange, identity }: HandlerContext) => {
  const bytes = await readBytes(exchange)
  // of what has no body the type does not matter
  const body = bytes.length === 0 ? undefined : parseBody(api, bytes, mediaTypeOf(exchange))
  const deletion = readDeleteOptions(exchange.query, body)
  const warn = (message: string): number => exchange.warnings.push(message)
  const { dryRun } = deletion
  const sent: SentOptions = {
    kind: 'DeleteOptions',
    fieldManager: '',
    fieldValidation: '',
    userAgent: exchange.header('user-agent') ?? '',
  }
  const options: WriteOptions = { identity, dryRun, fieldValidation: 'Ignore', sent, warn }
  return { deletion, options }
}

const remove: Handler = async (context, target) => {
  const { api, exchange } = context
  const { deletion, options } = await deletionOf(context)
  return finish(exchange, deleteObject(api, target, deletion, options), ({ answer, isGone }) => {
    const code = deletion.refusesOrphans && !isGone ? 202 : 200
    if (answer.kind === 'Status' && answer.apiVersion === 'v1')
      exchange.sendJson(code, JSON.stringify(answer))
    else sendObject(api, exchange, target.resource, code, answer as KubeObject)
  })
}

/** Deletes what a list found; what others deleted meanwhile is no loss. */
function* allRemoved(
  api: Api,
  found: readonly StoredObject[],
  asked: Target,
  { deletion, options }: { readonly deletion: DeleteOptions; readonly options: WriteOptions },
): Verb<void> {
  for (const { namespace, name } of found) {
    try {
      yield* deleteObject(api, { ...asked, namespace, name }, deletion, options, asked)
    } catch (error) {
      if (!(error instanceof ApiError && error.code === 404)) throw error
    }
  }
}

const removeAll: Handler = async (context, target) => {
  const { api, exchange } = context
  const { resource, namespace } = target
  const deleting = await deletionOf(context)
  const selection = readSelection(resource, namespace, '', exchange.query)
  const listed = (): ObjectList =>
    listObjects(api, resource, selection, readListOptions(exchange.query, false))
  const found = resource.conversion?.isAsked === true ? await listConverted(api, target, listed) : listed()
  return finish(exchange, allRemoved(api, found.items, target, deleting), () =>
    sendList(api, exchange, resource, found),
  )
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

const handleReview: Handler = async ({ api, exchange, identity, roles, tokens }, target) => {
  const { resource, namespace } = target
  const review = reviews[resource.table]
  if (review === undefined) throw pathNotFound()
  const context = { identity, roles, tokens, namespace, now: api.clock.now() }
  const options = readWriteOptions(exchange, identity, 'CreateOptions')
  const { body, duplicates } = await readBody(api, exchange, resource.kind)
  const asked = { body, context, options: { ...options, duplicates } }
  return finish(exchange, answerReview(api, target, review, asked), (answer) =>
    exchange.sendJson(201, JSON.stringify(answer)),
  )
}

const handleToken: Handler = async ({ api, exchange, identity, tokens }, target) => {
  const options = readWriteOptions(exchange, identity, 'CreateOptions')
  const { body, duplicates } = await readBody(api, exchange, 'TokenRequest')
  return finish(
    exchange,
    requestToken(api, tokens, target, { body, options: { ...options, duplicates } }),
    (answer) => exchange.sendJson(201, JSON.stringify(answer)),
  )
}

const handleEviction: Handler = async ({ api, exchange, identity }, target) => {
  const options = readWriteOptions(exchange, identity, 'CreateOptions')
  const { body } = await readBody(api, exchange, 'Eviction')
  return finish(exchange, evict(api, target, body, options), (answer) =>
    exchange.sendJson(201, JSON.stringify(answer)),
  )
}

const scaleHandlers: Readonly<Record<string, Handler>> = {
  get: ({ api, exchange }, target) => sendObject(api, exchange, target.resource, 200, readScale(api, target)),
  update: async ({ api, exchange, identity }, target) => {
    const options = readWriteOptions(exchange, identity, 'UpdateOptions')
    const { body } = await readBody(api, exchange, 'Scale')
    return finish(exchange, replaceScale(api, target, body, options), (scale) =>
      sendObject(api, exchange, target.resource, 200, scale),
    )
  },
  patch: async ({ api, exchange, identity }, target) => {
    const options = readWriteOptions(exchange, identity, 'PatchOptions')
    const bytes = await readBytes(exchange)
    return finish(exchange, patchScale(api, target, mediaTypeOf(exchange), bytes, options), (scale) =>
      sendObject(api, exchange, target.resource, 200, scale),
    )
  },
}

const readsAndWrites = new Set(['get', 'update', 'patch'])

const handlerOf = (verb: string, { resource, subresource, name }: Target): Handler | undefined => {
  if (subresource === 'scale') return scaleHandlers[verb]
  if (subresource === 'token') return verb === 'create' ? handleToken : undefined
  if (subresource === 'eviction') return verb === 'create' ? handleEviction : undefined
  if (subresource !== '') return readsAndWrites.has(verb) ? handlers[verb] : undefined
  if (!resource.verbs.includes(verb)) return undefined
  if (!resource.verbs.includes('get')) return handleReview
  // a POST goes to the collection, also where a name stands behind it: built-in ones have no such path
  return verb === 'create' && name !== ''
    ? (context, target) => create(context, { ...target, name: '' })
    : handlers[verb]
}

/** Answers a request on a resource or on one of its subresources. */
export const handleResource = (
  context: HandlerContext,
  verb: string,
  target: Target,
): Promise<void> | void => {
  const { resource, namespace } = target
  if (resource.namespaced && namespace === '' && verb !== 'list' && verb !== 'watch')
    // there is no such path
    throw resource.isCustom ? pathNotFound() : pathMethodNotAllowed()
  const handler = handlerOf(verb, target)
  if (handler === undefined)
    throw resource.isCustom ? methodNotAllowed(resource, verb) : pathMethodNotAllowed()
  const { api, exchange } = context
  // of a past that a fault shows all history may be told
  const since = (): number =>
    exchange.staleness === undefined
      ? readListOptions(exchange.query, true).revision || api.store.revision
      : api.store.compactedRevision
  return readConverted(api, { verb, target, since }, () => handler(context, target))
}
