import { notFound } from '../api-error.ts'
import { keyOf } from '../storage/stored-object.ts'
import type { StoredObject } from '../storage/stored-object.ts'
import type { Api, Target } from './api.ts'

/** The stored object of a target, now or as it was at a version; throws the 404 of its resource. */
export const readObject = (
  { store }: Api,
  { resource, namespace, name }: Target,
  past?: number,
): StoredObject => {
  const stored =
    past === undefined
      ? store.get(resource.table, namespace, name)
      : store.stateAt(resource.table, past).get(keyOf(namespace, name))
  if (stored === undefined) throw notFound(resource, name)
  return stored
}
