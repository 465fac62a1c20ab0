import { isJsonObject, jsonEqual } from '../kube-object.ts'
import type { KubeObject } from '../kube-object.ts'
import { writeManagers } from './manager-entry.ts'
import type { Managers } from './manager-entry.ts'

/** An object as its owners see it. */
export const unmanaged = (object: KubeObject): KubeObject => {
  if (!('managedFields' in object.metadata)) return object
  const { managedFields: _managed, ...metadata } = object.metadata
  return { ...object, metadata }
}

export const managedBy = (object: KubeObject, managers: Managers): KubeObject => {
  const managedFields = writeManagers(managers)
  if (managedFields === undefined) return unmanaged(object)
  return { ...object, metadata: { ...object.metadata, managedFields } }
}

/** A list that says that nobody owns anything any more. */
export const isReset = (managedFields: readonly unknown[] | undefined): boolean => {
  if (managedFields === undefined) return false
  const [only] = managedFields
  return (
    managedFields.length === 0 ||
    (managedFields.length === 1 && isJsonObject(only) && Object.keys(only).length === 0)
  )
}

const withoutTime = (entry: unknown): unknown => {
  if (!isJsonObject(entry)) return entry
  const { time: _time, ...rest } = entry
  return rest
}

/** The new object with the old one's times, when nothing but times is new: that is no change. */
export const withOldTimes = (object: KubeObject, old: KubeObject): KubeObject => {
  const { managedFields: next = [] } = object.metadata
  const { managedFields: before = [] } = old.metadata
  if (next.length === 0 || next.length !== before.length) return object
  if (!next.every((entry, at) => jsonEqual(withoutTime(entry), withoutTime(before[at])))) return object
  if (!jsonEqual(unmanaged(object), unmanaged(old))) return object
  return { ...object, metadata: { ...object.metadata, managedFields: before } }
}
