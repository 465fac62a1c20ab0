import { randomUUID } from 'node:crypto'
import { alreadyExists, ApiError, badRequest, forbidden, invalidObject, notFound } from '../api-error.ts'
import type { KubeObject } from '../kube-object.ts'
import { hasStatus } from '../resources/resource.ts'
import { putView, timestampOf } from './api.ts'
import type { Api, Target, WriteOptions } from './api.ts'
import { checkedEnvelope, schemaErrors, shapedBySchema } from './check-object.ts'
import { generatedName, subdomainProblems } from './names.ts'
import { metadataErrors, normalized } from './object-meta.ts'

const checkNamespace = ({ store }: Api, { resource, namespace }: Target, name: string): void => {
  if (!resource.namespaced) return
  const stored = store.get('/namespaces', '', namespace)
  if (stored === undefined) throw notFound({ group: '', plural: 'namespaces' }, namespace)
  if (stored.read().metadata.deletionTimestamp === undefined) return
  const refusal = forbidden(
    resource,
    name,
    `unable to create new content in namespace ${namespace} because it is being terminated`,
  )
  throw new ApiError(403, refusal.reason, refusal.message, {
    ...refusal.details,
    causes: [
      {
        reason: 'NamespaceTerminating',
        message: `namespace ${namespace} is being terminated`,
        field: 'metadata.namespace',
      },
    ],
  })
}

/** Creates the object of a body; answers it as it is stored. */
export const createObject = (api: Api, target: Target, body: unknown, options: WriteOptions): KubeObject => {
  const { resource } = target
  const { strategy } = resource
  let object = checkedEnvelope(resource, body)
  const { metadata } = object
  const namespace = resource.namespaced ? target.namespace : ''
  if (resource.namespaced && namespace === '')
    throw badRequest('an empty namespace may not be set during creation')
  if (metadata.namespace && metadata.namespace !== namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request')
  }
  if (metadata.resourceVersion) throw badRequest('resourceVersion should not be set on objects to be created')
  if (!metadata.name && metadata.generateName)
    metadata.name = generatedName(metadata.generateName, () => api.clock.random())
  if (target.name !== '' && metadata.name !== target.name) {
    throw badRequest(
      `the name of the object (${metadata.name ?? ''}) does not match the name on the URL (${target.name})`,
    )
  }
  checkNamespace(api, target, metadata.name ?? '')

  const timestamp = timestampOf(api.clock.now())
  object = normalized({
    ...object,
    metadata: {
      ...metadata,
      namespace,
      uid: randomUUID(),
      creationTimestamp: timestamp,
      generation: strategy.generation === true ? 1 : undefined,
      deletionTimestamp: undefined,
      deletionGracePeriodSeconds: undefined,
      resourceVersion: undefined,
    },
  })
  if (hasStatus(resource)) delete object['status']
  object = shapedBySchema(resource, object, options)
  strategy.prepareCreate?.(object, { identity: options.identity, timestamp, subresource: '' })
  const errors = [
    ...metadataErrors(object.metadata, strategy.validateName ?? subdomainProblems),
    ...schemaErrors(api, resource, object),
    ...(strategy.validateCreate?.(object) ?? []),
  ]
  if (errors.length > 0)
    throw invalidObject(resource, object.metadata.name ?? metadata.generateName ?? '', errors)
  const name = object.metadata.name ?? ''
  if (api.store.get(resource.table, namespace, name) !== undefined) throw alreadyExists(resource, name)
  for (const admit of api.admissions) admit(target, object, undefined, options)
  return options.dryRun ? object : putView(api, resource, object)
}
