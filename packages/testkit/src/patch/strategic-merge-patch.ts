import { clone, isJsonObject, jsonEqual } from '../kube-object.ts'
import type { StructuralSchema } from '../schema/structural-schema.ts'

/** A patch with directives that cannot be understood. */
export class StrategicPatchError extends Error {
  override readonly name = 'StrategicPatchError'
}

const deletePrefix = '$deleteFromPrimitiveList/'
const orderPrefix = '$setElementOrder/'

const isDirective = (field: string): boolean =>
  field === '$patch' ||
  field === '$retainKeys' ||
  field.startsWith(deletePrefix) ||
  field.startsWith(orderPrefix)

const withoutDirectives = (value: unknown): unknown => {
  if (Array.isArray(value)) {
    return value
      .filter((item) => !(isJsonObject(item) && item['$patch'] !== undefined))
      .map(withoutDirectives)
  }
  if (!isJsonObject(value)) return clone(value)
  return Object.fromEntries(
    Object.entries(value)
      .filter(([field, inner]) => !isDirective(field) && inner !== null)
      .map(([field, inner]) => [field, withoutDirectives(inner)]),
  )
}

const fieldSchema = (schema: StructuralSchema | undefined, field: string): StructuralSchema | undefined => {
  const property = schema?.properties?.[field]
  if (property !== undefined) return property
  const additional = schema?.additionalProperties
  return isJsonObject(additional) ? additional : undefined
}

/** What tells the items of a merged list apart: its merge key, or the item itself. */
const identityIn = (schema: StructuralSchema | undefined): ((item: unknown) => unknown) => {
  const key = schema?.['x-kubernetes-patch-merge-key']
  return key === undefined ? (item) => item : (item) => (isJsonObject(item) ? item[key] : item)
}

/** The items in the order the client wants; what only the server knows keeps its place behind its neighbour. */
const ordered = (items: readonly unknown[], rankOf: (item: unknown) => number): unknown[] => {
  const result = items.filter((item) => rankOf(item) >= 0).sort((left, right) => rankOf(left) - rankOf(right))
  for (const [at, item] of items.entries()) {
    if (rankOf(item) >= 0) continue
    result.splice(at === 0 ? 0 : result.indexOf(items[at - 1]) + 1, 0, item)
  }
  return result
}

const mergeKeyedList = (
  target: readonly unknown[],
  patch: readonly unknown[],
  schema: StructuralSchema,
  key: string,
): unknown[] => {
  if (patch.some((item) => isJsonObject(item) && item['$patch'] === 'replace'))
    return withoutDirectives(patch) as unknown[]
  const result = [...target]
  for (const item of patch) {
    if (!isJsonObject(item)) throw new StrategicPatchError(`expected a list of objects to merge by ${key}`)
    const value = item[key]
    if (value === undefined) {
      throw new StrategicPatchError(
        `map: ${JSON.stringify(item)} does not contain declared merge key: ${key}`,
      )
    }
    const at = result.findIndex((known) => isJsonObject(known) && jsonEqual(known[key], value))
    if (item['$patch'] === 'delete') {
      if (at >= 0) result.splice(at, 1)
    } else if (at >= 0) result[at] = mergeMap(result[at], item, schema.items)
    else result.push(withoutDirectives(item))
  }
  return result
}

const mergeList = (
  target: unknown,
  patch: readonly unknown[],
  schema: StructuralSchema | undefined,
): unknown => {
  if (schema?.['x-kubernetes-patch-strategy'] !== 'merge') return withoutDirectives(patch)
  const list = Array.isArray(target) ? (target as unknown[]) : []
  const key = schema['x-kubernetes-patch-merge-key']
  if (key !== undefined) return mergeKeyedList(list, patch, schema, key)
  return [...list, ...patch.filter((item) => !list.some((known) => jsonEqual(known, item)))]
}

const mergeField = (target: unknown, patch: unknown, schema: StructuralSchema | undefined): unknown => {
  if (Array.isArray(patch)) return mergeList(target, patch, schema)
  if (!isJsonObject(patch)) return patch
  return isJsonObject(target) || patch['$patch'] !== undefined
    ? mergeMap(target, patch, schema)
    : withoutDirectives(patch)
}

/** The lists beside the directives that are named after them: items taken out, items put in order. */
const applyListDirectives = (
  merged: Record<string, unknown>,
  patch: Record<string, unknown>,
  schema: StructuralSchema | undefined,
): void => {
  for (const [field, value] of Object.entries(patch)) {
    const prefix = [deletePrefix, orderPrefix].find((start) => field.startsWith(start))
    if (prefix === undefined || !Array.isArray(value)) continue
    const name = field.slice(prefix.length)
    const list = merged[name]
    if (!Array.isArray(list)) continue
    if (prefix === deletePrefix) {
      merged[name] = list.filter((item) => !value.some((gone) => jsonEqual(gone, item)))
    } else {
      const identity = identityIn(fieldSchema(schema, name))
      merged[name] = ordered(list, (item) =>
        value.findIndex((wanted) => jsonEqual(identity(wanted), identity(item))),
      )
    }
  }
}

const mergeMap = (
  target: unknown,
  patch: Record<string, unknown>,
  schema: StructuralSchema | undefined,
): unknown => {
  const directive = patch['$patch']
  if (directive === 'replace') return withoutDirectives(patch)
  if (directive === 'delete') return {}
  if (directive !== undefined && directive !== 'merge') {
    throw new StrategicPatchError(`unknown patch type: ${JSON.stringify(directive)}`)
  }
  const merged: Record<string, unknown> = isJsonObject(target) ? { ...target } : {}
  const retained = patch['$retainKeys']
  if (Array.isArray(retained))
    for (const field of Object.keys(merged)) if (!retained.includes(field)) delete merged[field]
  for (const [field, value] of Object.entries(patch)) {
    if (isDirective(field)) continue
    if (value === null) delete merged[field]
    else merged[field] = mergeField(merged[field], value, fieldSchema(schema, field))
  }
  applyListDirectives(merged, patch, schema)
  return merged
}

/**
 * Strategic merge patch of built-in kinds: lists are merged as the schema of their type says. Changes nothing in
 * `target`; throws StrategicPatchError.
 */
export const strategicMergePatch = (
  target: unknown,
  patch: unknown,
  schema: StructuralSchema | undefined,
): unknown => {
  if (!isJsonObject(patch)) throw new StrategicPatchError('a strategic merge patch must be an object')
  return mergeMap(target, patch, schema)
}
