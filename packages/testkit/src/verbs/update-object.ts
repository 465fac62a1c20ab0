import { badRequest, invalidObject, staleWrite, storageError } from '../api-error.ts'
import { invalid } from '../field-error.ts'
import { jsonEqual } from '../kube-object.ts'
import type { KubeObject, ObjectMeta } from '../kube-object.ts'
import { hasStatus, refusedKind } from '../resources/resource.ts'
import type { Resource } from '../resources/resource.ts'
import type { StoredObject } from '../storage/stored-object.ts'
import { hasMutating, hasValidating, mutated, validated } from './admission.ts'
import { timestampOf } from './api.ts'
import type { Api, Target, WriteOptions } from './api.ts'
import { changedMetadataErrors } from './check-metadata.ts'
import { asShown } from './as-shown.ts'
import type { Shown } from './as-shown.ts'
import { canonical, checkedEnvelope, shapedBySchema } from './check-object.ts'
import { schemaErrors } from './check-schema.ts'
import { checkNamespaceOf } from './create-object.ts'
import { isHeldBySpec } from './delete-object.ts'
import { normalized } from './object-meta.ts'
import { dropOwnerDuplicates } from './owner-duplicates.ts'
import { withOldTimes } from '../managed-fields/managed-object.ts'
import { readObject } from './read-object.ts'
import { withForms } from './with-forms.ts'
import { fromStored, putStored, toStored, viewed } from './stored-form.ts'
import type { Verb } from './verb.ts'

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

/** Whether a field is empty or not there is no difference. */
const hasOtherContent = (resource: Resource, object: KubeObject, old: KubeObject): boolean =>
  !jsonEqual(contentOf(resource, object), contentOf(resource, old)) &&
  (resource.isCustom ||
    !jsonEqual(
      contentOf(resource, canonical(resource, object)),
      contentOf(resource, canonical(resource, old)),
    ))

/** Whether two forms of an object differ in what is wanted. */
const isOtherwise = (resource: Resource, object: KubeObject, old: KubeObject): boolean =>
  hasOtherContent(resource, object, old) ||
  (resource.strategy.countsAnnotations === true &&
    !jsonEqual(object.metadata.annotations, old.metadata.annotations))

/** Takes from `next` what this path may write, the rest from `old`. */
const confined = (target: Target, next: KubeObject, old: KubeObject): KubeObject => {
  const fields = fieldOfSubresource[target.subresource]
  if (fields === undefined) {
    if (!hasStatus(target.resource)) return next
    const { status: _status, ...rest } = next
    return old['status'] === undefined ? rest : { ...rest, status: old['status'] }
  }
  const { isCustom, strategy } = target.resource
  const isKept = isCustom || strategy.statusLeavesMetadata === true
  const { managedFields } = next.metadata
  const merged: KubeObject = { ...old, metadata: isKept ? { ...old.metadata, managedFields } : next.metadata }
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
  deletionGracePeriodSeconds: next.deletionGracePeriodSeconds ?? old.deletionGracePeriodSeconds,
})

const isConditional = ({ isCustom, strategy }: Resource): boolean =>
  isCustom || strategy.conditionalUpdate === true

/** The version that a write is for, 0 when it is for any. */
export const versionOf = ({ resourceVersion }: ObjectMeta): bigint => {
  if (!resourceVersion) return 0n
  if (!/^\d+$/.test(resourceVersion))
    throw storageError(`strconv.ParseUint: parsing ${JSON.stringify(resourceVersion)}: invalid syntax`)
  return BigInt(resourceVersion)
}

const checkRevision = (resource: Resource, name: string, metadata: ObjectMeta, old: KubeObject): void => {
  const wanted = versionOf(metadata)
  if (wanted === 0n) {
    if (!isConditional(resource)) return
    // here the real server names the resource where it says the kind elsewhere
    throw invalidObject({ group: resource.group, kind: resource.plural }, name, [
      invalid('metadata.resourceVersion', 0, 'must be specified for an update'),
    ])
  }
  if (String(wanted) !== old.metadata.resourceVersion) throw staleWrite(resource, name)
}

