import type { KubeObject } from '../kube-object.ts'
import type { Resource } from '../resources/resource.ts'
import type { StoredObject } from '../storage/stored-object.ts'
import { viewOf } from './api.ts'
import type { Api } from './api.ts'
import { answerOf } from './verb.ts'
import type { Verb } from './verb.ts'

/** The stored object in the version of the request. A conversion webhook is asked here. */
export function* viewed(resource: Resource, stored: StoredObject): Verb<KubeObject> {
  const asked = resource.conversion?.ensure([stored])
  if (asked !== undefined) yield* answerOf(asked)
  return viewOf(resource, stored)
}

/** What the store gives or takes, in the version of the request. A conversion webhook is asked here. */
export function* fromStored(resource: Resource, object: KubeObject): Verb<KubeObject> {
  if (resource.conversion === undefined) return resource.fromStored?.(object) ?? object
  const converted = resource.conversion.from(object)
  return converted instanceof Promise ? yield* answerOf(converted) : converted
}

/** An object of the request's version in the one it is kept in. A conversion webhook is asked here, before the commit. */
export function* toStored(resource: Resource, object: KubeObject): Verb<KubeObject> {
  if (resource.conversion === undefined) return resource.toStored?.(object) ?? object
  const converted = resource.conversion.to(object)
  return converted instanceof Promise ? yield* answerOf(converted) : converted
}

/** Writes an object in its stored form; answers it with its new resourceVersion in the version of the request. */
export function* putStored(
  { store }: Api,
  resource: Resource,
  stored: KubeObject,
  isAsShown: boolean,
): Verb<KubeObject> {
  const kept = store.put(resource.table, stored, isAsShown)
  return resource.conversion === undefined
    ? yield* fromStored(resource, stored)
    : yield* viewed(resource, kept)
}
