import * as z from 'zod'
import { isObject } from './default-mirror-peer.ts'
import { jsonPath, shown, type MirrorPeerWarning } from './problem.ts'
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
  walk(specFields, mirrorPeer['spec'], ['spec'], tell)
  return count > mostTold ? [...told, more(count - mostTold)] : told
}

/** The spec without them, the same one where there are none; what is there is not judged. */
export const prunedSpec = (spec: unknown): unknown => pruned(specFields, spec)

/** As it is, where it is a name that a field could have. */
const nameOf = (path: readonly PropertyKey[]): string => {
  const name = String(path.at(-1))
  return /^[\w$.-]{1,60}$/.test(name) ? name : shown(name)
}

const unknownField = (path: readonly PropertyKey[]): MirrorPeerWarning => ({
  path: jsonPath(path),
  code: 'UnknownField',
  message: `a MirrorPeer has no field ${nameOf(path)} here: it is dropped`,
})

const more = (count: number): MirrorPeerWarning => ({
  path: '',
  code: 'UnknownField',
  count,
  message: `a MirrorPeer does not have ${count} more of these fields: they are dropped`,
})

type Tell = (path: readonly PropertyKey[], name: string) => void

/** What a schema says of fields: those of an object, or of each entry of a list; undefined for what has none. */
type Fields =
  | { readonly of: 'object'; readonly members: ReadonlyMap<string, Fields> }
  | { readonly of: 'list'; readonly entry: Fields }
  | undefined

const fieldsOf = (schema: unknown): Fields => {
  if (schema instanceof z.ZodDefault) return fieldsOf(schema.unwrap())
  if (schema instanceof z.ZodArray) {
    const entry = fieldsOf(schema.element)
    return entry === undefined ? undefined : { of: 'list', entry }
  }
  if (!(schema instanceof z.ZodObject)) return undefined
  const members = Object.entries(schema.shape).map(([name, member]) => [name, fieldsOf(member)] as const)
  return { of: 'object', members: new Map(members) }
}

/** Read off the schema once: to ask it at every value took a third of a judgement. */
const specFields = fieldsOf(mirrorPeerSpecSchema)

/** Tells of each field that is not known. */
const walk = (of: Fields, value: unknown, path: readonly PropertyKey[], tell: Tell): void => {
  if (of === undefined) return
  if (of.of === 'list') {
    if (Array.isArray(value)) value.forEach((item, i) => walk(of.entry, item, [...path, i], tell))
    return
  }
  if (!isObject(value)) return
  for (const name of Object.keys(value)) {
    if (!of.members.has(name)) tell(path, name)
    else if (of.members.get(name) !== undefined)
      walk(of.members.get(name), value[name], [...path, name], tell)
  }
}

/** The value without fields that are not known. */
const pruned = (of: Fields, value: unknown): unknown => {
  if (of === undefined) return value
  if (of.of === 'list') {
    if (!Array.isArray(value)) return value
    const entries = value.map((entry) => pruned(of.entry, entry))
    return entries.every((entry, i) => entry === value[i]) ? value : entries
  }
  if (!isObject(value)) return value
  const known: [string, unknown][] = []
  let isWhole = true
  for (const [name, member] of of.members) {
    if (!Object.hasOwn(value, name)) continue
    const kept = pruned(member, value[name])
    isWhole &&= kept === value[name]
    known.push([name, kept])
  }
  return isWhole && known.length === Object.keys(value).length ? value : Object.fromEntries(known)
}
