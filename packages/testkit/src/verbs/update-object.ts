import type { ApiError } from '../api-error.ts'
import { badRequest, conflict, invalidObject, notFound, staleWrite } from '../api-error.ts'
import { invalid } from '../field-error.ts'
import { jsonEqual } from '../kube-object.ts'
import type { KubeObject, ObjectMeta } from '../kube-object.ts'
import { hasStatus } from '../resources/resource.ts'
import type { Resource } from '../resources/resource.ts'
import { putView, timestampOf, viewOf } from './api.ts'
import type { Api, Target, WriteOptions } from './api.ts'
import { checkedEnvelope, schemaErrors, shapedBySchema } from './check-object.ts'
import { createObject } from './create-object.ts'
import { subdomainProblems } from './names.ts'
import { metadataErrors, metadataUpdateErrors, normalized } from './object-meta.ts'
import { readObject } from './read-object.ts'

export interface Written {
  readonly object: KubeObject
  readonly created: boolean
}

/** Subresources written like the object itself, with the fields each may change. */
const fieldOfSubresource: Readonly<Record<string, readonly string[]>> = {
  status: ['status'],
  approval: ['status'],
  finalize: ['spec'],
}

const contentOf = (resource: Resource, object: KubeObject): Record<string, unknown> => {
  const { apiVersion: _version, kind: _kind, metadata: _metadata, ...content } = object
  if (hasStatus(resource)) delete content['status']
  return content
}

/** Takes from `next` what this path may write, the rest from `old`. */
const confined = (target: Target, next: KubeObject, old: KubeObject): KubeObject => {
  const fields = fieldOfSubresource[target.subresource]
  if (fields === undefined) {
    if (!hasStatus(target.resource)) return next
    const { status: _status, ...rest } = next
    return old['status'] === undefined ? rest : { ...rest, status: old['status'] }
  }
  const merged: KubeObject = { ...old, metadata: { ...old.metadata } }
  for (const field of fields) {
    if (next[field] === undefined) delete merged[field]
    else merged[field] = next[field]
  }
  return merged
}

/** What the server decides about metadata, whatever the client sent. */
const keptMetadata = (next: ObjectMeta, old: ObjectMeta): ObjectMeta => ({
  ...next,
  uid: next.uid || old.uid,
  creationTimestamp: old.creationTimestamp,
  resourceVersion: old.resourceVersion,
  generation: old.generation,
  generateName: next.generateName || old.generateName,
  deletionTimestamp: old.deletionTimestamp ?? next.deletionTimestamp,
  deletionGracePeriodSeconds: old.deletionGracePeriodSeconds ?? next.deletionGracePeriodSeconds,
})

const checkRevision = (
  resource: Resource,
  name: string,
  wanted: string | undefined,
  old: KubeObject,
): void => {
  if (!wanted) return
  if (!/^\d+$/.test(wanted)) {
    throw invalidObject(resource, name, [
      invalid('metadata.resourceVersion', wanted, 'must be an unsigned integer'),
    ])
  }
  if (wanted !== old.metadata.resourceVersion) throw staleWrite(resource, name)
}

