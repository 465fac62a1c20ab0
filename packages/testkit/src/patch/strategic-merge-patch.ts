import { clone, isJsonObject, ownField, setField } from '../kube-object.ts'
import { identityText } from '../schema/identity-text.ts'
import type { StructuralSchema } from '../schema/structural-schema.ts'
import { goText, goTypeOfValue } from '../go-text.ts'
import { checkOrder, inOrder, mergedList } from './merged-list.ts'
import type { MergeKey } from './merged-list.ts'
import { StrategicPatchError } from './strategic-error.ts'

type Fields = Record<string, unknown>
type Schema = StructuralSchema | undefined

const deletePrefix = '$deleteFromPrimitiveList'
const orderPrefix = '$setElementOrder'

const fieldSchema = (schema: Schema, field: string): Schema => {
  const property = ownField(schema?.properties ?? {}, field) as Schema
  if (property !== undefined) return property
  const additional = schema?.additionalProperties
  return isJsonObject(additional) ? additional : undefined
}

const keyOf = (schema: Schema): MergeKey => schema?.['x-kubernetes-patch-merge-key']

const nameBehind = (field: string, what: string): string => {
  const at = field.indexOf('/')
  if (at < 0) throw new StrategicPatchError(`invalid patch format of ${what}`, 400)
  return field.slice(at + 1)
}

/** Takes nulls out of what is new, in place. */
const dropNulls = (value: unknown): void => {
  if (Array.isArray(value)) for (const item of value) dropNulls(item)
  else if (isJsonObject(value))
    for (const [name, field] of Object.entries(value))
      if (field === null) delete value[name]
      else dropNulls(field)
}

const isDirected = (value: unknown): boolean => isJsonObject(value) && '$patch' in value

/** What of a patch is kept where there was nothing: items and fields with directives are not. In place. */
const undirected = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.filter((item) => !isDirected(item)).map(undirected)
  if (!isJsonObject(value)) return value
  for (const [name, field] of Object.entries(value))
    if (isDirected(field)) delete value[name]
    else setField(value, name, undirected(field))
  return value
}

const taken = (target: Fields, name: string, value: unknown): void => {
  dropNulls(value)
  if (isDirected(value)) delete target[name]
  else setField(target, name, undirected(value))
}

const badRetainKeys = (): StrategicPatchError =>
  new StrategicPatchError('invalid patch format of retainKeys', 400)

const retainKeys = (target: Fields, patch: Fields): void => {
  const retained = patch['$retainKeys']
  if (retained === undefined) return
  delete patch['$retainKeys']
  if (!Array.isArray(retained)) throw badRetainKeys()
  for (const [name, value] of Object.entries(patch)) {
    const isDirective = name.startsWith(deletePrefix) || name.startsWith(orderPrefix)
    if (value !== null && !isDirective && !retained.includes(name)) throw badRetainKeys()
  }
  for (const name of Object.keys(target)) if (!retained.includes(name)) delete target[name]
}

const listIn = (fields: Fields, name: string): unknown[] | undefined => {
  const value = ownField(fields, name)
  if (value === undefined || Array.isArray(value)) return value
  throw new StrategicPatchError(
    `expected a []interface {}, but received a ${value === null ? '%!s(<nil>)' : goTypeOfValue(value)}`,
  )
}

/** Merges the lists that an order is given for, and puts them in it. */
const putInOrder = (target: Fields, patch: Fields, schema: Schema): void => {
  for (const directive of Object.keys(patch).filter((name) => name.startsWith(orderPrefix))) {
    const wanted = listIn(patch, directive) ?? []
    delete patch[directive]
    const name = nameBehind(directive, 'setElementOrder list')
    const before = listIn(target, name)
    const sent = listIn(patch, name)
    const field = fieldSchema(schema, name)
    const key = keyOf(field)
    if (sent !== undefined) checkOrder(sent, wanted, key)
    if (before === undefined && sent === undefined) continue
    if ((before?.length ?? 0) + (sent?.length ?? 0) === 0)
      throw new StrategicPatchError('no elements in any of the given slices')
    const merged =
      before === undefined
        ? (undirected(sent) as unknown[])
        : sent === undefined
          ? before
          : mergedField(before, sent, field)
    target[name] = inOrder(merged, { wanted, before: before ?? [], key })
    delete patch[name]
  }
}

const mergedField = (target: unknown[], patch: unknown[], schema: Schema): unknown[] => {
  if (schema?.['x-kubernetes-patch-strategy'] !== 'merge') return patch
  if (target.length === 0 && patch.length === 0) return target
  return mergedList(target, patch, { key: keyOf(schema), schema: schema.items, mergeMap })
}

/** Items that are no objects, taken out of a list. */
const deleteFrom = (target: Fields, directive: string, gone: unknown): void => {
  const name = nameBehind(directive, 'primitive list')
  if (gone === null) {
    delete target[name]
    return
  }
  const list = target[name]
  if (!Array.isArray(list) || !Array.isArray(gone)) return
  const taken = new Set(gone.map(identityText))
  target[name] = list.filter((item) => !taken.has(identityText(item)))
}

const mergeMap = (target: Fields, patch: Fields, schema: Schema): Fields => {
  const directive = patch['$patch']
  if (directive === 'replace') {
    delete patch['$patch']
    return patch
  }
  if (directive === 'delete') return {}
  if (directive !== undefined)
    throw new StrategicPatchError(`unknown patch type: ${goText(directive)} in map: ${goText(patch)}`)
  retainKeys(target, patch)
  putInOrder(target, patch, schema)
  for (const [name, value] of Object.entries(patch)) {
    const before = ownField(target, name)
    if (name.startsWith(deletePrefix)) deleteFrom(target, name, value)
    else if (value === null) delete target[name]
    else if (isJsonObject(before) && isJsonObject(value))
      setField(target, name, mergeMap(before, value, fieldSchema(schema, name)))
    else if (Array.isArray(before) && Array.isArray(value))
      setField(target, name, mergedField(before, value, fieldSchema(schema, name)))
    else taken(target, name, value)
  }
  return target
}

/**
 * Strategic merge patch of built-in kinds: lists are merged as the schema of their type says. Changes nothing in
 * `target`, but takes out of `patch` what it has obeyed; throws StrategicPatchError.
 */
export const strategicMergePatch = (target: Fields, patch: Fields, schema: Schema): Fields =>
  mergeMap(clone(target), patch, schema)
