import { conflict, forbidden, success } from '../api-error.ts'
import type { Named, Status } from '../api-error.ts'
import { recordAt } from '../kube-object.ts'
import type { KubeObject } from '../kube-object.ts'
import type { Resource } from '../resources/resource.ts'
import type { StoredObject } from '../storage/stored-object.ts'
import { deletionAdmitted, isAsked } from './admission.ts'
import { isPlain, timestampOf, viewOf } from './api.ts'
import type { Api, Target, WriteOptions } from './api.ts'
import { finalizersAfter } from './delete-options.ts'
import type { DeleteOptions } from './delete-options.ts'
import { normalized } from './object-meta.ts'
import { readObject } from './read-object.ts'
import { fromStored, viewed } from './stored-form.ts'
import type { Verb } from './verb.ts'

export interface Deleted {
  /** What the real server answers: a Status, or the object. */
  readonly answer: KubeObject | Status
  /** False while something holds it. */
  readonly isGone: boolean
}

/** Here the real server names the kind where it says the resource elsewhere. */
const kindOf = ({ group, kind }: Resource): Named => ({ group, plural: kind })

const checkPreconditions = (target: Target, stored: StoredObject, { preconditions }: DeleteOptions): void => {
  const { resource, name } = target
  const { uid = stored.uid, resourceVersion = String(stored.revision) } = preconditions ?? {}
  const isOfItsOwn = resource.strategy.beginDeletion !== undefined
  if (uid !== stored.uid) {
    if (isOfItsOwn)
      throw conflict(
        resource,
        name,
        `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${stored.uid}`,
      )
    throw conflict(
      kindOf(resource),
      name,
      `the UID in the precondition (${uid}) does not match the UID in record (${stored.uid}). The object might have been deleted and then recreated`,
    )
  }
  if (resourceVersion !== String(stored.revision)) {
    if (isOfItsOwn)
      throw conflict(
        resource,
        name,
        `Precondition failed: ResourceVersion in precondition: ${resourceVersion}, ResourceVersion in object meta: ${stored.revision}`,
      )
    throw conflict(
      kindOf(resource),
      name,
      `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record (${stored.revision}). The object might have been modified`,
    )
  }
}

/** Namespaces hold themselves by `spec.finalizers` as well. */
export const isHeldBySpec = (object: KubeObject): boolean => {
  if (object.kind !== 'Namespace' || object.apiVersion !== 'v1') return false
  const { finalizers } = recordAt(object, 'spec')
  return Array.isArray(finalizers) && finalizers.length > 0
}

interface Grace {
  readonly seconds: number
  readonly until: string
  /** The object had its time already, and is not given less. */
  readonly isPending: boolean
}

/** How long an object of a kind with a period of grace is left; undefined when it is left none, as most kinds. */
const graceOf = (
  resource: Resource,
  object: KubeObject,
  wanted: number | undefined,
  now: number,
): Grace | undefined => {
  const { gracePeriod } = resource.strategy
  if (gracePeriod === undefined) return undefined
  const { deletionTimestamp, deletionGracePeriodSeconds: given } = object.metadata
  const requested = wanted !== undefined && wanted < 0 ? 1 : wanted
  const inSeconds = (seconds: number, from: number): string => timestampOf(from + seconds * 1_000)
  if (!deletionTimestamp) {
    const seconds = gracePeriod(object, requested)
    return { seconds, until: inSeconds(seconds, now), isPending: false }
  }
  if (given === undefined || given === 0) return undefined
  if (requested === undefined || requested >= given)
    return { seconds: given, until: deletionTimestamp, isPending: true }
  const until = Date.parse(deletionTimestamp) - (given - requested) * 1_000
  if (until >= now) return { seconds: requested, until: inSeconds(0, until), isPending: false }
  return { seconds: Math.min(requested, 1), until: inSeconds(0, now), isPending: false }
}

const marked = (
  object: KubeObject,
  finalizers: readonly string[],
  grace: Omit<Grace, 'isPending'>,
): KubeObject => {
  const { metadata } = object
  const isFirst = !metadata.deletionTimestamp
  return normalized({
    ...object,
    metadata: {
      ...metadata,
      finalizers: [...finalizers],
      deletionTimestamp: grace.until,
      deletionGracePeriodSeconds: grace.seconds,
      generation: isFirst && metadata.generation ? metadata.generation + 1 : metadata.generation,
    },
  })
}

