import { goText } from '../go-text.ts'
import { isJsonObject } from '../kube-object.ts'
import { formOf } from './field-type.ts'
import type { FieldType, ListType, ScalarType } from './field-type.ts'
import { listElement, ListElementError } from './list-element.ts'
import { fieldElement, pathText } from './path-element.ts'
import type { PathElement } from './path-element.ts'

/** What is wrong with a value that is to be applied, in the words of the real server. */
export interface ValueError {
  /** `.spec.replicas` */
  readonly path: string
  readonly message: string
}

const goTypeOf = (value: unknown): string => {
  if (typeof value === 'boolean') return 'bool'
  if (Array.isArray(value)) return '[]interface {}'
  return typeof value === 'string' ? 'string' : 'map[string]interface {}'
}

const printed = (value: unknown): string => `&{${goText(value)}}`

const scalarProblem = (scalar: ScalarType, value: unknown): string | undefined => {
  if (value === null || value === undefined) return undefined
  switch (scalar) {
    case 'numeric':
      return typeof value === 'number' ? undefined : `expected numeric (int or float), got ${goTypeOf(value)}`
    case 'string':
      return typeof value === 'string'
        ? undefined
        : `expected string, got &value.valueUnstructured{Value:${goValue(value)}}`
    case 'boolean':
      return typeof value === 'boolean' ? undefined : `expected boolean, got ${printed(value)}`
    case 'untyped':
      return typeof value === 'object' ? `expected any scalar, got ${printed(value)}` : undefined
  }
}

/** A value in the syntax of Go. */
const goValue = (value: unknown): string => {
  if (Array.isArray(value)) return `[]interface {}{${value.map(goValue).join(', ')}}`
  if (isJsonObject(value))
    return `map[string]interface {}{${Object.keys(value)
      .sort()
      .map((name) => `${JSON.stringify(name)}:${goValue(value[name])}`)
      .join(', ')}}`
  return value === null ? 'interface {}(nil)' : String(JSON.stringify(value))
}

const prefixed = (element: PathElement, errors: readonly ValueError[]): readonly ValueError[] =>
  errors.length === 0
    ? errors
    : errors.map(({ path, message }) => ({ path: pathText([element]) + path, message }))

const itemErrors = (list: ListType, value: readonly unknown[], mayRepeat: boolean): ValueError[] => {
  const errors: ValueError[] = []
  const seen = new Set<string>()
  for (const [at, item] of value.entries()) {
    let element = `i:${at}`
    if (!list.isAtomic) {
      try {
        element = listElement(list, item)
        if (!mayRepeat && seen.has(element))
          errors.push({ path: '', message: `duplicate entries for key ${pathText([element])}` })
        seen.add(element)
      } catch (error) {
        if (!(error instanceof ListElementError)) throw error
        return [...errors, { path: '', message: `element ${at}: ${error.message}` }]
      }
    }
    errors.push(...prefixed(element, valueErrors(list.items, item, mayRepeat)))
  }
  return errors
}

/** All that is wrong with a value of a type; `mayRepeat`: items of sets and maps may be there more than once. */
export const valueErrors = (type: FieldType, value: unknown, mayRepeat = false): ValueError[] => {
  switch (formOf(type, value)) {
    case 'scalar': {
      const message = scalarProblem(type.scalar ?? 'untyped', value)
      return message === undefined ? [] : [{ path: '', message }]
    }
    case 'list': {
      if (value === null || value === undefined || type.list === undefined) return []
      if (!Array.isArray(value)) return [{ path: '', message: `expected list, got ${printed(value)}` }]
      return itemErrors(type.list, value, mayRepeat)
    }
    case 'map': {
      if (value === null || value === undefined || type.map === undefined) return []
      if (!isJsonObject(value)) return [{ path: '', message: `expected map, got ${printed(value)}` }]
      const errors: ValueError[] = []
      for (const [name, field] of Object.entries(value)) {
        const below = type.map.field(name) ?? type.map.values
        if (below === undefined) {
          // nothing after it is looked at
          errors.push({ path: `.${name}`, message: 'field not declared in schema' })
          return errors
        }
        errors.push(...prefixed(fieldElement(name), valueErrors(below, field, mayRepeat)))
      }
      return errors
    }
  }
}

/** Errors as one message: a line each when there are several. */
export const errorText = (errors: readonly ValueError[]): string => {
  const lines = errors.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`))
  const [only] = lines
  return lines.length === 1 && only !== undefined
    ? only
    : ['errors:', ...lines.map((line) => `  ${line}`)].join('\n')
}
