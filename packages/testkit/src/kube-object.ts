/** Any JSON value. */
export type Json = null | boolean | number | string | Json[] | JsonObject
export type JsonObject = { [key: string]: Json | undefined }

/** metav1.OwnerReference. */
export interface OwnerReference {
  apiVersion: string
  kind: string
  name: string
  uid: string
  controller?: boolean
  blockOwnerDeletion?: boolean
}

/** metav1.ObjectMeta, as far as the testkit reads it; other fields travel along. */
export interface ObjectMeta {
  name?: string
  generateName?: string
  namespace?: string
  uid?: string
  resourceVersion?: string
  generation?: number
  creationTimestamp?: string | null
  deletionTimestamp?: string | null
  deletionGracePeriodSeconds?: number
  labels?: Record<string, string>
  annotations?: Record<string, string>
  finalizers?: string[]
  ownerReferences?: OwnerReference[]
  managedFields?: unknown[]
  [field: string]: unknown
}

/** A Kubernetes object of any kind: only its envelope is known here. */
export interface KubeObject {
  apiVersion: string
  kind: string
  metadata: ObjectMeta
  [field: string]: unknown
}

export const isJsonObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Sets a field whose name anybody may have chosen: `__proto__` is data like any other. */
export const setField = (object: Record<string, unknown>, name: string, value: unknown): void => {
  if (name === '__proto__')
    Object.defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true })
  else object[name] = value
}

/** A field whose name anybody may have chosen; undefined where the object itself has none of that name. */
export const ownField = (object: Readonly<Record<string, unknown>>, name: string): unknown =>
  Object.hasOwn(object, name) ? object[name] : undefined

/** The object at a path of field names, or an empty one when there is none. */
export const recordAt = (object: unknown, ...path: readonly string[]): Record<string, unknown> => {
  let at: unknown = object
  for (const field of path) at = isJsonObject(at) ? at[field] : undefined
  return isJsonObject(at) ? at : {}
}

/** The list at a path of field names, or an empty one. */
export const listAt = (object: unknown, ...path: readonly string[]): unknown[] => {
  const value = recordAt(object, ...path.slice(0, -1))[path.at(-1) ?? '']
  return Array.isArray(value) ? value : []
}

/** The text of a field, or an empty one. */
export const textAt = (object: unknown, ...path: readonly string[]): string => {
  const value = recordAt(object, ...path.slice(0, -1))[path.at(-1) ?? '']
  return typeof value === 'string' ? value : ''
}

/** A copy that shares nothing with the original; for plain JSON. */
export const clone = <T>(value: T): T => structuredClone(value)

/** Equality of JSON values; the order of an object's keys does not matter, `undefined` is absence. */
export const jsonEqual = (left: unknown, right: unknown): boolean => {
  if (left === right) return true
  if (Array.isArray(left) || Array.isArray(right)) {
    return (
      Array.isArray(left) &&
      Array.isArray(right) &&
      left.length === right.length &&
      left.every((item, at) => jsonEqual(item, right[at]))
    )
  }
  if (!isJsonObject(left) || !isJsonObject(right)) return false
  for (const key of Object.keys(left)) if (!jsonEqual(left[key], right[key])) return false
  for (const key of Object.keys(right))
    if (!Object.hasOwn(left, key) && right[key] !== undefined) return false
  return true
}
