import type { KubeObject } from '@odfmo/api-types/meta'
import { equal } from './equal.ts'
import { fieldAt, pathOf, type FieldPath } from './field-path.ts'
import type { FieldsOptions } from './fields.ts'
import { isMap, type Json } from './merge-patch.ts'
import { own, setOwn } from './own.ts'

/** `live` with the fields of `ours` laid over it: maps merge, everything else replaces. */
const overlay = (live: Json, ours: Json): Json => {
  const merged: Record<string, unknown> = { ...live }
  for (const [key, value] of Object.entries(ours)) {
    if (value === undefined) continue
    const here = own(live, key)
    setOwn(merged, key, isMap(here) && isMap(value) ? overlay(here, value) : value)
  }
  return merged
}

const replaceAt = (object: Json, [key = '', ...rest]: readonly string[], value: unknown): Json => {
  if (rest.length === 0) return { ...object, [key]: value }
  const inner = own(object, key)
  return isMap(inner) ? { ...object, [key]: replaceAt(inner, rest, value) } : object
}

/** The whole object that a `present` asks for, given the live one: what was not given stays as it is. */
export const targetOf = (live: KubeObject, ours: KubeObject, { exact = [] }: FieldsOptions): Json =>
  exact
    .map(pathOf)
    .reduce<Json>(
      (target, path) => replaceAt(target, path, fieldAt(ours, path)),
      overlay(live as unknown as Json, ours as unknown as Json),
    )

/** The first immutable field that differs from what is wanted, for the message; undefined when none does. */
export const immutableDifference = (
  live: KubeObject,
  target: Json,
  { immutable = [] }: { readonly immutable?: readonly FieldPath[] },
): string | undefined =>
  immutable
    .map(pathOf)
    .find((path) => !equal(fieldAt(live, path), fieldAt(target, path)))
    ?.join('.')
