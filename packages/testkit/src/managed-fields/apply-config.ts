import { jsonEqual } from '../kube-object.ts'
import type { KubeObject } from '../kube-object.ts'
import { FieldSet } from './field-set.ts'
import { fieldSetOf } from './field-set-of.ts'
import type { FieldType } from './field-type.ts'
import type { ManagerEntry, Managers } from './manager-entry.ts'
import { mergeObjects } from './merge-objects.ts'
import { removeFields, withNamedFields } from './remove-fields.ts'
import { reconcileManagers, takeChanged, withoutReset, withoutStripped } from './update-managers.ts'
import { unlessMissing } from './versions.ts'
import type { Versions } from './versions.ts'

export interface Applied {
  /** Undefined when nothing in the object changed. */
  readonly object: KubeObject | undefined
}

const without = (type: FieldType, object: KubeObject, set: FieldSet): KubeObject =>
  removeFields(type, object, set) as KubeObject

/** Gives back to `pruned` what of `merged` is owned in a version. */
const withOwned = (
  versions: Versions,
  apiVersion: string,
  objects: { readonly merged: KubeObject; readonly pruned: KubeObject },
  owned: FieldSet,
): { readonly merged: KubeObject; readonly pruned: KubeObject } => {
  const converted = unlessMissing(() => ({
    type: versions.typeOf(apiVersion),
    merged: versions.convert(objects.merged, apiVersion),
    pruned: versions.convert(objects.pruned, apiVersion),
  }))
  if (converted === undefined) return objects
  const { type, merged, pruned } = converted
  const named = (set: FieldSet): FieldSet => withNamedFields(type, set)
  const kept = named(fieldSetOf(type, pruned)).union(named(owned))
  return { merged, pruned: without(type, merged, named(fieldSetOf(type, merged)).difference(kept)) }
}

/** Takes away what the manager applied last time, not this time, and nobody else owns. */
const pruned = (
  versions: Versions,
  managers: Managers,
  merged: KubeObject,
  last: ManagerEntry | undefined,
): KubeObject => {
  if (last === undefined || last.set.isEmpty) return merged
  const { apiVersion } = last
  const inVersion = unlessMissing(() => ({
    type: versions.typeOf(apiVersion),
    merged: versions.convert(merged, apiVersion),
  }))
  if (inVersion === undefined) return merged
  const { type } = inVersion
  const named = (set: FieldSet): FieldSet => withNamedFields(type, set)
  const lastSet = named(last.set)
  const ownedIn = new Map<string, FieldSet>()
  for (const entry of managers.values())
    ownedIn.set(entry.apiVersion, (ownedIn.get(entry.apiVersion) ?? new FieldSet()).union(entry.set))
  let objects = { merged: inVersion.merged, pruned: without(type, inVersion.merged, lastSet) }
  // the version it was applied in goes first: another may need what was taken away
  const inOrder = [apiVersion, ...[...ownedIn.keys()].filter((version) => version !== apiVersion)]
  for (const version of inOrder) {
    const owned = ownedIn.get(version)
    if (owned !== undefined) objects = withOwned(versions, version, objects, owned)
  }
  // what was not the manager's own stays, though nobody claims it
  const left = versions.convert(objects.pruned, apiVersion)
  const gone = named(fieldSetOf(type, inVersion.merged))
    .difference(named(fieldSetOf(type, left)))
    .intersection(lastSet)
  return versions.convert(without(type, inVersion.merged, gone), versions.apiVersion)
}

/**
 * Merges a configuration into the live object on behalf of `manager`, whose key it is; `managers` become those of the
 * result. Throws ConflictError, and ListElementError for lists that are no sets or maps.
 */
export const applyConfig = (
  versions: Versions,
  managers: Managers,
  { live, config }: { readonly live: KubeObject; readonly config: KubeObject },
  { manager, key, force }: { manager: Omit<ManagerEntry, 'set'>; key: string; force: boolean },
): Applied => {
  const { apiVersion } = versions
  reconcileManagers(versions, managers)
  const type = versions.typeOf(apiVersion)
  const merged = mergeObjects(type, live, config) as KubeObject
  const last = managers.get(key)
  const set = withoutReset(fieldSetOf(type, config), versions.reset(apiVersion))
  managers.set(key, { ...manager, set })
  const object = pruned(versions, managers, merged, last)
  takeChanged(versions, managers, { old: live, next: object, except: key, force })
  const own = withoutStripped(set)
  if (own.isEmpty) managers.delete(key)
  else managers.set(key, { ...manager, time: last?.time, set: own })
  return { object: jsonEqual(live, object) ? undefined : object }
}
