import { ApiError } from '../api-error.ts'
import type { KubeObject } from '../kube-object.ts'
import type { Resource } from '../resources/resource.ts'
import type { StoredObject } from '../storage/stored-object.ts'
import { jsonOf, viewOf } from '../verbs/api.ts'
import type { Api } from '../verbs/api.ts'
import type { ObjectList } from '../verbs/list-objects.ts'
import { readAccept } from './exchange.ts'
import type { Exchange } from './exchange.ts'
import { listJson, listMetadata } from './object-list.ts'
import { inMetaVersion } from './meta-version.ts'
import { partialOf, partialList } from './partial-object.ts'
import { tableOf } from './table.ts'

/** What the real server calls the type of an object: `*core.Secret`. */
const goTypeOf = ({ group, kind, isCustom }: Resource): string =>
  isCustom ? '*unstructured.Unstructured' : `*${group === '' ? 'core' : (group.split('.')[0] ?? '')}.${kind}`

/** Answers one object in the form the client asked for. */
export const sendObject = (
  api: Api,
  exchange: Exchange,
  resource: Resource,
  code: number,
  object: KubeObject,
): void => {
  const { representation, metaVersion } = readAccept(exchange.header('accept'))
  switch (representation) {
    case 'object':
      exchange.sendJson(code, api.store.textOf(object) ?? JSON.stringify(object))
      return
    case 'table':
      exchange.sendJson(
        code,
        inMetaVersion(
          metaVersion,
          tableOf(
            resource,
            [object],
            { resourceVersion: object.metadata.resourceVersion },
            api.clock.now(),
            exchange.query,
          ),
        ),
      )
      return
    case 'partial':
      exchange.sendJson(code, inMetaVersion(metaVersion, partialOf(object)))
      return
    case 'partial list':
      throw new ApiError(
        406,
        'NotAcceptable',
        `you requested PartialObjectMetadataList, but the requested object is not a list (${goTypeOf(resource)})`,
      )
  }
}

/** The same of an object as it is stored, without parsing it when that is not needed. */
export const sendStored = (api: Api, exchange: Exchange, resource: Resource, stored: StoredObject): void => {
  if (readAccept(exchange.header('accept')).representation === 'object')
    exchange.sendJson(200, jsonOf(resource, stored))
  else sendObject(api, exchange, resource, 200, viewOf(resource, stored))
}

export const sendList = (api: Api, exchange: Exchange, resource: Resource, list: ObjectList): void => {
  const { representation, metaVersion } = readAccept(exchange.header('accept'))
  switch (representation) {
    case 'object':
      exchange.sendJson(200, listJson(resource, list))
      return
    case 'table': {
      const objects = list.items.map((stored) => viewOf(resource, stored))
      exchange.sendJson(
        200,
        inMetaVersion(
          metaVersion,
          tableOf(resource, objects, listMetadata(list), api.clock.now(), exchange.query),
        ),
      )
      return
    }
    case 'partial':
      throw new ApiError(
        406,
        'NotAcceptable',
        `you requested PartialObjectMetadata, but the requested object is a list (${goTypeOf(resource)}List)`,
      )
    case 'partial list':
      exchange.sendJson(
        200,
        inMetaVersion(
          metaVersion,
          partialList(
            list.items.map((stored) => viewOf(resource, stored)),
            listMetadata(list),
          ),
        ),
      )
  }
}