/** The name and the namespace of an object must be those of its path. */
export const checkPlace = (target: Target, object: KubeObject): void => {
  const { name } = target
  const { metadata } = object
  checkNamespaceOf(target, object)
  if (!metadata.name)
    throw badRequest(
      `the name of the object (${name} based on URL) was undeterminable: name must be provided`,
    )
  if (metadata.name !== name)
    throw badRequest(`the name of the object (${metadata.name}) does not match the name on the URL (${name})`)
}

const inPlace = ({ resource, namespace }: Target, object: KubeObject): KubeObject => ({
  ...object,
  metadata: { ...object.metadata, ...(resource.namespaced ? { namespace } : {}) },
})

/** A part of an object that is read and written as an object of another kind: its Scale. */
export interface Face {
  /** The part of an object. */
  readonly of: (object: KubeObject) => KubeObject
  /** Reads what shall be the part now; throws as bodies are refused. */
  readonly read: (sent: unknown) => KubeObject
  /** The object with that part. */
  readonly into: (object: KubeObject, face: KubeObject) => KubeObject
}

/** What is to be written in place of what is there. */
export interface Change {
  /** From what is there, a copy of its own; called again when somebody else wrote meanwhile. */
  readonly next: (old: KubeObject) => unknown
  /** It is refused in other words than a body. */
  readonly isPatched?: boolean
  /** Throws when what is there must not be changed. */
  readonly check?: (stored: StoredObject) => void
  readonly face?: Face
}

/** How often a write is computed anew because others were faster, all while somebody was asked about it. */
const triesLimit = 100

interface Computed extends Shown {
  readonly old: KubeObject
}

/** A part of an object as it is shown at the end: nobody is told who owns it then. */
const unowned = (face: KubeObject): KubeObject => {
  const { managedFields: _managedFields, ...metadata } = face.metadata
  return { ...face, metadata }
}

/** The object after a change: field managers, mutating admission, preparation, validation, validating admission. */
function* changed(
  api: Api,
  target: Target,
  stored: StoredObject,
  { next, isPatched = false, face }: Change,
  options: WriteOptions,
): Verb<Computed> {
  const { resource, name } = target
  const { strategy } = resource
  const { chain } = api
  const old = yield* viewed(resource, stored)
  const before = yield* viewed(resource, stored)
  const write = { target, operation: 'UPDATE', old: face?.of(old) ?? old, options } as const
  const sent = yield* withForms(() => next(face?.of(before) ?? before))
  let read = face?.read(sent) ?? checkedEnvelope(resource, sent, { options, isPatched })
  checkPlace(target, read)
  const shape = (object: KubeObject): KubeObject => {
    const read = inPlace(target, face === undefined ? shapedBySchema(resource, object, options) : object)
    dropOwnerDuplicates(read, options.warn)
    return read
  }
  read = shape(read)
  read = yield* withForms(() => chain.manageFields?.({ ...write, object: read }) ?? read)
  if (hasMutating(chain)) {
    read = yield* mutated(chain, { ...write, object: read })
    checkNamespaceOf(target, read)
    dropOwnerDuplicates(read, options.warn)
  }
  const whole = inPlace(target, face?.into(before, read) ?? read)
  checkRevision(resource, name, whole.metadata, old)
  const storeTarget = face === undefined ? target : { ...target, subresource: '' }
  let object = normalized(
    confined(storeTarget, { ...whole, metadata: keptMetadata(whole.metadata, old.metadata) }, old),
  )
  const context = {
    identity: options.identity,
    timestamp: timestampOf(api.clock.now()),
    subresource: storeTarget.subresource,
  }
  strategy.prepareUpdate?.(object, old, context)
  if (
    strategy.generation === true &&
    storeTarget.subresource !== 'status' &&
    isOtherwise(resource, object, old)
  ) {
    object.metadata.generation = (old.metadata.generation ?? 0) + 1
  }
  const errors = [
    ...changedMetadataErrors(resource, object.metadata, old.metadata),
    ...schemaErrors(api, resource, object, { old, options, subresource: storeTarget.subresource }),
    ...(strategy.validateUpdate?.(object, old, context) ?? []),
  ]
  if (errors.length > 0) throw invalidObject(refusedKind(resource), object.metadata.name ?? name, errors)
  for (const warning of strategy.warnings?.(object, old) ?? []) options.warn(warning)
  object = canonical(resource, object)
  for (const admit of api.admissions) admit(storeTarget, object, old, options)
  if (hasValidating(chain)) {
    const shown =
      face === undefined ? { object } : { object: unowned(face.of(object)), old: unowned(face.of(old)) }
    yield* validated(chain, { ...write, ...shown })
  }
  // what webhooks added that the schema does not know is shown to those who validate, but not kept
  const isRaw = hasMutating(chain) || options.isApplied === true
  const metadata = storeTarget.subresource === '' ? whole.metadata : undefined
  const shown = asShown(resource, object, metadata, isRaw)
  return { ...shown, object: shown.isShown ? withOldTimes(shown.object, old) : shown.object, old }
}

