import { randomUUID } from 'node:crypto'
import {
  alreadyExists,
  ApiError,
  badRequest,
  forbidden,
  invalidObject,
  notFound,
  storageError,
} from '../api-error.ts'
import type { KubeObject } from '../kube-object.ts'
import { hasStatus, refusedKind } from '../resources/resource.ts'
import { hasMutating, hasValidating, mutated, validated } from './admission.ts'
import { timestampOf } from './api.ts'
import type { Api, Target, WriteOptions } from './api.ts'
import { createdMetadataErrors } from './check-metadata.ts'
import { asShown } from './as-shown.ts'
import type { Shown } from './as-shown.ts'
import { canonical, checkedEnvelope, shapedBySchema } from './check-object.ts'
import { schemaErrors } from './check-schema.ts'
import { generatedName } from './names.ts'
import { dropOwnerDuplicates } from './owner-duplicates.ts'
import { normalized } from './object-meta.ts'
import { withForms } from './with-forms.ts'
import { fromStored, putStored, toStored } from './stored-form.ts'
import type { Verb } from './verb.ts'

const checkNamespace = ({ store }: Api, { resource, namespace }: Target, name: string): void => {
  if (!resource.namespaced) return
  const stored = store.get('/namespaces', '', namespace)
  if (stored === undefined) throw notFound({ group: '', plural: 'namespaces' }, namespace)
  if (!stored.isDeleting) return
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

/** The namespace in an object must be that of its path. */
export const checkNamespaceOf = ({ resource, namespace }: Target, { metadata }: KubeObject): void => {
  if (resource.namespaced && metadata.namespace && metadata.namespace !== namespace)
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request')
}

/** What a client sent without what the server alone decides, as admission sees it. */
const withoutSystemFields = ({ metadata, ...rest }: KubeObject, namespace: string): KubeObject => ({
  ...rest,
  metadata: {
    ...metadata,
    namespace,
    uid: undefined,
    creationTimestamp: undefined,
    deletionTimestamp: undefined,
    deletionGracePeriodSeconds: undefined,
  },
})

/**
 * The object of a body, ready to be stored: field managers, mutating admission, the kind's preparation and validation,
 * validating admission.
 */
function* prepared(api: Api, target: Target, sent: KubeObject, options: WriteOptions): Verb<Shown> {
  const { resource } = target
  const { strategy } = resource
  const { chain } = api
  const namespace = resource.namespaced ? target.namespace : ''
  // a name that is generated is not the request's
  const asked = { ...target, name: sent.metadata.name ?? '' }
  const write = { target: asked, operation: 'CREATE', old: undefined, options } as const
  let object = shapedBySchema(resource, withoutSystemFields(sent, namespace), options)
  dropOwnerDuplicates(object, options.warn)
  const bare = object
  object = yield* withForms(() => chain.manageFields?.({ ...write, object: bare }) ?? bare)
  if (hasMutating(chain)) {
    object = yield* mutated(chain, { ...write, object })
    checkNamespaceOf(target, object)
    dropOwnerDuplicates(object, options.warn)
  }
  const { metadata } = object
  if (!metadata.name && metadata.generateName)
    metadata.name = generatedName(metadata.generateName, () => api.clock.random())
  const timestamp = timestampOf(api.clock.now())
  object = normalized({
    ...object,
    metadata: {
      ...metadata,
      namespace,
      uid: randomUUID(),
      creationTimestamp: timestamp,
      // only kinds that count them begin anew
      generation: strategy.generation === true ? 1 : metadata.generation,
      deletionTimestamp: undefined,
      deletionGracePeriodSeconds: undefined,
      resourceVersion: undefined,
    },
  })
  if (hasStatus(resource)) delete object['status']
  strategy.prepareCreate?.(object, { identity: options.identity, timestamp, subresource: '' })
  const errors = [
    ...createdMetadataErrors(resource, object.metadata),
    ...schemaErrors(api, resource, object, { options }),
    ...(strategy.validateCreate?.(object) ?? []),
  ]
  if (errors.length > 0)
    throw invalidObject(refusedKind(resource), object.metadata.name ?? metadata.generateName ?? '', errors)
  for (const warning of strategy.warnings?.(object) ?? []) options.warn(warning)
  object = canonical(resource, object)
  for (const admit of api.admissions) admit(target, object, undefined, options)
  if (hasValidating(chain))
    yield* validated(chain, { ...write, target: { ...target, name: object.metadata.name ?? '' }, object })
  // what is no number is passed over
  if (Number(metadata.resourceVersion ?? 0) > 0)
    throw storageError('resourceVersion should not be set on objects to be created')
  // what webhooks added that the schema does not know is shown to those who validate, but not kept
  return asShown(resource, object, metadata, hasMutating(chain) || options.isApplied === true)
}

/** Creates the object of a body; answers it as it is stored. */
export function* createObject(
  api: Api,
  target: Target,
  body: unknown,
  options: WriteOptions,
): Verb<KubeObject> {
  const { resource } = target
  const sent = checkedEnvelope(resource, body, { options })
  const { metadata } = sent
  if (resource.namespaced && target.namespace === '')
    throw badRequest('an empty namespace may not be set during creation')
  checkNamespaceOf(target, sent)
  if (target.name !== '' && metadata.name !== target.name) {
    throw badRequest(
      `the name of the object (${metadata.name ?? ''}) does not match the name on the URL (${target.name})`,
    )
  }
  const askedName = metadata.name || metadata.generateName || ''
  checkNamespace(api, target, askedName)
  if (resource.isTerminating === true)
    throw forbidden(resource, askedName, 'create not allowed while custom resource definition is terminating')
  const { object, isShown } = yield* prepared(api, target, sent, options)
  const stored = yield* toStored(resource, object)
  // nobody is asked any more: who comes first creates it
  const name = object.metadata.name ?? ''
  const taken = api.store.get(resource.table, target.namespace, name)
  if (taken !== undefined) throw alreadyExists(resource, name, taken.isDeleting)
  if (!options.dryRun) return yield* putStored(api, resource, stored, isShown)
  return resource.conversion === undefined ? object : yield* fromStored(resource, stored)
}
