import type { KubeObject } from '../kube-object.ts'
import { compareObjects } from './compare-objects.ts'
import type { Comparison } from './compare-objects.ts'
import { ConflictError } from './conflict.ts'
import type { Conflict } from './conflict.ts'
import { FieldSet } from './field-set.ts'
import type { Managers } from './manager-entry.ts'
import { reconciledSet } from './reconcile-set.ts'
import { unlessMissing } from './versions.ts'
import type { Versions } from './versions.ts'

/** Never owned: they are of all objects, or the server's own. */
const stripped = FieldSet.of(
  ['f:apiVersion'],
  ['f:kind'],
  ['f:metadata'],
  ...[
    'name',
    'namespace',
    'creationTimestamp',
    'selfLink',
    'uid',
    'clusterName',
    'generation',
    'managedFields',
    'resourceVersion',
  ].map((field) => ['f:metadata', `f:${field}`]),
)

export const withoutStripped = (set: FieldSet): FieldSet => set.difference(stripped)

export const withoutReset = (set: FieldSet, reset: FieldSet | undefined): FieldSet =>
  reset === undefined ? set : set.without(reset)

/** How the object changes in a version, as far as the request may change it. */
const compared = (versions: Versions, apiVersion: string, old: KubeObject, next: KubeObject): Comparison => {
  const type = versions.typeOf(apiVersion)
  const { added, modified, removed } = compareObjects(
    type,
    versions.convert(old, apiVersion),
    versions.convert(next, apiVersion),
  )
  const reset = versions.reset(apiVersion)
  return {
    added: withoutReset(added, reset),
    modified: withoutReset(modified, reset),
    removed: withoutReset(removed, reset),
  }
}

/** Sets of before a change of the schema become those of the schema; versions that are gone go. */
export const reconcileManagers = (versions: Versions, managers: Managers): void => {
  for (const [key, entry] of managers) {
    const type = unlessMissing(() => versions.typeOf(entry.apiVersion))
    if (type === undefined) managers.delete(key)
    else {
      const set = reconciledSet(type, entry.set)
      if (set !== entry.set) managers.set(key, { ...entry, set })
    }
  }
}

/**
 * Takes what changed from all managers but one, and what is gone; who has nothing left goes. Throws ConflictError when
 * somebody else owns what changed and `force` is not set. Answers the change in the request's version.
 */
export const takeChanged = (
  versions: Versions,
  managers: Managers,
  { old, next, except, force }: { old: KubeObject; next: KubeObject; except: string; force: boolean },
): Comparison => {
  const own = compared(versions, versions.apiVersion, old, next)
  const known = new Map<string, Comparison | undefined>([[versions.apiVersion, own]])
  const comparisonIn = (apiVersion: string): Comparison | undefined => {
    if (!known.has(apiVersion))
      known.set(
        apiVersion,
        unlessMissing(() => compared(versions, apiVersion, old, next)),
      )
    return known.get(apiVersion)
  }
  const conflicts: Conflict[] = []
  const left: Managers = new Map()
  for (const [key, entry] of managers) {
    if (key === except) {
      left.set(key, entry)
      continue
    }
    const comparison = comparisonIn(entry.apiVersion)
    if (comparison === undefined) continue
    const taken = entry.set.intersection(comparison.modified.union(comparison.added))
    for (const path of taken.paths()) conflicts.push({ owner: entry, path })
    const set = entry.set.difference(taken).difference(comparison.removed)
    if (!set.isEmpty) left.set(key, set === entry.set ? entry : { ...entry, set })
  }
  if (!force && conflicts.length > 0) throw new ConflictError(conflicts)
  managers.clear()
  for (const [key, entry] of left) managers.set(key, entry)
  return own
}

/** What an update makes its own. */
export const updatedSet = (
  versions: Versions,
  managers: Managers,
  old: KubeObject,
  next: KubeObject,
): FieldSet => {
  reconcileManagers(versions, managers)
  const { added, modified } = takeChanged(versions, managers, { old, next, except: '', force: true })
  return withoutStripped(modified.union(added))
}
