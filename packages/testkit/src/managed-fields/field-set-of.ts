import { isJsonObject } from '../kube-object.ts'
import { FieldSet } from './field-set.ts'
import { formOf, typeBelow, untypedDeduced } from './field-type.ts'
import type { FieldType } from './field-type.ts'
import { listElement } from './list-element.ts'
import { fieldElement } from './path-element.ts'
import type { PathElement } from './path-element.ts'

const visit = (set: FieldSet, path: PathElement[], type: FieldType, value: unknown): void => {
  switch (formOf(type, value)) {
    case 'scalar':
      set.insert(path)
      return
    case 'map':
      visitMap(set, path, type, value)
      return
    case 'list':
      visitList(set, path, type, value)
  }
}

const visitMap = (set: FieldSet, path: PathElement[], type: FieldType, value: unknown): void => {
  if (type.map?.isAtomic === true) set.insert(path)
  else if (isJsonObject(value))
    for (const [name, field] of Object.entries(value)) {
      if (field === undefined) continue
      const element = fieldElement(name)
      path.push(element)
      visit(set, path, typeBelow(type, element) ?? untypedDeduced, field)
      const isEmptyMap = isJsonObject(field) && Object.keys(field).length === 0
      // what is no field of a struct is owned by itself too
      if (field === null || isEmptyMap || type.map?.field(name) === undefined) set.insert(path)
      path.pop()
    }
}

const visitList = (set: FieldSet, path: PathElement[], type: FieldType, value: unknown): void => {
  const { list } = type
  if (list === undefined || list.isAtomic) {
    set.insert(path)
    return
  }
  if (!Array.isArray(value)) return
  const elements = value.map((item) => listElement(list, item))
  for (const [at, element] of elements.entries()) {
    path.push(element)
    // of what is there more than once nobody owns the fields
    if (elements.indexOf(element) === at && elements.lastIndexOf(element) === at)
      visit(set, path, list.items, value[at])
    set.insert(path)
    path.pop()
  }
}

/** The fields of a value that who sends it is to own; throws ListElementError. */
export const fieldSetOf = (type: FieldType, value: unknown): FieldSet => {
  const set = new FieldSet()
  visit(set, [], type, value)
  return set
}
