import { isJsonObject, jsonEqual } from '../kube-object.ts'

type Fields = Readonly<Record<string, unknown>>

/**
 * The JSON merge patch that brings the fields of `wanted` into `live`: only those that differ, `undefined` when
 * none does. Fields that `wanted` does not have are left alone; `null` takes a field away; lists are compared whole.
 */
export const smallestPatch = (live: unknown, wanted: Fields): Record<string, unknown> | undefined => {
  const patch: Record<string, unknown> = {}
  for (const [field, value] of Object.entries(wanted)) {
    if (value === undefined) continue
    const old = isJsonObject(live) ? live[field] : undefined
    if (value === null) {
      if (old !== undefined && old !== null) patch[field] = null
    } else if (isJsonObject(value) && isJsonObject(old)) {
      const inner = smallestPatch(old, value)
      if (inner !== undefined) patch[field] = inner
    } else if (!jsonEqual(old, value)) patch[field] = value
  }
  return Object.keys(patch).length === 0 ? undefined : patch
}
