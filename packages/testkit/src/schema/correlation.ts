import { isJsonObject } from '../kube-object.ts'
import { identityText } from './identity-text.ts'
import type { StructuralSchema } from './structural-schema.ts'

const nothing = (): undefined => undefined

/** Tells which item of the old list an item replaces: known for lists that are maps only. */
export const correlation = (schema: StructuralSchema, old: unknown): ((item: unknown) => unknown) => {
  const keys = schema['x-kubernetes-list-map-keys']
  if (schema['x-kubernetes-list-type'] !== 'map' || keys === undefined || !Array.isArray(old)) return nothing
  const identity = (item: Record<string, unknown>): string =>
    identityText(keys.map((key) => item[key] ?? null))
  const known = new Map<string, unknown>()
  // of two with the same keys the first counts
  for (const item of old.toReversed()) if (isJsonObject(item)) known.set(identity(item), item)
  return (item) => (isJsonObject(item) ? known.get(identity(item)) : undefined)
}
