import { isJsonObject, ownField, setField } from '../kube-object.ts'

const sorted = (fields: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).sort(([left], [right]) => (left < right ? -1 : 1)))

/** What is new takes no nulls with it, but as items of lists. */
const withoutNulls = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutNulls)
  if (!isJsonObject(value)) return value
  const kept = Object.entries(value).filter(([, field]) => field !== null)
  return sorted(Object.fromEntries(kept.map(([name, field]) => [name, withoutNulls(field)])))
}

/**
 * RFC 7386: objects are merged, null removes, everything else replaces. Changes nothing in `target`. As on the real
 * server, the fields of merged objects are in the order of their names, and objects in lists lose their nulls too.
 */
export const mergePatch = (target: unknown, patch: unknown): unknown => {
  if (!isJsonObject(patch)) return withoutNulls(patch)
  if (!isJsonObject(target)) return withoutNulls(patch)
  const merged = { ...target }
  for (const [field, value] of Object.entries(patch)) {
    if (value === null) delete merged[field]
    else setField(merged, field, mergePatch(ownField(merged, field), value))
  }
  return sorted(merged)
}
