import {
  ApiError,
  methodNotAllowed,
  notFound,
  pathMethodNotAllowed,
  pathNotFound,
  unsupportedMediaType,
} from '../api-error.ts'
import type { Resource } from '../resources/resource.ts'
import type { Exchange } from './exchange.ts'
import { mediaTypeOf } from './read-body.ts'
import type { ResourceRequest } from './request-info.ts'

const written = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf']
const patchTypes = [
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
  'application/apply-patch+yaml',
]

const customPatchTypes = patchTypes.filter((type) => !type.includes('strategic'))

/** Whether one of the accepted types is written at all; parameters do not count here. */
const isAcceptable = (accept: string | undefined, types: readonly string[]): boolean =>
  accept === undefined ||
  accept.trim() === '' ||
  accept.split(',').some((range) => ['*/*', ...types].includes(range.split(';')[0]?.trim() ?? ''))

/** The paths of built-in resources are refused by the real server's router, in its order: method, body, answer. */
const checkBuiltIn = (exchange: Exchange, info: ResourceRequest): void => {
  const isPatch = info.verb === 'patch'
  const isOfCollection = info.name === ''
  if (['get', 'update', 'patch', 'delete'].includes(info.verb) && isOfCollection) throw pathMethodNotAllowed()
  if (info.verb === 'create' && !isOfCollection && info.subresource === '') throw pathMethodNotAllowed()
  if (isPatch && !patchTypes.includes(mediaTypeOf(exchange)))
    throw new ApiError(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {})
  const types =
    isOfCollection && exchange.method === 'GET'
      ? [...written, 'application/json;stream=watch', 'application/vnd.kubernetes.protobuf;stream=watch']
      : written
  if (!isAcceptable(exchange.header('accept'), types))
    throw new ApiError(
      406,
      'NotAcceptable',
      `406: Not Acceptable\n\nAvailable representations: ${types.join(', ')}`,
      {},
    )
}

/** Throws when a resource is not served at a path, by a method, or in the types that are asked for. */
export const checkRoute = (exchange: Exchange, info: ResourceRequest, resource: Resource): void => {
  if (info.subresource !== '' && !resource.subresources.includes(info.subresource))
    throw resource.isCustom ? notFound(resource, info.name) : pathNotFound()
  if (info.namespace !== '' && !resource.namespaced && info.plural !== 'namespaces') throw pathNotFound()
  const isHead = exchange.method === 'HEAD' && resource.isCustom
  if (!isHead && !['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].includes(exchange.method))
    throw resource.isCustom ? methodNotAllowed(resource, '') : pathMethodNotAllowed()
  if (info.byOldPath && exchange.method !== 'GET') throw pathMethodNotAllowed()
  if (!resource.isCustom) checkBuiltIn(exchange, info)
  else if (info.verb === 'patch' && !customPatchTypes.includes(mediaTypeOf(exchange)))
    throw unsupportedMediaType(customPatchTypes)
}
