import { apiVersionOf, keyOf, type Kind, type KubeObject, type ObjectKey } from '@odfmo/api-types/meta'
import type { RequestContext } from './kube-error.ts'
import type { DeleteOptions, ListOptions, PatchType, WatchOptions, WriteOptions } from './object-client.ts'

/** One HTTP request to an API server, ready to be sent. */
export interface KubeRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** With the query. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  readonly context: RequestContext
}

/** Where a request goes and who asks; the same for all requests of a client. */
export interface RequestScope {
  readonly cluster: string
  /** Owner of fields, unless a call names another. */
  readonly fieldManager: string
}

const json = 'application/json'
const metadataList = `${json};as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,${json}`
const metadataOne = `${json};as=PartialObjectMetadata;g=meta.k8s.io;v=v1,${json}`

const patchContentTypes: Readonly<Record<PatchType, string>> = {
  merge: 'application/merge-patch+json',
  json: 'application/json-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  // The server takes YAML only; JSON is YAML.
  apply: 'application/apply-patch+yaml',
}

type Query = Readonly<Record<string, string | number | boolean | undefined>>

const queryText = (query: Query): string => {
  const parts = Object.entries(query)
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`)
  return parts.length === 0 ? '' : `?${parts.join('&')}`
}

const segment = (text: string, what: string): string => {
  // Encoded or not, these two would change the path.
  if (text === '' || text === '.' || text === '..')
    throw new TypeError(`${what}: expected a name, got "${text}"`)
  return encodeURIComponent(text)
}

/** The path of a collection; `namespace` left out means all namespaces. */
const collectionPath = (kind: Kind, namespace: string | undefined): string => {
  const root = kind.group === '' ? `/api/${kind.version}` : `/apis/${kind.group}/${kind.version}`
  if (namespace === undefined) return `${root}/${kind.plural}`
  if (!kind.namespaced)
    throw new TypeError(`${kind.plural} are cluster-scoped, got the namespace "${namespace}"`)
  return `${root}/namespaces/${segment(namespace, 'namespace')}/${kind.plural}`
}

const namespaceOf = (
  kind: Kind,
  key: { readonly namespace?: string; readonly name?: string },
): string | undefined => {
  if (kind.namespaced && key.namespace === undefined) {
    throw new TypeError(`${kind.plural} "${key.name ?? ''}": expected a namespace, got none`)
  }
  return key.namespace
}

const objectPath = (kind: Kind, key: ObjectKey, subresource: string | undefined): string =>
  `${collectionPath(kind, namespaceOf(kind, key))}/${segment(key.name, 'name')}${subresource === undefined ? '' : `/${segment(subresource, 'subresource')}`}`

const contextOf = (
  scope: RequestScope,
  verb: string,
  kind: Kind,
  key: { readonly namespace?: string; readonly name?: string },
  subresource?: string,
): RequestContext => ({
  verb,
  resource: subresource === undefined ? kind.plural : `${kind.plural}/${subresource}`,
  ...(key.name === undefined ? {} : { name: key.name }),
  ...(key.namespace === undefined ? {} : { namespace: key.namespace }),
  cluster: scope.cluster,
})

const writeQuery = (scope: RequestScope, options: WriteOptions): Query => ({
  fieldManager: options.fieldManager ?? scope.fieldManager,
  ...(options.dryRun === true ? { dryRun: 'All' } : {}),
})

/** As the server wants it: with apiVersion and kind, which lists of built-in kinds leave out. */
const typed = (kind: Kind, object: KubeObject): string =>
  JSON.stringify({ ...object, apiVersion: apiVersionOf(kind), kind: kind.kind })

export const getRequest = (
  scope: RequestScope,
  kind: Kind,
  key: ObjectKey,
  subresource?: string,
): KubeRequest => ({
  method: 'GET',
  path: objectPath(kind, key, subresource),
  headers: { accept: json },
  context: contextOf(scope, 'get', kind, key, subresource),
})

export const listRequest = (scope: RequestScope, kind: Kind, options: ListOptions): KubeRequest => ({
  method: 'GET',
  path:
    collectionPath(kind, options.namespace) +
    queryText({
      labelSelector: options.labelSelector,
      fieldSelector: options.fieldSelector,
      limit: options.limit,
      continue: options.continue,
      resourceVersion: options.resourceVersion,
      resourceVersionMatch: options.resourceVersionMatch,
    }),
  headers: { accept: options.metadataOnly === true ? metadataList : json },
  context: contextOf(scope, 'list', kind, { namespace: options.namespace }),
})

export const watchRequest = (scope: RequestScope, kind: Kind, options: WatchOptions): KubeRequest => ({
  method: 'GET',
  path:
    collectionPath(kind, options.namespace) +
    queryText({
      watch: true,
      allowWatchBookmarks: true,
      labelSelector: options.labelSelector,
      fieldSelector: options.fieldSelector,
      resourceVersion: options.resourceVersion,
      // The server takes the one only with the other.
      ...(options.sendInitialEvents === true
        ? { sendInitialEvents: true, resourceVersionMatch: 'NotOlderThan' }
        : {}),
      timeoutSeconds: options.timeoutSeconds,
    }),
  headers: { accept: options.metadataOnly === true ? metadataOne : json },
  context: contextOf(scope, 'watch', kind, { namespace: options.namespace }),
})

export const createRequest = (
  scope: RequestScope,
  kind: Kind,
  object: KubeObject,
  options: WriteOptions,
): KubeRequest => {
  const { metadata } = object
  const namespace = namespaceOf(kind, metadata)
  const path =
    options.subresource === undefined
      ? collectionPath(kind, namespace)
      : objectPath(kind, keyOf(object), options.subresource)
  return {
    method: 'POST',
    path: path + queryText(writeQuery(scope, options)),
    headers: { accept: json, 'content-type': json },
    // What is posted to a subresource is of another kind (a TokenRequest, an Eviction): it names it itself.
    body: options.subresource === undefined ? typed(kind, object) : JSON.stringify(object),
    context: contextOf(scope, 'create', kind, { namespace, name: metadata.name }, options.subresource),
  }
}

export const updateRequest = (
  scope: RequestScope,
  kind: Kind,
  object: KubeObject,
  options: WriteOptions,
): KubeRequest => {
  const key = keyOf(object)
  return {
    method: 'PUT',
    path: objectPath(kind, key, options.subresource) + queryText(writeQuery(scope, options)),
    headers: { accept: json, 'content-type': json },
    body: typed(kind, object),
    context: contextOf(scope, 'update', kind, key, options.subresource),
  }
}

/** How a patch is done. */
export interface PatchRequestOptions extends WriteOptions {
  /** Server-side apply takes fields over from other owners. */
  readonly force?: boolean
}

export const patchRequest = (
  scope: RequestScope,
  kind: Kind,
  key: ObjectKey,
  patch: { readonly type: PatchType; readonly body: unknown },
  options: PatchRequestOptions,
): KubeRequest => ({
  method: 'PATCH',
  path:
    objectPath(kind, key, options.subresource) +
    queryText({
      ...writeQuery(scope, options),
      ...(patch.type === 'apply' && options.force !== undefined ? { force: options.force } : {}),
    }),
  headers: { accept: json, 'content-type': patchContentTypes[patch.type] },
  body: JSON.stringify(patch.body),
  context: contextOf(scope, 'patch', kind, key, options.subresource),
})

const deleteBody = (options: DeleteOptions): string => {
  const preconditions = {
    ...(options.uid === undefined ? {} : { uid: options.uid }),
    ...(options.resourceVersion === undefined ? {} : { resourceVersion: options.resourceVersion }),
  }
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'DeleteOptions',
    ...(Object.keys(preconditions).length === 0 ? {} : { preconditions }),
    ...(options.propagationPolicy === undefined ? {} : { propagationPolicy: options.propagationPolicy }),
    ...(options.dryRun === true ? { dryRun: ['All'] } : {}),
  })
}

export const deleteRequest = (
  scope: RequestScope,
  kind: Kind,
  key: ObjectKey,
  options: DeleteOptions,
): KubeRequest => ({
  method: 'DELETE',
  path: objectPath(kind, key, undefined),
  headers: { accept: json, 'content-type': json },
  body: deleteBody(options),
  context: contextOf(scope, 'delete', kind, key),
})

/** Which objects of a kind go, and how. */
export type DeleteCollectionOptions = Omit<DeleteOptions, 'uid' | 'resourceVersion'> &
  Pick<ListOptions, 'namespace' | 'labelSelector' | 'fieldSelector'>

export const deleteCollectionRequest = (
  scope: RequestScope,
  kind: Kind,
  options: DeleteCollectionOptions,
): KubeRequest => ({
  method: 'DELETE',
  path:
    collectionPath(kind, namespaceOf(kind, { namespace: options.namespace })) +
    queryText({ labelSelector: options.labelSelector, fieldSelector: options.fieldSelector }),
  headers: { accept: json, 'content-type': json },
  body: deleteBody(options),
  context: contextOf(scope, 'deletecollection', kind, { namespace: options.namespace }),
})
