import * as z from 'zod'
import { jsonPath, type MirrorPeerWarning } from './problem.ts'
import { mirrorPeerSpecSchema } from './schema.ts'

/** Fields that a spec does not have, wherever they are: an API server drops them without a word. */
export const unknownSpecFields = (spec: unknown): readonly MirrorPeerWarning[] => {
  const found: MirrorPeerWarning[] = []
  walk(mirrorPeerSpecSchema, spec, ['spec'], (path) => found.push(unknownField(path)))
  return found
}

/** The spec without them; what is there is not judged. */
export const prunedSpec = (spec: unknown): unknown => walk(mirrorPeerSpecSchema, spec, [], () => undefined)

/** The warning about one of them. */
export const unknownField = (path: readonly PropertyKey[]): MirrorPeerWarning => ({
  path: jsonPath(path),
  code: 'UnknownField',
  message: `a MirrorPeer has no field ${String(path.at(-1))} here: it is dropped`,
})

/** The value without fields that the schema does not know; each is told. */
const walk = (
  schema: unknown,
  value: unknown,
  path: readonly PropertyKey[],
  tell: (path: readonly PropertyKey[]) => void,
): unknown => {
  if (schema instanceof z.ZodDefault) return walk(schema.unwrap(), value, path, tell)
  if (schema instanceof z.ZodArray) {
    return Array.isArray(value)
      ? value.map((item, i) => walk(schema.element, item, [...path, i], tell))
      : value
  }
  if (!(schema instanceof z.ZodObject) || typeof value !== 'object' || value === null || Array.isArray(value))
    return value
  const members = Object.entries(value).flatMap(([name, member]) => {
    const memberPath = [...path, name]
    if (Object.hasOwn(schema.shape, name)) return [[name, walk(schema.shape[name], member, memberPath, tell)]]
    tell(memberPath)
    return []
  })
  return Object.fromEntries(members)
}
