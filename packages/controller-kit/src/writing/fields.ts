import type { OwnerReference } from '@odfmo/api-types/meta'
import { equal } from './equal.ts'
import { fieldAt, pathOf, type FieldPath } from './field-path.ts'
import {
  conditions,
  ListEdit,
  members,
  ownerReferences,
  type EditContext,
  type GivenCondition,
} from './list-edit.ts'
import { isMap, type Json } from './merge-patch.ts'
import { own, setOwn } from './own.ts'

/**
 * Any part of an object. What is not named stays as it is; null takes a field away; maps merge; lists replace,
 * except finalizers, owner references and conditions, and where a `ListEdit` is given.
 */
export type Fields<T> = T extends readonly (infer E)[]
  ? readonly E[] | ListEdit
  : T extends object
    ? { readonly [K in keyof T]?: Fields<T[K]> | null }
    : T

/** How the given fields are laid over the live object. */
export interface FieldsOptions {
  /** Maps and lists that are wholly ours: what is there and not given goes, e.g. `['data']`. */
  readonly exact?: readonly FieldPath[]
}

interface Laying extends FieldsOptions {
  readonly nowMs: number
}

/** Lists of every object in which several have entries. */
const sharedLists = new Map<string, (given: readonly never[]) => ListEdit>([
  ['metadata.finalizers', (add: readonly string[]) => members({ add })],
  ['metadata.ownerReferences', (set: readonly OwnerReference[]) => ownerReferences({ set })],
  ['status.conditions', (set: readonly GivenCondition[]) => conditions({ set })],
])

/** The server drops them when they are empty: there is no difference. */
const absentWhenEmpty = new Set(['metadata.labels', 'metadata.annotations'])

/** The whole object as it should be: `live` with the fields given laid over it. Pure; neither is changed. */
export const layFields = (live: Json, given: Json, { exact = [], nowMs }: Laying): Json => {
  const exactPaths = exact.map(pathOf)
  if (exactPaths.some((path) => equal(path, ['metadata'])))
    throw new TypeError('exact: metadata is never wholly ours; name the fields in it')
  const isWhole = (path: readonly string[] | undefined): boolean =>
    exactPaths.some((known) => equal(known, path))
  const context: EditContext = { nowMs, lay: (entry, fields) => lay(entry, fields, undefined, false) }

  /** `path`: undefined inside lists, where no path leads. `isExact`: what is not given goes. */
  const lay = (here: Json, fields: Json, path: readonly string[] | undefined, isExact: boolean): Json => {
    const result: Record<string, unknown> = isExact ? {} : { ...here }
    for (const [key, value] of Object.entries(fields)) {
      const below = path === undefined ? undefined : [...path, key]
      const exactHere = isExact || isWhole(below)
      const laid = value === undefined ? undefined : valueOf(own(here, key), value, below, exactHere)
      if (laid !== undefined) setOwn(result, key, laid)
      else if (value !== undefined) delete result[key]
    }
    return result
  }

  /** Undefined: it should not be there. */
  const valueOf = (
    here: unknown,
    value: unknown,
    path: readonly string[] | undefined,
    isExact: boolean,
  ): unknown => {
    if (value === null) return undefined
    const edit = value instanceof ListEdit ? value : isExact ? undefined : sharedListEdit(path, value)
    if (edit !== undefined) {
      const list = edit.of(Array.isArray(here) ? here : [], context)
      return list.length === 0 && !Array.isArray(here) ? undefined : list
    }
    if (!isMap(value)) return value
    const inner = lay(isMap(here) ? here : {}, value, path, isExact)
    if (isMap(here) || Object.keys(inner).length > 0) return inner
    // Nothing is there, and nothing was given but what should not be: not a reason to make an empty map.
    const onlyRemoves = Object.keys(value).length > 0 || isWhole(path)
    return onlyRemoves || absentWhenEmpty.has(path?.join('.') ?? '') ? here : inner
  }

  const laid = lay(live, given, [], false)
  return exactPaths.filter((path) => fieldAt(given, path) === undefined).reduce(without, laid)
}

const sharedListEdit = (path: readonly string[] | undefined, value: unknown): ListEdit | undefined =>
  Array.isArray(value) ? sharedLists.get(path?.join('.') ?? '')?.(value as never[]) : undefined

const without = (object: Json, [key = '', ...rest]: readonly string[]): Json => {
  const inner = own(object, key)
  if (rest.length > 0) return isMap(inner) ? { ...object, [key]: without(inner, rest) } : object
  const { [key]: _, ...others } = object
  return others
}
