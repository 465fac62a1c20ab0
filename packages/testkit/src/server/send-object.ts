import type { KubeObject } from '../kube-object.ts'
import type { Resource } from '../resources/resource.ts'
import type { StoredObject } from '../storage/stored-object.ts'
import { jsonOf, viewOf } from '../verbs/api.ts'
import type { Api } from '../verbs/api.ts'
import type { ObjectList } from '../verbs/list-objects.ts'
import { readAccept } from './exchange.ts'
import type { Exchange } from './exchange.ts'
import { listJson, listMetadata } from './object-list.ts'
import { partialOf, partialList } from './partial-object.ts'
import { tableOf } from './table.ts'

/** Answers one object in the form the client asked for. */
export const sendObject = (
  api: Api,
  exchange: Exchange,
  resource: Resource,
  code: number,
  object: KubeObject,
): void => {
  const { representation } = readAccept(exchange.header('accept'))
  switch (representation) {
    case 'object':
      exchange.sendJson(code, JSON.stringify(object))
      return
    case 'table':
      exchange.sendJson(
        code,
        JSON.stringify(tableOf(resource, [object], {}, api.clock.now(), exchange.query)),
      )
      return
    case 'partial':
      exchange.sendJson(code, JSON.stringify(partialOf(object)))
  }
}

/** The same of an object as it is stored, without parsing it when that is not needed. */
export const sendStored = (api: Api, exchange: Exchange, resource: Resource, stored: StoredObject): void => {
  if (readAccept(exchange.header('accept')).representation === 'object')
    exchange.sendJson(200, jsonOf(resource, stored))
  else sendObject(api, exchange, resource, 200, viewOf(resource, stored))
}

export const sendList = (api: Api, exchange: Exchange, resource: Resource, list: ObjectList): void => {
  const { representation } = readAccept(exchange.header('accept'))
  switch (representation) {
    case 'object':
      exchange.sendJson(200, listJson(resource, list))
      return
    case 'table': {
      const objects = list.items.map((stored) => viewOf(resource, stored))
      exchange.sendJson(
        200,
        JSON.stringify(tableOf(resource, objects, listMetadata(list), api.clock.now(), exchange.query)),
      )
      return
    }
    case 'partial':
      exchange.sendJson(
        200,
        JSON.stringify(
          partialList(
            list.items.map((stored) => viewOf(resource, stored)),
            listMetadata(list),
          ),
        ),
      )
  }
}

/** How the events of a watch are written when not as the objects themselves. */
export const watchFormOf = (
  api: Api,
  exchange: Exchange,
): { name: string; json: (resource: Resource, stored: StoredObject) => string } | undefined => {
  const { representation } = readAccept(exchange.header('accept'))
  switch (representation) {
    case 'object':
      return undefined
    case 'partial':
      return { name: 'partial', json: (of, stored) => JSON.stringify(partialOf(viewOf(of, stored))) }
    case 'table': {
      const include = exchange.query.get('includeObject') ?? 'Metadata'
      const metadata = { resourceVersion: '' }
      return {
        name: `table ${include}`,
        json: (of, stored) =>
          JSON.stringify(
            tableOf(
              of,
              [viewOf(of, stored)],
              { ...metadata, resourceVersion: String(stored.revision) },
              api.clock.now(),
              exchange.query,
            ),
          ),
      }
    }
  }
}
