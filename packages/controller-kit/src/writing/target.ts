import type { KubeObject } from '@odfmo/api-types/meta'
import type { FieldPath, PresentOptions } from '../derived/wanted.ts'
import { equal } from './equal.ts'
import { isMap, type Json } from './merge-patch.ts'

const pathOf = (path: FieldPath): readonly string[] => (typeof path === 'string' ? path.split('.') : path)

const at = (object: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((value, key) => (isMap(value) ? value[key] : undefined), object)

/** `live` with the fields of `ours` laid over it: maps merge, everything else replaces. */
const overlay = (live: Json, ours: Json): Json => {
  const merged: Record<string, unknown> = { ...live }
  for (const [key, value] of Object.entries(ours)) {
    if (value === undefined) continue
    const here = live[key]
    merged[key] = isMap(here) && isMap(value) ? overlay(here, value) : value
  }
  return merged
}

const replaceAt = (object: Json, [key = '', ...rest]: readonly string[], value: unknown): Json => {
  if (rest.length === 0) return { ...object, [key]: value }
  const inner = object[key]
  return isMap(inner) ? { ...object, [key]: replaceAt(inner, rest, value) } : object
}

/** The whole object that a `present` asks for, given the live one: what was not given stays as it is. */
export const targetOf = (live: KubeObject, ours: KubeObject, options: PresentOptions): Json =>
  (options.exact ?? [])
    .map(pathOf)
    .reduce<Json>(
      (target, path) => replaceAt(target, path, at(ours, path)),
      overlay(live as unknown as Json, ours as unknown as Json),
    )

/** The first immutable field that differs from what is wanted, for the message; undefined when none does. */
export const immutableDifference = (
  live: KubeObject,
  target: Json,
  options: PresentOptions,
): string | undefined =>
  (options.immutable ?? [])
    .map(pathOf)
    .find((path) => !equal(at(live, path), at(target, path)))
    ?.join('.')
