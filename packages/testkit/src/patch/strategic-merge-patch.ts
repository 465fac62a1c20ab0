import { clone, isJsonObject, jsonEqual } from '../kube-object.ts'
import { mergeRuleOf } from './merge-keys.ts'

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

/** Sorts what the client knows in its order; what only the server knows keeps its place behind its predecessor. */
const ordered = <T>(items: readonly T[], order: readonly unknown[], keyOf: (item: T) => unknown): T[] => {
  const rank = (item: T): number => order.findIndex((wanted) => jsonEqual(wanted, keyOf(item)))
  const known = items.filter((item) => rank(item) >= 0).sort((left, right) => rank(left) - rank(right))
  const result = [...known]
  for (const [at, item] of items.entries()) {
    if (rank(item) >= 0) continue
    const before = items.slice(0, at).at(-1)
    const position = before === undefined ? 0 : result.indexOf(before) + 1
    result.splice(position, 0, item)
  }
  return result
}

const mergeKeyedList = (
  target: readonly unknown[],
  patch: readonly unknown[],
  key: string,
  path: string,
): unknown[] => {
  if (patch.some((item) => isJsonObject(item) && item['$patch'] === 'replace'))
    return withoutDirectives(patch) as unknown[]
  const result = [...target]
  for (const item of patch) {
    if (!isJsonObject(item))
      throw new StrategicPatchError(`${path}: expected a list of objects to merge by ${key}`)
    const value = item[key]
    if (value === undefined)
      throw new StrategicPatchError(
        `map: ${JSON.stringify(item)} does not contain declared merge key: ${key}`,
      )
    const at = result.findIndex((known) => isJsonObject(known) && jsonEqual(known[key], value))
    if (item['$patch'] === 'delete') {
      if (at >= 0) result.splice(at, 1)
    } else if (at >= 0) result[at] = mergeMap(result[at], item, path)
    else result.push(withoutDirectives(item))
  }
  return result
}

const mergeList = (target: unknown, patch: readonly unknown[], path: string): unknown => {
  const rule = mergeRuleOf(path)
  const list = Array.isArray(target) ? (target as unknown[]) : []
  switch (rule.kind) {
    case 'replace':
      return withoutDirectives(patch)
    case 'set':
      return [...list, ...patch.filter((item) => !list.some((known) => jsonEqual(known, item)))]
    case 'keyed':
      return mergeKeyedList(list, patch, rule.key, path)
  }
}

const mergeMap = (target: unknown, patch: Record<string, unknown>, path: string): unknown => {
  const directive = patch['$patch']
  if (directive === 'replace') return withoutDirectives(patch)
  if (directive === 'delete') return {}
  if (directive !== undefined && directive !== 'merge')
    throw new StrategicPatchError(`unknown patch type: ${JSON.stringify(directive)}`)
  const merged: Record<string, unknown> = isJsonObject(target) ? { ...target } : {}
  const retained = patch['$retainKeys']
  if (Array.isArray(retained))
    for (const field of Object.keys(merged)) if (!retained.includes(field)) delete merged[field]
  for (const [field, value] of Object.entries(patch)) {
    const at = `${path}.${field}`
    if (field.startsWith(deletePrefix)) {
      const name = field.slice(deletePrefix.length)
      const gone = Array.isArray(value) ? value : []
      const list = merged[name]
      if (Array.isArray(list))
        merged[name] = list.filter((item) => !gone.some((wanted) => jsonEqual(wanted, item)))
    } else if (isDirective(field)) continue
    else if (value === null) delete merged[field]
    else if (Array.isArray(value)) merged[field] = mergeList(merged[field], value, at)
    else if (isJsonObject(value))
      merged[field] =
        isJsonObject(merged[field]) || value['$patch'] !== undefined
          ? mergeMap(merged[field], value, at)
          : withoutDirectives(value)
    else merged[field] = value
  }
  for (const [field, order] of Object.entries(patch)) {
    if (!field.startsWith(orderPrefix) || !Array.isArray(order)) continue
    const name = field.slice(orderPrefix.length)
    const list = merged[name]
    if (!Array.isArray(list)) continue
    const rule = mergeRuleOf(`${path}.${name}`)
    const keyed =
      rule.kind === 'keyed'
        ? (item: unknown): unknown => (isJsonObject(item) ? { [rule.key]: item[rule.key] } : item)
        : (item: unknown) => item
    merged[name] = ordered(list as unknown[], order, keyed)
  }
  return merged
}

/**
 * Strategic merge patch of built-in kinds: lists are merged by the keys of their types. Changes nothing in `target`;
 * throws StrategicPatchError.
 */
export const strategicMergePatch = (target: unknown, patch: unknown): unknown => {
  if (!isJsonObject(patch)) throw new StrategicPatchError('a strategic merge patch must be an object')
  return mergeMap(target, patch, '')
}
