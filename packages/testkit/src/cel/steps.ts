import type { ComprehensionExpr, Expr } from './ast.ts'
import {
  CelError,
  CelMap,
  Failure,
  noSuchKey,
  noSuchOverload,
  none,
  Optional,
  typeNameOf,
  usable,
} from './cel-value.ts'
import { Fields } from './fields.ts'
import { CostExceeded } from './meter.ts'
import type { Meter } from './meter.ts'

/** The values of variables while an expression runs. */
export interface Frame {
  readonly name: string
  value: unknown
  readonly outer: Frame | undefined
}

/** What an expression is given; undefined is what is not there. */
export type Variables = (name: string) => unknown

export interface Context {
  readonly variables: Variables
  readonly frame: Frame | undefined
  readonly meter: Meter
}

export type Step = (context: Context) => unknown

export const lookUp = ({ variables, frame }: Context, name: string): unknown => {
  for (let at = frame; at !== undefined; at = at.outer) {
    if (at.name !== name) continue
    return usable(at.value)
  }
  const value = variables(name)
  if (value === undefined) throw new CelError(`no such attribute(s): ${name}`)
  return usable(value)
}

const fieldOf = (value: unknown, field: string): unknown => {
  if (value instanceof CelMap) return value.get(field)
  if (value instanceof Fields) return value.get(field)
  return undefined
}

export const selected = (value: unknown, field: string): unknown => {
  if (value instanceof Optional) return value.hasValue ? optionalField(value.value, field) : none
  if (Array.isArray(value)) throw new CelError("unsupported index type 'string' in list")
  const found = fieldOf(value, field)
  if (found === undefined) throw noSuchKey(field)
  return found
}

const optionalField = (value: unknown, field: string): Optional => {
  const found = fieldOf(value, field)
  return found === undefined ? none : new Optional(found)
}

/** `has(a.b)`. */
export const isSet = (value: unknown, field: string): boolean =>
  value instanceof Optional
    ? value.hasValue && isSet(value.value, field)
    : value instanceof Fields
      ? value.has(field)
      : fieldOf(value, field) !== undefined

export const attempt = (step: Step, context: Context): unknown => {
  try {
    return step(context)
  } catch (error) {
    if (error instanceof CelError && !(error instanceof CostExceeded)) return new Failure(error)
    throw error
  }
}

/** `&&` and `||`: one side may decide whatever became of the other. */
export const logic =
  (left: Step, right: Step, decides: boolean): Step =>
  (context) => {
    const first = attempt(left, context)
    if (first === decides) return decides
    const second = attempt(right, context)
    if (second === decides) return decides
    for (const side of [first, second]) {
      if (side instanceof Failure) throw side.error
      if (typeof side !== 'boolean') throw noSuchOverload()
    }
    return !decides
  }

export const conditional =
  (condition: Step, yes: Step, no: Step): Step =>
  (context) => {
    const value = condition(context)
    if (typeof value !== 'boolean') throw noSuchOverload()
    return value ? yes(context) : no(context)
  }

export const notStrictlyFalse =
  (step: Step): Step =>
  (context) =>
    attempt(step, context) !== false

/** `a.or(b)` and `a.orValue(b)`. */
export const otherwise =
  (target: Step, other: Step, name: string): Step =>
  (context) => {
    const value = target(context)
    // what is no optional is there
    if (!(value instanceof Optional)) return value
    if (value.hasValue) return name === 'or' ? value : value.value
    return other(context)
  }

export const nothing: Step = () => null

export const isBound = ({ frame }: Context, name: string): boolean => {
  for (let at = frame; at !== undefined; at = at.outer) if (at.name === name) return true
  return false
}

export const isTrue = (value: unknown): boolean => {
  if (typeof value !== 'boolean') throw noSuchOverload()
  return value
}

/** `a.?b`. */
export const optionalSelect =
  (operand: Step, field: Step): Step =>
  (context) => {
    const value = operand(context)
    const name = String(field(context))
    if (value instanceof Optional) return value.hasValue ? optionalField(value.value, name) : none
    return optionalField(value, name)
  }

/** What `map` and `filter` add to their list: done in place, a copy for each would take the square of the time. */
export const appendedBy = ({
  start,
  step,
  accumulator,
}: ComprehensionExpr): { element: Expr; filter?: Expr } | undefined => {
  if (start.kind !== 'list' || step.kind !== 'call') return undefined
  const [first, second, third] = step.args
  const isAccumulator = (expr: Expr | undefined): boolean =>
    expr?.kind === 'ident' && expr.name === accumulator
  if (step.name === '_+_' && isAccumulator(first) && second?.kind === 'list') {
    const [element] = second.elements
    return element === undefined ? undefined : { element }
  }
  if (step.name !== '_?_:_' || first === undefined || second?.kind !== 'call' || !isAccumulator(third))
    return undefined
  const [list, added] = second.args
  const [element] = added?.kind === 'list' ? added.elements : []
  return isAccumulator(list) && element !== undefined ? { element, filter: first } : undefined
}

const goTypes: Readonly<Record<string, string>> = {
  string: 'types.String',
  int: 'types.Int',
  uint: 'types.Uint',
  double: 'types.Double',
  bool: 'types.Bool',
  bytes: 'types.Bytes',
  null_type: 'types.Null',
}

export const entriesOf = (range: unknown, hasTwo: boolean): readonly (readonly [unknown, unknown])[] => {
  if (Array.isArray(range))
    return range.map((item: unknown, at) => (hasTwo ? [BigInt(at), item] : [item, undefined]))
  if (range instanceof CelMap) return range.entries()
  const type = typeNameOf(range)
  throw new CelError(`got '${goTypes[type] ?? type}', expected iterable type`)
}
