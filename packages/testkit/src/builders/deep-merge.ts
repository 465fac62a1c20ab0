import { refuseOption } from '../check-option.ts'
import { isJsonObject, textAt } from '../kube-object.ts'

/** Any part of an object, at any depth; lists are given whole. */
export type Overrides<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { readonly [Field in keyof T]?: Overrides<T[Field]> | undefined }
    : T

/** `defaults` with `overrides` in it: objects are merged, lists and texts replaced, `undefined` takes a field away. Throws a TypeError for overrides that are no object. */
export const deepMerge = <T extends object>(defaults: T, overrides: Overrides<T>): T => {
  if (!isJsonObject(overrides))
    refuseOption(
      textAt(defaults, 'kind') || 'overrides',
      'an object, like { metadata: { name: "a" } }',
      overrides,
    )
  const merged: Record<string, unknown> = { ...(defaults as Record<string, unknown>) }
  for (const [field, value] of Object.entries(overrides)) {
    const old = merged[field]
    if (value === undefined) delete merged[field]
    else merged[field] = isJsonObject(value) && isJsonObject(old) ? deepMerge(old, value) : value
  }
  return merged as T
}
