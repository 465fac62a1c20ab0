import { CelError, Failure, none, Optional } from '../cel/cel-value.ts'
import { optionalType } from '../cel/cel-type.ts'
import { InstantiationError } from '../cel/constants.ts'
import { CelEnvironment } from '../cel/environment.ts'
import { CompileError } from '../cel/issue.ts'
import { CostExceeded, Meter } from '../cel/meter.ts'
import type { Program } from '../cel/program.ts'
import { forbiddenField, invalid, required } from '../field-error.ts'
import type { FieldError } from '../field-error.ts'
import { isJsonObject } from '../kube-object.ts'
import { seenSchema, selfTypeOf } from './cel-types.ts'
import { celValueOf } from './cel-value.ts'
import { correlation } from './correlation.ts'
import type { StructuralSchema, ValidationRule } from './structural-schema.ts'
import { isUnchanged as isSame } from './unchanged.ts'

interface CompiledRule {
  readonly rule: ValidationRule
  readonly usesOld: boolean
  /** Why it cannot run, or how it runs. */
  readonly program: Program | string
  readonly message: Program | undefined
}

const textOf = ({ rule, message }: ValidationRule): string => (message ?? rule).trim()

/** The environments of the rules at a schema: where oldSelf is there, and where it may be missing. */
export const ruleEnvironments = (
  schema: StructuralSchema,
  isWhole: boolean,
): { readonly plain: CelEnvironment; readonly optional: CelEnvironment } => {
  const { type, structs } = selfTypeOf(schema, isWhole)
  return {
    plain: new CelEnvironment({ self: type, oldSelf: type }, structs),
    optional: new CelEnvironment({ self: type, oldSelf: optionalType(type) }, structs),
  }
}

const compile = (environment: CelEnvironment, rule: ValidationRule): CompiledRule => {
  const compiled = (text: string): { run: Program | string; usesOld: boolean } => {
    try {
      const { run, names } = environment.compile(text)
      return { run, usesOld: names.has('oldSelf') }
    } catch (error) {
      if (error instanceof CompileError)
        return { run: `compilation failed: ${error.message}`, usesOld: false }
      if (error instanceof InstantiationError) return { run: error.message, usesOld: false }
      throw error
    }
  }
  const message = rule.messageExpression === undefined ? undefined : compiled(rule.messageExpression).run
  const { run, usesOld } = compiled(rule.rule)
  return { rule, usesOld, program: run, message: typeof message === 'function' ? message : undefined }
}

/** `.a.b['c.d']` of a rule below the path of its schema. */
const pathBelow = (path: string, fieldPath = ''): string => {
  const steps = fieldPath.replace(/\['((?:[^'\\]|\\.)*)'\]/g, '[$1]')
  return path === '' ? steps.replace(/^\./, '') : `${path}${steps}`
}

const isScalar = (value: unknown): boolean => typeof value !== 'object' || value === null

const errorOf = ({ reason, fieldPath }: ValidationRule, at: Node, detail: string): FieldError => {
  const field = pathBelow(at.path, fieldPath) || noField
  // objects and lists are not shown
  const shown = isScalar(at.value) ? ` value: ${JSON.stringify(at.value)}` : ' value'
  switch (reason) {
    case 'FieldValueForbidden':
      return forbiddenField(field, detail)
    case 'FieldValueRequired':
      return required(field, detail)
    case 'FieldValueDuplicate':
      return { reason, field, message: `Duplicate${shown}` }
    case 'FieldValueInvalid':
    case undefined:
      return { reason: 'FieldValueInvalid', field, message: `Invalid${shown}: ${detail}` }
  }
}

/** How the real server prints the path of the whole object. */
const noField = '<nil>'

/** A value with its schema, what it replaces, and where it is. */
interface Node {
  readonly schema: StructuralSchema
  readonly value: unknown
  readonly old: unknown
  readonly path: string
  /** It, or what it is part of, is as it was. */
  readonly isUnchanged: boolean
  /** The whole object of a custom resource, of which rules know the name. */
  readonly isWhole: boolean
  /** What rules may still cost, one for all nodes. */
  readonly budget: { left: number }
}

