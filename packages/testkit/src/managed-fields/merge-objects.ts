import { isJsonObject, ownField, setField } from '../kube-object.ts'
import { formOf, typeBelow, untypedDeduced } from './field-type.ts'
import type { FieldType, Form, ListType } from './field-type.ts'
import { listElement } from './list-element.ts'
import { fieldElement } from './path-element.ts'
import type { PathElement } from './path-element.ts'

const mergedMap = (type: FieldType, live: unknown, sent: unknown): unknown => {
  const old = isJsonObject(live) ? live : {}
  const next = isJsonObject(sent) ? sent : {}
  const merged: Record<string, unknown> = {}
  for (const name of new Set([...Object.keys(old), ...Object.keys(next)])) {
    const [before, after] = [ownField(old, name), ownField(next, name)]
    if (before === undefined && after === undefined) continue
    const below = typeBelow(type, fieldElement(name)) ?? untypedDeduced
    const value = mergedNode(below, before, after)
    if (value !== undefined) setField(merged, name, value)
  }
  return Object.keys(merged).length === 0 ? undefined : merged
}

/** Items by what tells them apart; one that is there more than once is not merged with. */
const indexed = (list: ListType, items: readonly unknown[]): Map<PathElement, unknown> => {
  const found = new Map<PathElement, unknown>()
  for (const item of items) {
    const element = listElement(list, item)
    found.set(element, found.has(element) ? null : item)
  }
  return found
}

/** Items of both in the order that was sent; those that only the live list has stay after what they stood after. */
const mergedItems = (list: ListType, live: readonly unknown[], sent: readonly unknown[]): unknown[] => {
  const liveElements = live.map((item) => listElement(list, item))
  const sentElements = sent.map((item) => listElement(list, item))
  const oldItems = indexed(list, live)
  const nextItems = indexed(list, sent)
  const shared = sentElements.filter((element) => oldItems.has(element))
  let nextShared = shared.shift()
  const merged = new Set<PathElement>()
  const items: unknown[] = []
  const push = (value: unknown): void => {
    if (value !== undefined) items.push(value)
  }
  const take = (element: PathElement): void => {
    merged.add(element)
    push(mergedNode(list.items, oldItems.get(element), nextItems.get(element)))
    if (element === nextShared) nextShared = shared.shift()
  }
  let [at, sentAt] = [0, 0]
  while (at < liveElements.length || sentAt < sentElements.length) {
    const element = liveElements[at]
    const wanted = sentElements[sentAt]
    if (element !== undefined && element === wanted) {
      take(element)
      at++
      sentAt++
      continue
    }
    if (element !== undefined && wanted !== undefined && nextItems.has(element)) {
      // it is sent too, but not the one whose turn it is
      if (nextShared !== undefined && nextShared !== element) {
        at++
        continue
      }
    }
    if (element !== undefined) {
      if (!nextItems.has(element)) {
        push(mergedNode(list.items, live[at], undefined))
        at++
        continue
      }
      if (merged.has(element)) at++
    }
    if (wanted !== undefined) {
      take(wanted)
      sentAt++
    }
  }
  return items
}

const mergedAs = (form: Form, type: FieldType, live: unknown, sent: unknown): unknown => {
  const whole = sent === undefined ? live : sent
  switch (form) {
    case 'scalar':
      return whole
    case 'map': {
      const isEmpty = (value: unknown): boolean => !isJsonObject(value) || Object.keys(value).length === 0
      if (type.map?.isAtomic === true || (isEmpty(live) && isEmpty(sent))) return whole
      return mergedMap(type, live, sent)
    }
    case 'list': {
      const old: readonly unknown[] = Array.isArray(live) ? live : []
      const next: readonly unknown[] = Array.isArray(sent) ? sent : []
      if (type.list === undefined || type.list.isAtomic || old.length + next.length === 0) return whole
      const items = mergedItems(type.list, old, next)
      return items.length === 0 ? undefined : items
    }
  }
}

const mergedNode = (type: FieldType, live: unknown, sent: unknown): unknown =>
  mergedAs(formOf(type, sent === undefined ? live : sent), type, live, sent)

/** The live object with what was sent laid over it, as their type says; throws ListElementError. */
export const mergeObjects = (type: FieldType, live: unknown, sent: unknown): unknown =>
  mergedNode(type, live, sent)
