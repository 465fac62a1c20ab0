import { listAt, recordAt, textAt } from '../../kube-object.ts'
import type { KubeObject } from '../../kube-object.ts'
import type { PrinterColumn } from '../../resources/resource.ts'
import { ageOf } from '../age.ts'

export type Cell = (object: KubeObject, now: number) => unknown

export const text = (name: string, cell: Cell): PrinterColumn => ({ name, type: 'string', cell, priority: 0 })

/** A column that is shown when a wide table is asked for. */
export const wide = (name: string, cell: Cell): PrinterColumn => ({ name, type: 'string', cell, priority: 1 })

export const whole = (name: string, cell: Cell): PrinterColumn => ({ name, type: 'integer', cell })

export const flag = (name: string, cell: Cell): PrinterColumn => ({ name, type: 'boolean', cell })

export const age: PrinterColumn = text('Age', ({ metadata }, now) => ageOf(metadata.creationTimestamp, now))

/** What stands in a cell that has nothing. */
export const none = '<none>'

/** A text of the object, or `<none>`. */
export const textOrNone =
  (...path: readonly string[]): Cell =>
  (object) =>
    textAt(object, ...path) || none

/** A text of the object, or `<unset>`. */
export const textOrUnset =
  (...path: readonly string[]): Cell =>
  (object) =>
    textAt(object, ...path) || '<unset>'

/** A number or a text as it is; nothing of what is neither. */
export const plainText = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : ''

export const numberAt = (object: unknown, ...path: readonly string[]): number => {
  const value = recordAt(object, ...path.slice(0, -1))[path.at(-1) ?? '']
  return typeof value === 'number' ? value : 0
}

/** A number of the object's status. */
export const counted =
  (field: string): Cell =>
  (object) =>
    numberAt(object, 'status', field)

const pairs = (labels: Readonly<Record<string, unknown>>): string[] =>
  Object.entries(labels)
    .map(([key, value]) => `${key}=${String(value)}`)
    .toSorted()

/** `a=b,c=d`, or `<none>`. */
export const labelsText = (labels: Readonly<Record<string, unknown>>): string =>
  pairs(labels).join(',') || none

const expressionText = (expression: unknown): string => {
  const key = textAt(expression, 'key')
  const values = listAt(expression, 'values').map(String).toSorted().join(',')
  switch (textAt(expression, 'operator')) {
    case 'In':
      return `${key} in (${values})`
    case 'NotIn':
      return `${key} notin (${values})`
    case 'DoesNotExist':
      return `!${key}`
    default:
      return key
  }
}

/** A `metav1.LabelSelector` as `kubectl` writes it. */
export const selectorText = (selector: unknown): string => {
  const expressions = listAt(selector, 'matchExpressions').toSorted((left, right) =>
    textAt(left, 'key') < textAt(right, 'key') ? -1 : 1,
  )
  return [...pairs(recordAt(selector, 'matchLabels')), ...expressions.map(expressionText)].join(',') || none
}