/** What the rules of an object may cost together, as on the real server. */
const costBudget = 10_000_000

/** Rules that cost too much: the others are not asked. */
class BudgetExceeded extends Error {
  override readonly name = 'BudgetExceeded'
  readonly told: FieldError

  constructor(told: FieldError) {
    super(told.message)
    this.told = told
  }
}

export interface RuleFindings {
  /** All of it, in the order in which it was found. */
  readonly all: readonly FieldError[]
  readonly errors: readonly FieldError[]
  /** What rules have against parts that did not change: told, but no reason to refuse. */
  readonly forgiven: readonly FieldError[]
}

interface Finding {
  readonly error: FieldError
  readonly isForgiven: boolean
}

/** Runs the rules of schemas; a rule is compiled once. */
export class CelRules {
  readonly #compiled = new WeakMap<StructuralSchema, readonly CompiledRule[]>()

  /** What the rules have against an object, or against a part of one; `old` is what it replaces. */
  evaluate(schema: StructuralSchema, object: unknown, old?: unknown, isWhole = true): RuleFindings {
    const found: Finding[] = []
    const budget = { left: costBudget }
    const node = { schema, value: object, old, path: '', isUnchanged: false, isWhole, budget }
    try {
      this.#node(node, found)
    } catch (error) {
      if (!(error instanceof BudgetExceeded)) throw error
    }
    const where = (isForgiven: boolean): FieldError[] =>
      found.filter((each) => each.isForgiven === isForgiven).map(({ error }) => error)
    return { all: found.map(({ error }) => error), errors: where(false), forgiven: where(true) }
  }

  #node(node: Node, found: Finding[]): void {
    const { value, old } = node
    if (value === undefined || value === null) return
    const isUnchanged = node.isUnchanged || (old !== undefined && isSame(node.schema, value, old))
    this.#own({ ...node, isUnchanged }, found)
    for (const child of childrenOf({ ...node, isUnchanged })) this.#node(child, found)
  }

  #rulesOf(schema: StructuralSchema, isWhole: boolean): readonly CompiledRule[] {
    const known = this.#compiled.get(schema)
    if (known !== undefined) return known
    const own = schema['x-kubernetes-validations'] ?? []
    if (own.length === 0) return []
    const { plain, optional } = ruleEnvironments(schema, isWhole)
    const rules = own.map((rule) => compile(rule.optionalOldSelf === true ? optional : plain, rule))
    this.#compiled.set(schema, rules)
    return rules
  }

  #own(node: Node, found: Finding[]): void {
    const { schema, value } = node
    const old = node.old ?? undefined
    const isWhole = node.isWhole || schema['x-kubernetes-embedded-resource'] === true
    const rules = this.#rulesOf(schema, isWhole)
    if (rules.length === 0) return
    const seen = seenSchema(schema, isWhole)
    const self = celValueOf(seen, value)
    const oldSelf = old === undefined ? undefined : celValueOf(seen, old)
    for (const compiled of rules) {
      const { rule, usesOld } = compiled
      // a rule about a change has nothing to say without one
      if (usesOld && old === undefined && rule.optionalOldSelf !== true) continue
      const context = { self, oldSelf: rule.optionalOldSelf === true ? optionalOf(oldSelf) : oldSelf }
      try {
        const { isFailure, error } = this.#asked(compiled, node, context)
        if (error === undefined) continue
        // a rule that could not be evaluated has not found a fault that was there before
        found.push({ error, isForgiven: node.isUnchanged && !usesOld && !isFailure })
      } catch (error) {
        if (error instanceof BudgetExceeded) found.push({ error: error.told, isForgiven: false })
        throw error
      }
    }
  }

  #asked(compiled: CompiledRule, node: Node, context: Context): Verdict {
    const { rule, program } = compiled
    const field = node.path || noField
    const type = node.schema.type ?? ''
    if (typeof program === 'string') return failed(invalid(field, type, `rule compile error: ${program}`))
    const { budget } = node
    const meter = new Meter()
    const end = (why: string): BudgetExceeded => new BudgetExceeded(invalid(field, type, why))
    try {
      const holds = program((name) => valueIn(context, name), meter)
      budget.left -= meter.spent
      if (budget.left < 0)
        throw end(
          'validation failed due to running out of cost budget, no further validation rules will be run',
        )
      if (holds === true) return { isFailure: false }
      return { isFailure: false, error: errorOf(rule, node, detailOf(compiled, context)) }
    } catch (error) {
      if (error instanceof CostExceeded)
        throw end(
          `'${error.message}': no further validation rules will be run due to call cost exceeds limit for rule: ${textOf(rule)}`,
        )
      if (!(error instanceof CelError)) throw error
      return failed(invalid(field, type, failure(error.message, textOf(rule))))
    }
  }
}

