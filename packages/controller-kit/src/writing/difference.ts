import type { DeepReadonly, KubeObject } from '@odfmo/api-types/meta'
import { layFields, type Fields, type FieldsOptions } from './fields.ts'
import { isMap, mergePatch, type Json } from './merge-patch.ts'

/** How the given fields are laid over the live object, and when that is. */
export interface DifferenceOptions extends FieldsOptions {
  /** Since the epoch: when conditions change, if they do. */
  readonly nowMs: number
}

/** Said by the server or by the object's name; never a difference, also when a whole object is given. */
const notOurs = new Set([
  'name',
  'namespace',
  'generateName',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'managedFields',
  'selfLink',
])

const comparable = ({ apiVersion: _version, kind: _kind, metadata, ...rest }: Json): Json => ({
  ...rest,
  ...(isMap(metadata)
    ? { metadata: Object.fromEntries(Object.entries(metadata).filter(([key]) => !notOurs.has(key))) }
    : {}),
})

/**
 * The smallest merge patch (RFC 7386) after which `live` has the fields that are given; undefined when it has
 * them already. What is not given never changes. Pure.
 * Throws a TypeError when a list edit contradicts itself.
 */
export const difference = <T extends KubeObject>(
  live: T | DeepReadonly<T>,
  fields: Fields<T>,
  options: DifferenceOptions,
): Readonly<Record<string, unknown>> | undefined => {
  const before = comparable(live as unknown as Json)
  return mergePatch(before, layFields(before, comparable(fields), options))
}

/** What to send to have an object made with these fields: edits of lists are done, the server's fields left out. */
export const newObject = <T extends KubeObject>(object: T | Fields<T>, nowMs: number): KubeObject => {
  const { metadata, apiVersion: _api, kind: _kind, ...rest } = object as unknown as KubeObject & Json
  const { uid: _uid, resourceVersion: _version, managedFields: _managed, ...ours } = metadata
  return layFields({}, { ...rest, metadata: ours }, { nowMs }) as unknown as KubeObject
}
