import type { Environment } from '@marcbachmann/cel-js'
import { duplicate, forbiddenField, invalid, required } from '../field-error.ts'
import type { FieldError } from '../field-error.ts'
import { isJsonObject, jsonEqual } from '../kube-object.ts'
import { newCelEnvironment } from './cel-environment.ts'
import { celValueOf } from './cel-value.ts'
import type { StructuralSchema, ValidationRule } from './structural-schema.ts'

type Program = (context: Record<string, unknown>) => unknown

interface CompiledRule {
  readonly rule: ValidationRule
  readonly usesOld: boolean
  /** Why it cannot run, or how it runs. */
  readonly program: Program | string
  readonly message: Program | undefined
}

const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? ''

const textOf = ({ rule, message }: ValidationRule): string => (message ?? rule).trim()

const compile = (environment: Environment, rule: ValidationRule): CompiledRule => {
  const usesOld = /\boldSelf\b/.test(rule.rule)
  const parsed = (text: string): Program | string => {
    try {
      return environment.parse(text)
    } catch (error) {
      return firstLine(error)
    }
  }
  const message = rule.messageExpression === undefined ? undefined : parsed(rule.messageExpression)
  return {
    rule,
    usesOld,
    program: parsed(rule.rule),
    message: typeof message === 'function' ? message : undefined,
  }
}

const errorOf = (
  { reason, fieldPath }: ValidationRule,
  path: string,
  type: string,
  detail: string,
): FieldError => {
  const at =
    fieldPath === undefined ? path : `${path}${path === '' ? fieldPath.replace(/^\./, '') : fieldPath}`
  switch (reason) {
    case 'FieldValueForbidden':
      return forbiddenField(at, detail)
    case 'FieldValueRequired':
      return required(at, detail)
    case 'FieldValueDuplicate':
      return duplicate(at, type)
    case 'FieldValueInvalid':
    case undefined:
      return invalid(at, type, detail)
  }
}

/** Runs the rules of schemas; a rule is compiled once. */
export class CelRules {
  readonly #environment = newCelEnvironment()
  readonly #compiled = new WeakMap<StructuralSchema, readonly CompiledRule[]>()

  /** What the rules have against an object; `old` is what it replaces. */
  evaluate(schema: StructuralSchema, object: unknown, old?: unknown): FieldError[] {
    return this.#node(schema, object, old, '')
  }

  #node(schema: StructuralSchema, value: unknown, old: unknown, path: string): FieldError[] {
    if (value === undefined || value === null) return []
    return [...this.#own(schema, value, old, path), ...this.#children(schema, value, old, path)]
  }

  #rulesOf(schema: StructuralSchema): readonly CompiledRule[] {
    const known = this.#compiled.get(schema)
    if (known !== undefined) return known
    const rules = (schema['x-kubernetes-validations'] ?? []).map((rule) => compile(this.#environment, rule))
    this.#compiled.set(schema, rules)
    return rules
  }

  #own(schema: StructuralSchema, value: unknown, old: unknown, path: string): FieldError[] {
    const rules = this.#rulesOf(schema)
    if (rules.length === 0) return []
    const type = schema.type ?? 'object'
    const self = celValueOf(schema, value)
    const oldSelf = old === undefined ? undefined : celValueOf(schema, old)
    return rules.flatMap((compiled) => {
      const { rule, usesOld, program } = compiled
      // a rule about a change has nothing to say without one; one about the value alone is not asked again for the same value
      if (usesOld && old === undefined && rule.optionalOldSelf !== true) return []
      if (!usesOld && old !== undefined && jsonEqual(value, old)) return []
      if (typeof program === 'string') return [invalid(path, type, `rule compile error: ${program}`)]
      const context = { self, oldSelf: rule.optionalOldSelf === true ? this.#optional(oldSelf) : oldSelf }
      try {
        return program(context) === true ? [] : [errorOf(rule, path, type, this.#detail(compiled, context))]
      } catch (error) {
        return [invalid(path, type, `${firstLine(error)} evaluating rule: ${textOf(rule)}`)]
      }
    })
  }

  #optional(value: unknown): unknown {
    return value === undefined
      ? this.#environment.evaluate('optional.none()', {})
      : this.#environment.evaluate('optional.of(value)', { value })
  }

  #detail({ rule, message }: CompiledRule, context: Record<string, unknown>): string {
    try {
      const text = message?.(context)
      if (typeof text === 'string' && text.trim() !== '') return text.trim()
    } catch {
      // the fixed message stands in for one that cannot be computed
    }
    return rule.message === undefined ? `failed rule: ${rule.rule.trim()}` : rule.message.trim()
  }

  #children(schema: StructuralSchema, value: unknown, old: unknown, path: string): FieldError[] {
    if (Array.isArray(value)) {
      const { items } = schema
      if (items === undefined) return []
      return value.flatMap((item: unknown, at) =>
        this.#node(items, item, correlated(schema, item, old), `${path}[${at}]`),
      )
    }
    if (!isJsonObject(value)) return []
    const oldFields = isJsonObject(old) ? old : {}
    return Object.entries(value).flatMap(([name, field]) => {
      const property = schema.properties?.[name]
      if (property !== undefined)
        return this.#node(property, field, oldFields[name], path === '' ? name : `${path}.${name}`)
      const additional = schema.additionalProperties
      return isJsonObject(additional)
        ? this.#node(additional, field, oldFields[name], `${path}[${name}]`)
        : []
    })
  }
}

/** The item of the old list that an item replaces: known for lists that are maps only. */
const correlated = (schema: StructuralSchema, item: unknown, old: unknown): unknown => {
  const keys = schema['x-kubernetes-list-map-keys']
  if (
    schema['x-kubernetes-list-type'] !== 'map' ||
    keys === undefined ||
    !Array.isArray(old) ||
    !isJsonObject(item)
  )
    return undefined
  return old.find((known) => isJsonObject(known) && keys.every((key) => jsonEqual(known[key], item[key])))
}
