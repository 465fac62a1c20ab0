import { clone, isJsonObject, jsonEqual } from '../kube-object.ts'

/** A patch that cannot be read (`malformed`) or cannot be applied to this document. */
export class JsonPatchError extends Error {
  override readonly name = 'JsonPatchError'
  readonly isMalformed: boolean

  constructor(message: string, isMalformed = false) {
    super(message)
    this.isMalformed = isMalformed
  }
}

interface Operation {
  readonly op: string
  readonly path: readonly string[]
  readonly from?: readonly string[]
  readonly value?: unknown
}

const readPointer = (pointer: unknown, field: string): string[] => {
  if (typeof pointer !== 'string' || (pointer !== '' && !pointer.startsWith('/'))) {
    throw new JsonPatchError(`${field} must be a JSON pointer, came ${JSON.stringify(pointer)}`, true)
  }
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
}

const operations = new Set(['add', 'remove', 'replace', 'move', 'copy', 'test'])

const readOperation = (value: unknown): Operation => {
  if (!isJsonObject(value) || typeof value['op'] !== 'string' || !operations.has(value['op'])) {
    throw new JsonPatchError(`unexpected operation ${JSON.stringify(value)}`, true)
  }
  const { op } = value
  const path = readPointer(value['path'], 'path')
  if (op === 'move' || op === 'copy') return { op, path, from: readPointer(value['from'], 'from') }
  return { op, path, value: value['value'] ?? null }
}

const indexIn = (list: readonly unknown[], part: string, forAdding: boolean): number => {
  if (part === '-' && forAdding) return list.length
  const index = /^(?:0|[1-9]\d*)$/.test(part) ? Number(part) : Number.NaN
  if (Number.isNaN(index) || index > list.length - (forAdding ? 0 : 1))
    throw new JsonPatchError(`index ${part} is out of bounds`)
  return index
}

const shownPath = (path: readonly string[]): string => `/${path.join('/')}`

const parentOf = (document: unknown, path: readonly string[]): unknown => {
  let at = document
  for (const part of path.slice(0, -1)) at = childOf(at, part, path)
  return at
}

const childOf = (parent: unknown, part: string, path: readonly string[]): unknown => {
  if (Array.isArray(parent)) return parent[indexIn(parent, part, false)] as unknown
  if (isJsonObject(parent) && Object.hasOwn(parent, part)) return parent[part]
  throw new JsonPatchError(`path ${shownPath(path)} does not exist`)
}

const valueAt = (document: unknown, path: readonly string[]): unknown => {
  let at = document
  for (const part of path) at = childOf(at, part, path)
  return at
}

const add = (document: unknown, path: readonly string[], value: unknown): unknown => {
  const part = path.at(-1)
  if (part === undefined) return value
  const parent = parentOf(document, path)
  if (Array.isArray(parent)) parent.splice(indexIn(parent, part, true), 0, value)
  else if (isJsonObject(parent)) parent[part] = value
  else throw new JsonPatchError(`add operation does not apply: doc is missing path: ${shownPath(path)}`)
  return document
}

const remove = (document: unknown, path: readonly string[]): unknown => {
  const part = path.at(-1)
  if (part === undefined) throw new JsonPatchError('the whole document cannot be removed')
  const parent = parentOf(document, path)
  childOf(parent, part, path)
  if (Array.isArray(parent)) parent.splice(indexIn(parent, part, false), 1)
  else if (isJsonObject(parent)) delete parent[part]
  return document
}

const replace = (document: unknown, path: readonly string[], value: unknown): unknown => {
  const part = path.at(-1)
  if (part === undefined) return value
  const parent = parentOf(document, path)
  childOf(parent, part, path)
  if (Array.isArray(parent)) parent[indexIn(parent, part, false)] = value
  else if (isJsonObject(parent)) parent[part] = value
  return document
}

const apply = (document: unknown, { op, path, from = [], value }: Operation): unknown => {
  switch (op) {
    case 'add':
      return add(document, path, clone(value))
    case 'remove':
      return remove(document, path)
    case 'replace':
      return replace(document, path, clone(value))
    case 'copy':
      return add(document, path, clone(valueAt(document, from)))
    case 'move': {
      const moved = valueAt(document, from)
      return add(remove(document, from), path, moved)
    }
    default: {
      let found: unknown
      try {
        found = valueAt(document, path)
      } catch {
        found = undefined // a missing path equals null, as the library of the real server has it
      }
      if (!jsonEqual(found ?? null, value ?? null))
        throw new JsonPatchError(`testing value ${shownPath(path)} failed: test failed`)
      return document
    }
  }
}

/** RFC 6902. Changes nothing in `target`; throws JsonPatchError. */
export const jsonPatch = (target: unknown, patch: unknown): unknown => {
  if (!Array.isArray(patch)) throw new JsonPatchError('a JSON patch must be a list of operations', true)
  return patch
    .map(readOperation)
    .reduce<unknown>((document, operation) => apply(document, operation), clone(target))
}
