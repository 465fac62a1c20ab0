import { qualifiedName } from './ast.ts'
import type { CallExpr, ComprehensionExpr, Expr, ListExpr, MapExpr, SelectExpr } from './ast.ts'
import type { Declarations } from './checker.ts'
import { CelError, CelMap, Optional, TypeValue } from './cel-value.ts'
import { callFunction } from './functions.ts'
import { CostExceeded, Meter, pairCost, sizeCost } from './meter.ts'
import { mapInsert } from './macros.ts'
import { operators } from './operators.ts'
import {
  lookUp,
  selected,
  isSet,
  attempt,
  logic,
  conditional,
  notStrictlyFalse,
  otherwise,
  nothing,
  isBound,
  isTrue,
  optionalSelect,
  appendedBy,
  entriesOf,
} from './steps.ts'
import type { Frame, Step, Variables } from './steps.ts'

/** What is spent when an expression is come to, without its parts and without the sizes of its values. */
const ownCosts: Readonly<Record<Expr['kind'], number>> = {
  literal: 0,
  ident: 1,
  select: 1,
  call: 1,
  comprehension: 1,
  list: 10,
  map: 30,
  struct: 40,
}

/** Functions that hold every item against every other. */
const pairing: ReadonlySet<string> = new Set(
  'distinct sets.contains sets.equivalent sets.intersects'.split(' '),
)

/** Adding an item to a list. */
const appendCost = 12

/** The part of declarations that is needed to run. */
type Known = Pick<Declarations, 'functions' | 'typeNames' | 'variables'>

class Planner {
  readonly #known: Known

  constructor(known: Known) {
    this.#known = known
  }

  plan(expr: Expr): Step {
    const step = this.#planned(expr)
    const cost = ownCosts[expr.kind]
    if (cost === 0) return step
    return (context) => {
      context.meter.spend(cost)
      return step(context)
    }
  }

