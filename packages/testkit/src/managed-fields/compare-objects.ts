import { isJsonObject, jsonEqual, ownField } from '../kube-object.ts'
import { FieldSet } from './field-set.ts'
import { formOf, typeBelow, untypedDeduced } from './field-type.ts'
import type { FieldType, Form, ListType } from './field-type.ts'
import { listElement } from './list-element.ts'
import { fieldElement } from './path-element.ts'
import type { PathElement } from './path-element.ts'

/** What one object has more, less and otherwise than another. */
export interface Comparison {
  readonly added: FieldSet
  readonly removed: FieldSet
  readonly modified: FieldSet
}

class Walk implements Comparison {
  readonly added = new FieldSet()
  readonly removed = new FieldSet()
  readonly modified = new FieldSet()
  /** To where the walk is; grows and shrinks with it. */
  readonly #path: PathElement[] = []

  node(type: FieldType, old: unknown, next: unknown): void {
    const oldForm = formOf(type, old)
    const nextForm = formOf(type, next)
    let isLeaf: boolean
    if (next === undefined) isLeaf = this.#as(oldForm, type, old, next)
    else {
      if (old !== undefined && oldForm !== nextForm) this.#as(oldForm, type, old, next)
      isLeaf = this.#as(nextForm, type, old, next)
    }
    if (isLeaf) return
    if (old === undefined) this.added.insert(this.#path)
    else if (next === undefined) this.removed.insert(this.#path)
  }

  /** Whether it was compared as one value. */
  #as(form: Form, type: FieldType, old: unknown, next: unknown): boolean {
    switch (form) {
      case 'scalar':
        return this.#leaf(old, next)
      case 'map': {
        const [oldMap, nextMap] = [isJsonObject(old) ? old : {}, isJsonObject(next) ? next : {}]
        if (type.map?.isAtomic === true || (isEmpty(oldMap) && isEmpty(nextMap))) return this.#leaf(old, next)
        this.#fields(type, oldMap, nextMap)
        return false
      }
      case 'list': {
        const oldList: readonly unknown[] = Array.isArray(old) ? old : []
        const nextList: readonly unknown[] = Array.isArray(next) ? next : []
        const { list } = type
        if (list === undefined || list.isAtomic || oldList.length + nextList.length === 0)
          return this.#leaf(old, next)
        this.#items(list, oldList, nextList)
        return false
      }
    }
  }

  #leaf(old: unknown, next: unknown): true {
    if (old === undefined) this.added.insert(this.#path)
    else if (next === undefined) this.removed.insert(this.#path)
    else if (!jsonEqual(old, next)) this.modified.insert(this.#path)
    return true
  }

  #below(element: PathElement, type: FieldType, old: unknown, next: unknown): void {
    this.#path.push(element)
    this.node(type, old, next)
    this.#path.pop()
  }

  #fields(type: FieldType, old: Record<string, unknown>, next: Record<string, unknown>): void {
    const field = (name: string): void => {
      const [before, after] = [ownField(old, name), ownField(next, name)]
      if (before === undefined && after === undefined) return
      const element = fieldElement(name)
      this.#below(element, typeBelow(type, element) ?? untypedDeduced, before, after)
    }
    for (const name of Object.keys(next)) field(name)
    for (const name of Object.keys(old)) if (ownField(next, name) === undefined) field(name)
  }

  #items(list: ListType, old: readonly unknown[], next: readonly unknown[]): void {
    const oldItems = byElement(list, old)
    const nextItems = byElement(list, next)
    for (const element of new Set([...oldItems.keys(), ...nextItems.keys()]))
      this.#item(list, element, oldItems.get(element) ?? [], nextItems.get(element) ?? [])
  }

  /** An item that is there more than once counts as one value. */
  #item(list: ListType, element: PathElement, old: readonly unknown[], next: readonly unknown[]): void {
    const mark = (set: FieldSet): void => set.insert([...this.#path, element])
    if (old.length <= 1 && next.length <= 1) this.#below(element, list.items, old[0], next[0])
    else if (old.length > 1 && next.length > 1) {
      if (!jsonEqual(old, next)) mark(this.modified)
    } else if (old.length > 1) {
      if (next.length > 0) this.#below(element, list.items, undefined, next[0])
      mark(this.removed)
    } else {
      if (old.length > 0) this.#below(element, list.items, old[0], undefined)
      mark(this.added)
    }
  }
}

const isEmpty = (map: Record<string, unknown>): boolean => {
  for (const name in map) if (map[name] !== undefined) return false
  return true
}

const byElement = (list: ListType, items: readonly unknown[]): Map<PathElement, unknown[]> => {
  const found = new Map<PathElement, unknown[]>()
  for (const item of items) {
    const element = listElement(list, item)
    const same = found.get(element)
    if (same === undefined) found.set(element, [item])
    else same.push(item)
  }
  return found
}

/** How `next` differs from `old`, field by field as their type says; throws ListElementError. */
export const compareObjects = (type: FieldType, old: unknown, next: unknown): Comparison => {
  const walk = new Walk()
  walk.node(type, old, next)
  return walk
}
