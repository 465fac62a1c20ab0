import { notFound } from '../api-error.ts'
import type { StoredObject } from '../storage/stored-object.ts'
import type { Api, Target } from './api.ts'

/** The stored object of a target; throws the 404 of its resource. */
export const readObject = ({ store }: Api, { resource, namespace, name }: Target): StoredObject => {
  const stored = store.get(resource.table, namespace, name)
  if (stored === undefined) throw notFound(resource, name)
  return stored
}
