import { isJsonObject } from '../kube-object.ts'
import { FieldSet } from './field-set.ts'
import { canonicalElement, compareElements } from './path-element.ts'
import type { PathElement } from './path-element.ts'

/** `{"f:metadata":{"f:labels":{".":{},"f:app":{}}}}`: `.` says that the element is in the set, and not only what is below it. */
export interface FieldsV1 {
  [element: string]: FieldsV1
}

/** A set as managedFields have it, its elements in order. */
export const fieldsOf = (set: FieldSet): FieldsV1 => {
  const elements = [...new Set([...set.members, ...set.children.keys()])]
  if (elements.length > 1) {
    // names are in order as they are written
    if (elements.every((element) => element.startsWith('f:'))) elements.sort()
    else elements.sort(compareElements)
  }
  const fields: FieldsV1 = {}
  for (const element of elements) {
    const below = set.children.get(element)
    if (below === undefined) fields[element] = {}
    else if (set.members.has(element)) fields[element] = { '.': {}, ...fieldsOf(below) }
    else fields[element] = fieldsOf(below)
  }
  return fields
}

/** Reads a set; throws SyntaxError for elements that cannot be read. */
export const setOf = (fields: unknown): FieldSet => {
  if (!isJsonObject(fields)) throw new SyntaxError('fields are an object')
  const members = new Set<PathElement>()
  const children = new Map<PathElement, FieldSet>()
  for (const [name, below] of Object.entries(fields)) {
    if (name === '.') continue
    const element = canonicalElement(name)
    if (element === undefined) continue
    const set = setOf(below ?? {})
    if (!set.isEmpty) children.set(element, set)
    if (set.isEmpty || Object.hasOwn(below as object, '.')) members.add(element)
  }
  return FieldSet.from(members, children)
}
