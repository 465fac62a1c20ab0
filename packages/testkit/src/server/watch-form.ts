import { ApiError } from '../api-error.ts'
import type { KubeObject } from '../kube-object.ts'
import type { Resource } from '../resources/resource.ts'
import type { StoredObject } from '../storage/stored-object.ts'
import { jsonOf, viewOf } from '../verbs/api.ts'
import type { Api } from '../verbs/api.ts'
import { readAccept } from './exchange.ts'
import type { Accepted, Exchange } from './exchange.ts'
import { inMetaVersion } from './meta-version.ts'
import { partialOf } from './partial-object.ts'
import { includedObject, tableOf } from './table.ts'

/** How the events of a watch are written: as the objects themselves, as rows of a table, as metadata. */
export interface WatchForm {
  /** Watches of one form share what they send. */
  readonly name: string
  /** Whether the first event has what later ones leave out. */
  readonly hasHead: boolean
  readonly event: (resource: Resource, stored: StoredObject, isFirst: boolean) => string
  readonly bookmark: (resource: Resource, bookmark: KubeObject, isFirst: boolean) => string
}

const objects: WatchForm = {
  name: 'object',
  hasHead: false,
  event: (resource, stored) => jsonOf(resource, stored),
  // what an object of the kind has that is empty, a bookmark has too
  bookmark: ({ typed }, bookmark) =>
    JSON.stringify(typed === undefined ? bookmark : typed.json.encode(typed.name, { ...bookmark })),
}

type MetaVersion = Accepted['metaVersion']

const partials = (version: MetaVersion): WatchForm => ({
  name: `partial ${version ?? ''}`,
  hasHead: false,
  event: (resource, stored) => inMetaVersion(version, partialOf(viewOf(resource, stored))),
  bookmark: (_resource, bookmark) => inMetaVersion(version, partialOf(bookmark)),
})

const rows = (api: Api, query: URLSearchParams, version: MetaVersion): WatchForm => {
  const rowOf = (
    resource: Resource,
    object: KubeObject,
    isFirst: boolean,
    wanted: URLSearchParams,
  ): string => {
    const metadata = { resourceVersion: object.metadata.resourceVersion }
    const table = tableOf(resource, [object], metadata, api.clock.now(), wanted)
    // the columns are said once
    return inMetaVersion(version, isFirst ? table : { ...table, columnDefinitions: null })
  }
  return {
    name: `table ${includedObject(query)} ${version ?? ''}`,
    hasHead: true,
    event: (resource, stored, isFirst) => rowOf(resource, viewOf(resource, stored), isFirst, query),
    // a bookmark is its metadata, whatever the rows are to include
    bookmark: (resource, bookmark, isFirst) => rowOf(resource, bookmark, isFirst, new URLSearchParams()),
  }
}

const streamed = ['application/json;stream=watch', 'application/vnd.kubernetes.protobuf;stream=watch']

/** The form a client asks for; throws the 4xx of one that a watch cannot have. */
export const watchFormOf = (api: Api, exchange: Exchange): WatchForm => {
  const { type, representation, metaVersion } = readAccept(exchange.header('accept'))
  if (type === 'yaml')
    throw new ApiError(
      406,
      'NotAcceptable',
      `only the following media types are accepted: ${streamed.join(', ')}`,
    )
  switch (representation) {
    case 'object':
      return objects
    case 'partial list':
    case 'partial':
      return partials(metaVersion)
    case 'table':
      return rows(api, exchange.query, metaVersion)
  }
}