/** Replaces the stored object by what `change` makes of it, under all rules of updates; writes nothing when nothing differs. */
export const changeObject = (
  api: Api,
  target: Target,
  change: (old: KubeObject) => unknown,
  options: WriteOptions,
): KubeObject => {
  const { resource, name } = target
  const { strategy } = resource
  const stored = readObject(api, target)
  const old = viewOf(resource, stored)
  const sent = checkedEnvelope(resource, change(viewOf(resource, stored)))
  checkRevision(resource, name, sent.metadata.resourceVersion, old)
  let object = normalized(
    confined(target, { ...sent, metadata: keptMetadata(sent.metadata, old.metadata) }, old),
  )
  object = shapedBySchema(resource, object, options)
  const context = {
    identity: options.identity,
    timestamp: timestampOf(api.clock.now()),
    subresource: target.subresource,
  }
  strategy.prepareUpdate?.(object, old, context)
  if (strategy.generation === true && !jsonEqual(contentOf(resource, object), contentOf(resource, old))) {
    object.metadata.generation = (old.metadata.generation ?? 0) + 1
  }
  const errors = [
    ...metadataUpdateErrors(object.metadata, old.metadata),
    ...metadataErrors(object.metadata, strategy.validateName ?? subdomainProblems),
    ...schemaErrors(api, resource, object, old),
    ...(strategy.validateUpdate?.(object, old, context) ?? []),
  ]
  if (errors.length > 0) throw invalidObject(resource, name, errors)
  for (const admit of api.admissions) admit(target, object, old, options)
  if (options.dryRun || jsonEqual(object, old)) return object
  const next = normalized(object)
  if (!isFinished(next)) return putView(api, resource, next)
  api.store.remove(resource.table, stored.namespace, stored.name)
  return object
}

/** Being deleted, and nothing holds it any more. */
const isFinished = (object: KubeObject): boolean =>
  Boolean(object.metadata.deletionTimestamp) &&
  (object.metadata.finalizers ?? []).length === 0 &&
  (object.kind !== 'Namespace' || object.apiVersion !== 'v1' || namespaceIsEmptyOfFinalizers(object))

const namespaceIsEmptyOfFinalizers = (object: KubeObject): boolean => {
  const spec = object['spec'] as { finalizers?: unknown[] } | undefined
  return (spec?.finalizers ?? []).length === 0
}

/** The storage layer's own words, its key among them. */
const wrongUid = ({ resource, namespace, name }: Target, wanted: string, found: string): ApiError => {
  const path = [
    ...(resource.isCustom ? [resource.group] : []),
    resource.plural,
    ...(namespace === '' ? [] : [namespace]),
    name,
  ].join('/')
  const why = `Precondition failed: UID in precondition: ${wanted}, UID in object meta: ${found}`
  return conflict(
    resource,
    name,
    `StorageError: invalid object, Code: 4, Key: /registry/${path}, ResourceVersion: 0, AdditionalErrorMsg: ${why}`,
  )
}

/** PUT: the body replaces the object, or creates it where the kind allows that. */
export const replaceObject = (api: Api, target: Target, body: unknown, options: WriteOptions): Written => {
  const { resource, name, namespace } = target
  const object = checkedEnvelope(resource, body)
  const { metadata } = object
  if (metadata.name !== undefined && metadata.name !== name) {
    throw badRequest(`the name of the object (${metadata.name}) does not match the name on the URL (${name})`)
  }
  if (metadata.name === undefined)
    throw badRequest(
      `the name of the object (${name} based on URL) was undeterminable: name must be provided`,
    )
  if (metadata.namespace && metadata.namespace !== namespace) {
    throw badRequest(
      `the namespace of the object (${metadata.namespace}) does not match the namespace on the request (${namespace})`,
    )
  }
  const withNamespace = {
    ...object,
    metadata: { ...metadata, ...(resource.namespaced ? { namespace } : {}) },
  }
  const stored = api.store.get(resource.table, namespace, name)
  if (stored === undefined) {
    if (resource.strategy.createOnUpdate !== true || target.subresource !== '') throw notFound(resource, name)
    if (metadata.uid) throw wrongUid(target, metadata.uid, '')
    return { object: createObject(api, target, withNamespace, options), created: true }
  }
  if (metadata.uid && metadata.uid !== stored.uid) {
    throw wrongUid(target, metadata.uid, stored.uid)
  }
  if (!metadata.resourceVersion && (resource.isCustom || resource.strategy.conditionalUpdate === true)) {
    throw invalidObject(resource, name, [
      invalid('metadata.resourceVersion', 0, 'must be specified for an update'),
    ])
  }
  return { object: changeObject(api, target, () => withNamespace, options), created: false }
}