/** What becomes of an object that is deleted. */
type Fate =
  /** It is held already, and nothing changes. */
  | { readonly kind: 'stays' }
  /** It is marked. */
  | { readonly kind: 'held'; readonly next: KubeObject }
  /** `last` is what is seen of it at the end, stored before when `isMarked`. */
  | { readonly kind: 'goes'; readonly last: KubeObject; readonly isMarked: boolean }

const fateOf = ({ resource }: Target, object: KubeObject, deletion: DeleteOptions, now: number): Fate => {
  const { strategy } = resource
  const { metadata } = object
  const finalizers = finalizersAfter(metadata, deletion.propagationPolicy)
  if (strategy.beginDeletion !== undefined && !metadata.deletionTimestamp) {
    const begun = {
      ...object,
      metadata: { ...metadata, finalizers: [...finalizers], deletionTimestamp: timestampOf(now) },
    }
    strategy.beginDeletion(begun, timestampOf(now))
    return { kind: 'held', next: normalized(begun) }
  }
  if (isHeldBySpec(object)) return { kind: 'stays' }
  const grace = graceOf(resource, object, deletion.gracePeriodSeconds, now)
  if (grace?.isPending === true) return { kind: 'stays' }
  if (finalizers.length > 0 || (grace !== undefined && grace.seconds > 0)) {
    const until = metadata.deletionTimestamp || timestampOf(now)
    return { kind: 'held', next: marked(object, finalizers, grace ?? { seconds: 0, until }) }
  }
  // what may have a period of grace is seen to be deleted before it is gone, even when it has none
  return grace === undefined
    ? { kind: 'goes', last: object, isMarked: false }
    : { kind: 'goes', last: marked(object, finalizers, grace), isMarked: true }
}

/** A custom resource that is marked is kept with the defaults that it is read with, where it is read as it is kept. */
const readFor = (resource: Resource, stored: StoredObject): KubeObject =>
  resource.isCustom && resource.storageVersion === undefined && isPlain(resource, stored)
    ? viewOf(resource, stored)
    : stored.read()

function* committed(
  api: Api,
  { resource }: Target,
  stored: StoredObject,
  fate: Fate,
  { dryRun }: WriteOptions,
): Verb<Deleted> {
  if (fate.kind === 'stays') return { answer: yield* viewed(resource, stored), isGone: false }
  if (fate.kind === 'held') {
    const { next } = fate
    const isKept = dryRun || JSON.stringify(next) === stored.json
    const answer = isKept
      ? yield* fromStored(resource, next)
      : yield* viewed(resource, api.store.put(resource.table, next))
    return { answer, isGone: false }
  }
  let gone = fate.last
  if (!dryRun) {
    if (fate.isMarked) api.store.put(resource.table, fate.last)
    gone = api.store.remove(resource.table, stored.namespace, stored.name)?.read() ?? fate.last
  }
  if (resource.strategy.returnsDeleted === true)
    return { answer: yield* fromStored(resource, gone), isGone: true }
  const { group, plural } = resource
  const details = { name: stored.name, ...(group === '' ? {} : { group }), kind: plural, uid: stored.uid }
  return { answer: success(details), isGone: true }
}

/**
 * Deletes an object, or marks it as being deleted while finalizers or its period of grace hold it. `asked` is what
 * admission is told to be the target, where it is not the object itself: deletecollection names none.
 */
export function* deleteObject(
  api: Api,
  target: Target,
  deletion: DeleteOptions,
  options: WriteOptions,
  asked: Target = target,
): Verb<Deleted> {
  const { resource } = target
  const { chain } = api
  for (;;) {
    const stored = readObject(api, target)
    const refusal = resource.strategy.refuseDelete?.(target.name)
    if (refusal !== undefined) throw forbidden(resource, target.name, refusal)
    // what cannot be read cannot be deleted
    if (resource.conversion !== undefined) yield* viewed(resource, stored)
    checkPreconditions(target, stored, deletion)
    const fate = fateOf(target, readFor(resource, stored), deletion, api.clock.now())
    if (fate.kind !== 'stays' && isAsked(chain)) {
      const old = yield* viewed(resource, stored)
      yield* deletionAdmitted(chain, {
        target: asked,
        operation: 'DELETE',
        object: undefined,
        old,
        options,
        deletion,
      })
    }
    // decided about what is there, or decided again
    if (api.store.get(resource.table, target.namespace, target.name) === stored)
      return yield* committed(api, target, stored, fate, options)
  }
}
