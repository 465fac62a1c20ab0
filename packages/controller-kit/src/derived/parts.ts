import type { DeepReadonly, KubeObject } from '@odfmo/api-types/meta'
import { equal } from '../writing/equal.ts'
import { own } from '../writing/own.ts'
import type { Part } from './world.ts'

/** A set of parts as bits: a reader's interest, or what an event changed. */
export type PartMask = number

const bits: Record<Part, PartMask> = { spec: 1, meta: 2, status: 4 }

export const allParts: PartMask = 7

export const maskOf = (parts: readonly Part[]): PartMask => parts.reduce((mask, part) => mask | bits[part], 0)

/** The parts a mask has, for people. */
export const partsOf = (mask: PartMask): readonly Part[] =>
  (['spec', 'meta', 'status'] as const).filter((part) => (mask & bits[part]) !== 0)

/** Move with every write and say nothing by themselves. */
const silentMetadata = new Set(['resourceVersion', 'managedFields'])

type Fields = Readonly<Record<string, unknown>>

const sameFields = (a: Fields, b: Fields, ignored: (key: string) => boolean): boolean => {
  for (const key in a) if (!ignored(key) && !equal(a[key], own(b, key))) return false
  for (const key in b) if (!ignored(key) && b[key] !== undefined && own(a, key) === undefined) return false
  return true
}

const notSpec = (key: string): boolean =>
  key === 'metadata' || key === 'status' || key === 'kind' || key === 'apiVersion'

/** Which parts differ between two states of one object; all when it came, went, or is another of the same name. */
export const changedParts = (
  old: DeepReadonly<KubeObject> | undefined,
  object: DeepReadonly<KubeObject> | undefined,
): PartMask => {
  if (old === undefined || object === undefined || old.metadata.uid !== object.metadata.uid) return allParts
  const before = old as unknown as Fields
  const after = object as unknown as Fields
  return (
    (sameFields(before, after, notSpec) ? 0 : bits.spec) |
    (sameFields(old.metadata, object.metadata, (key) => silentMetadata.has(key)) ? 0 : bits.meta) |
    (equal(before['status'], after['status']) ? 0 : bits.status)
  )
}