  #planned(expr: Expr): Step {
    switch (expr.kind) {
      case 'literal': {
        const { value } = expr
        return () => value
      }
      case 'ident':
        return this.#ident(expr.name)
      case 'select':
        return this.#select(expr)
      case 'call':
        return this.#call(expr)
      case 'list':
        return this.#list(expr)
      case 'map':
        return this.#map(expr)
      case 'struct':
        return () => {
          throw new CelError(`unknown type: ${expr.name}`)
        }
      case 'comprehension':
        return this.#comprehension(expr)
    }
  }

  #ident(name: string): Step {
    const type = this.#known.typeNames.get(name)
    if (type !== undefined && !this.#known.variables.has(name)) {
      const value = new TypeValue(type)
      return (context) => (isBound(context, name) ? lookUp(context, name) : value)
    }
    return (context) => lookUp(context, name)
  }

  #select(expr: SelectExpr): Step {
    const { field, isTest } = expr
    const name = qualifiedName(expr) ?? ''
    if (this.#known.variables.has(name)) return (context) => lookUp(context, name)
    const type = this.#known.typeNames.get(name)
    if (type !== undefined) {
      const value = new TypeValue(type)
      return () => value
    }
    const operand = this.plan(expr.operand)
    return isTest
      ? (context) => isSet(operand(context), field)
      : (context) => selected(operand(context), field)
  }

  #call({ name, target, args }: CallExpr): Step {
    const steps = args.map((argument) => this.plan(argument))
    const [first = nothing, second = nothing, third = nothing] = steps
    if (target === undefined) {
      if (name === '_&&_') return logic(first, second, false)
      if (name === '_||_') return logic(first, second, true)
      if (name === '_?_:_') return conditional(first, second, third)
      if (name === '@not_strictly_false') return notStrictlyFalse(first)
      if (name === '_?._') return optionalSelect(first, second)
      const operator = Object.hasOwn(operators, name) ? operators[name] : undefined
      if (operator !== undefined)
        return steps.length === 1
          ? (context) => operator(first(context))
          : (context) => {
              const values = [first(context), second(context)]
              context.meter.spend(sizeCost(values))
              return operator(...values)
            }
      return this.#function(name, steps, false)
    }
    const prefix = qualifiedName(target)
    if (prefix !== undefined && this.#known.functions.has(`${prefix}.${name}`))
      return this.#function(`${prefix}.${name}`, steps, false)
    const receiver = this.plan(target)
    if ((name === 'or' || name === 'orValue') && steps.length === 1) return otherwise(receiver, first, name)
    return this.#function(name, [receiver, ...steps], true)
  }

  #function(name: string, steps: readonly Step[], isMember: boolean): Step {
    const overloads = (this.#known.functions.get(name) ?? []).filter(
      ({ signature }) => signature.isMember === isMember && signature.arguments.length === steps.length,
    )
    const isPaired = pairing.has(name)
    const isInsert = name === mapInsert
    return (context) => {
      const args = steps.map((step) => step(context))
      if (isInsert) return callFunction(name, overloads, args)
      context.meter.spend(isPaired ? pairCost(args) : sizeCost(args))
      const value = callFunction(name, overloads, args)
      context.meter.spend(sizeCost([value]))
      return value
    }
  }

  #list({ elements, optional }: ListExpr): Step {
    const steps = elements.map((element) => this.plan(element))
    if (optional.size === 0) return (context) => steps.map((step) => step(context))
    return (context) =>
      steps.flatMap((step, at) => {
        const value = step(context)
        if (!optional.has(at)) return [value]
        if (!(value instanceof Optional))
          throw new CelError(
            `cannot initialize optional list element from non-optional value ${String(value)}`,
          )
        return value.hasValue ? [value.value] : []
      })
  }

  #map({ entries }: MapExpr): Step {
    const steps = entries.map(({ key, value, isOptional }) => ({
      key: this.plan(key),
      value: this.plan(value),
      isOptional,
    }))
    return (context) => {
      const made: [unknown, unknown][] = []
      for (const { key, value, isOptional } of steps) {
        const name = key(context)
        const entry = value(context)
        if (!isOptional) made.push([name, entry])
        else if (!(entry instanceof Optional))
          throw new CelError(
            `cannot initialize optional entry '${String(name)}' from non-optional value ${String(entry)}`,
          )
        else if (entry.hasValue) made.push([name, entry.value])
      }
      return new CelMap(made)
    }
  }

  #comprehension(expr: ComprehensionExpr): Step {
    const range = this.plan(expr.range)
    const start = this.plan(expr.start)
    const condition = this.plan(expr.condition)
    const appended = appendedBy(expr)
    const step = appended === undefined ? this.plan(expr.step) : undefined
    const element = appended === undefined ? nothing : this.plan(appended.element)
    const filter = appended?.filter === undefined ? undefined : this.plan(appended.filter)
    const result = this.plan(expr.result)
    const { accumulator, variable, variable2 } = expr
    const isEager = expr.condition.kind === 'literal' && expr.condition.value === true
    return (context) => {
      const items = entriesOf(range(context), variable2 !== undefined)
      const outer: Frame = { name: accumulator, value: start(context), outer: context.frame }
      const made: unknown[] = []
      for (const [first, second] of items) {
        let frame: Frame = { name: variable, value: first, outer }
        if (variable2 !== undefined) frame = { name: variable2, value: second, outer: frame }
        const inner = { ...context, frame }
        if (step === undefined) {
          if (filter === undefined || isTrue(filter(inner))) made.push(element(inner))
          context.meter.spend(appendCost)
          continue
        }
        if (condition(inner) !== true) break
        outer.value = isEager ? step(inner) : attempt(step, inner)
      }
      if (step === undefined) outer.value = made
      return result({ ...context, frame: outer })
    }
  }
}

/** `meter` tells afterwards what it cost. */
export type Program = (variables: Variables, meter?: Meter) => unknown

/** How an expression runs. Throws CelError while it does, CostExceeded among them. */
export const planned = (expr: Expr, known: Known): Program => {
  const step = new Planner(known).plan(expr)
  return (variables, meter = new Meter()) => {
    try {
      return step({ variables, frame: undefined, meter })
    } catch (error) {
      // a text longer than any can be, calls deeper than the stack
      throw error instanceof RangeError ? new CostExceeded() : error
    }
  }
}
