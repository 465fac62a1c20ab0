import * as z from 'zod'
import { isObject } from './default-mirror-peer.ts'
import { jsonPath, type MirrorPeerWarning } from './problem.ts'
import { mirrorPeerSpecSchema } from './schema.ts'

const fields: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata', 'spec', 'status'])

/** A review can hold a quarter of a million, and to put each into words takes a second in which all others wait. */
const mostTold = 100

/** Fields that a MirrorPeer and its spec do not have, wherever they are: an API server drops them without a word. */
export const unknownFields = (
  mirrorPeer: Readonly<Record<string, unknown>>,
): readonly MirrorPeerWarning[] => {
  const told: MirrorPeerWarning[] = []
  let count = 0
  const tell: Tell = (path, name) => {
    count++
    if (count <= mostTold) told.push(unknownField([...path, name]))
  }
  for (const name of Object.keys(mirrorPeer)) if (!fields.has(name)) tell([], name)
  walk(mirrorPeerSpecSchema, mirrorPeer['spec'], ['spec'], tell)
  return count > mostTold ? [...told, more(count - mostTold)] : told
}

/** The spec without them; what is there is not judged. */
export const prunedSpec = (spec: unknown): unknown => pruned(mirrorPeerSpecSchema, spec)

const unknownField = (path: readonly PropertyKey[]): MirrorPeerWarning => ({
  path: jsonPath(path),
  code: 'UnknownField',
  message: `a MirrorPeer has no field ${String(path.at(-1))} here: it is dropped`,
})

const more = (count: number): MirrorPeerWarning => ({
  path: '',
  code: 'UnknownField',
  count,
  message: `a MirrorPeer does not have ${count} more of these fields: they are dropped`,
})

type Tell = (path: readonly PropertyKey[], name: string) => void

/** Tells of each field that the schema does not know. */
const walk = (schema: unknown, value: unknown, path: readonly PropertyKey[], tell: Tell): void => {
  if (schema instanceof z.ZodDefault) return walk(schema.unwrap(), value, path, tell)
  if (schema instanceof z.ZodArray) {
    if (!Array.isArray(value) || !hasFields(schema.element)) return
    return value.forEach((item, i) => walk(schema.element, item, [...path, i], tell))
  }
  if (!(schema instanceof z.ZodObject) || !isObject(value)) return
  for (const name of Object.keys(value)) {
    if (Object.hasOwn(schema.shape, name)) walk(schema.shape[name], value[name], [...path, name], tell)
    else tell(path, name)
  }
}

/** The value without fields that the schema does not know. */
const pruned = (schema: unknown, value: unknown): unknown => {
  if (schema instanceof z.ZodDefault) return pruned(schema.unwrap(), value)
  if (schema instanceof z.ZodArray) {
    return Array.isArray(value) && hasFields(schema.element)
      ? value.map((item) => pruned(schema.element, item))
      : value
  }
  if (!(schema instanceof z.ZodObject) || !isObject(value)) return value
  const known = Object.keys(schema.shape).filter((name) => Object.hasOwn(value, name))
  return Object.fromEntries(known.map((name) => [name, pruned(schema.shape[name], value[name])]))
}

const hasFields = (schema: unknown): boolean => schema instanceof z.ZodObject
