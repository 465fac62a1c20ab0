import { isMap } from './merge-patch.ts'
import { own } from './own.ts'

/** A dotted path of field names, `data` or `spec.template`; names with dots are given as a list. */
export type FieldPath = string | readonly string[]

export const pathOf = (path: FieldPath): readonly string[] =>
  typeof path === 'string' ? path.split('.') : path

export const fieldAt = (object: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((value, key) => (isMap(value) ? own(value, key) : undefined), object)