/** What a rule said; a failure is a rule that has no answer. */
interface Verdict {
  readonly isFailure: boolean
  readonly error?: FieldError
}

const failed = (error: FieldError): Verdict => ({ isFailure: true, error })

/** What a rule is given. */
interface Context {
  readonly self: unknown
  readonly oldSelf: unknown
}

const valueIn = ({ self, oldSelf }: Context, name: string): unknown => {
  if (name === 'self') return self
  return name === 'oldSelf' ? oldSelf : undefined
}

/** The real server makes another error of one that is in an optional. */
const unconverted = ({ error }: Failure): Failure =>
  error instanceof CelError
    ? new Failure(new CelError(`unsupported conversion to ref.Val: (*errors.errorString)${error.message}`))
    : new Failure(error)

const optionalOf = (value: unknown): Optional => {
  if (value === undefined) return none
  return new Optional(value instanceof Failure ? unconverted(value) : value)
}

/** Why a rule could not be evaluated. */
const failure = (message: string, rule: string): string =>
  message.startsWith('no such overload')
    ? `'${message}': call arguments did not match a supported operator, function or macro signature for rule: ${rule}`
    : `${message} evaluating rule: ${rule}`

const maxMessageBytes = 5 * 1_024

const detailOf = ({ rule, message }: CompiledRule, context: Context): string => {
  try {
    const text = message?.((name) => valueIn(context, name))
    const said = typeof text === 'string' ? text.trim() : ''
    if (said !== '' && !said.includes('\n') && Buffer.byteLength(said) <= maxMessageBytes) return said
  } catch (error) {
    // the fixed message stands in for one that cannot be computed
    if (!(error instanceof CelError)) throw error
  }
  return rule.message === undefined ? `failed rule: ${rule.rule.trim()}` : rule.message.trim()
}

const childrenOf = ({ schema, value, old, path, isUnchanged, budget }: Node): Node[] => {
  if (Array.isArray(value)) {
    const { items } = schema
    if (items === undefined) return []
    const replacedBy = correlation(schema, old)
    return value.map((item, at) => ({
      schema: items,
      value: item as unknown,
      old: replacedBy(item),
      path: `${path}[${at}]`,
      isUnchanged,
      isWhole: false,
      budget,
    }))
  }
  if (!isJsonObject(value)) return []
  const oldFields = isJsonObject(old) ? old : {}
  const { properties = {}, additionalProperties } = schema
  return Object.entries(value).flatMap(([name, field]) => {
    const property = Object.hasOwn(properties, name) ? properties[name] : undefined
    const of = property ?? (isJsonObject(additionalProperties) ? additionalProperties : undefined)
    if (of === undefined) return []
    const below = property === undefined ? `${path}[${name}]` : path === '' ? name : `${path}.${name}`
    return [
      { schema: of, value: field, old: oldFields[name], path: below, isUnchanged, isWhole: false, budget },
    ]
  })
}
