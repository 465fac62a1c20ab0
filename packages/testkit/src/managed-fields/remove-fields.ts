import { isJsonObject } from '../kube-object.ts'
import { FieldSet } from './field-set.ts'
import { formOf, typeBelow, untypedDeduced } from './field-type.ts'
import type { FieldType } from './field-type.ts'
import { listElement } from './list-element.ts'
import { fieldElement } from './path-element.ts'
import type { PathElement } from './path-element.ts'

/** The value without the fields of the set; what nothing is left of is null. */
export const removeFields = (type: FieldType, value: unknown, set: FieldSet): unknown => {
  switch (formOf(type, value)) {
    case 'scalar':
      return value
    case 'map':
      return withoutEntries(type, value, set)
    case 'list':
      return withoutItems(type, value, set)
  }
}

const withoutEntries = (type: FieldType, value: unknown, set: FieldSet): unknown => {
  if (!isJsonObject(value) || type.map?.isAtomic === true) return null
  const kept: Record<string, unknown> = {}
  for (const [name, field] of Object.entries(value)) {
    const element = fieldElement(name)
    if (set.members.has(element)) continue
    const below = set.children.get(element)
    kept[name] =
      below === undefined ? field : removeFields(typeBelow(type, element) ?? untypedDeduced, field, below)
  }
  return Object.keys(kept).length === 0 ? null : kept
}

const withoutItems = ({ list }: FieldType, value: unknown, set: FieldSet): unknown => {
  if (!Array.isArray(value) || list === undefined || list.isAtomic) return null
  const kept: unknown[] = []
  for (const item of value as readonly unknown[]) {
    const element = listElement(list, item)
    if (set.members.has(element)) continue
    const below = set.children.get(element)
    kept.push(below === undefined ? item : removeFields(list.items, item, below))
  }
  return kept.length === 0 ? null : kept
}

/** The set with the fields of structs that something below is of: sets of values do not have those themselves. */
export const withNamedFields = (type: FieldType | undefined, set: FieldSet): FieldSet => {
  const members = new Set<PathElement>(set.members)
  const children = new Map<PathElement, FieldSet>()
  for (const [element, below] of set.children) {
    if (element.startsWith('f:') && type?.map?.field(element.slice(2)) !== undefined) members.add(element)
    children.set(element, withNamedFields(type === undefined ? undefined : typeBelow(type, element), below))
  }
  return FieldSet.from(members, children)
}