/**
 * Replaces the stored object by what a change makes of it, under all rules of updates; writes nothing when nothing
 * differs. When somebody else wrote it while others were asked, it is computed anew from what is there then.
 */
export function* changeObject(
  api: Api,
  target: Target,
  change: Change | Change['next'],
  options: WriteOptions,
): Verb<KubeObject> {
  const { resource } = target
  const whole: Change = typeof change === 'function' ? { next: change } : change
  for (let tries = 1; ; tries += 1) {
    const stored = readObject(api, target)
    whole.check?.(stored)
    const computed = yield* changed(api, target, stored, whole, options)
    const { object, isShown } = computed
    const { isUnchanged, next, answer } = yield* toWrite(resource, stored, { ...computed, options })
    // from here on nobody is asked any more: what was computed is of what is there, or it is computed again
    if (api.store.get(resource.table, target.namespace, target.name) === stored) {
      if (isUnchanged) return answer
      if (!isFinished(next)) return yield* putStored(api, resource, next, isShown)
      api.store.remove(resource.table, stored.namespace, stored.name)
      return object
    }
    if (tries === triesLimit) throw staleWrite(resource, target.name)
  }
}

interface Writing {
  readonly isUnchanged: boolean
  /** In its stored form. */
  readonly next: KubeObject
  /** When nothing is written. */
  readonly answer: KubeObject
}

/** What an update stores, if it stores anything: of several versions it is the stored one that tells. */
function* toWrite(
  resource: Resource,
  stored: StoredObject,
  { object, old, isShown, options: { dryRun } }: Computed & { readonly options: WriteOptions },
): Verb<Writing> {
  const isStoredSo = isShown && stored.isAsShown
  if (resource.conversion === undefined) {
    const isUnchanged = dryRun || (isStoredSo && jsonEqual(object, old))
    const next = isUnchanged ? object : yield* toStored(resource, normalized(object))
    return { isUnchanged, next, answer: object }
  }
  const next = yield* toStored(resource, normalized(object))
  const isUnchanged = dryRun || (isStoredSo && jsonEqual(next, stored.read()))
  return { isUnchanged, next, answer: isUnchanged ? yield* fromStored(resource, next) : object }
}

/** Being deleted, and nothing holds it any more. */
const isFinished = (object: KubeObject): boolean =>
  Boolean(object.metadata.deletionTimestamp) &&
  (object.metadata.deletionGracePeriodSeconds ?? 0) === 0 &&
  (object.metadata.finalizers ?? []).length === 0 &&
  !isHeldBySpec(object)
