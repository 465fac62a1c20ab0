import type { CallExpr, ComprehensionExpr, Expr } from './ast.ts'

/** A macro with arguments it cannot have. */
export class MacroError extends Error {
  override readonly name = 'MacroError'
  readonly at: number

  constructor(at: number, message: string) {
    super(message)
    this.at = at
  }
}

const accumulator = '__result__'

type Arguments = readonly Expr[]
type Expand = (at: number, target: Expr, args: Arguments) => Expr

const literal = (at: number, value: unknown): Expr => ({ kind: 'literal', at, value })
const ident = (at: number, name: string): Expr => ({ kind: 'ident', at, name })
const call = (at: number, name: string, ...args: Arguments): Expr => ({ kind: 'call', at, name, args })
const list = (at: number, ...elements: Arguments): Expr => ({
  kind: 'list',
  at,
  elements,
  optional: new Set<number>(),
})

/** The expander's callers count the arguments. */
const argument = (args: Arguments, at: number): Expr => args[at] ?? literal(0, null)

const variableOf = (args: Arguments, at: number, complaint: string): string => {
  const expr = argument(args, at)
  if (expr.kind !== 'ident') throw new MacroError(expr.at, complaint)
  if (expr.name === accumulator)
    throw new MacroError(expr.at, 'iteration variable overwrites accumulator variable')
  return expr.name
}

type Loop = Pick<ComprehensionExpr, 'start' | 'step'> & Partial<ComprehensionExpr>

const comprehension = (at: number, range: Expr, variables: readonly string[], loop: Loop): Expr => ({
  kind: 'comprehension',
  at,
  range,
  variable: variables[0] ?? '',
  ...(variables[1] === undefined ? {} : { variable2: variables[1] }),
  accumulator,
  condition: literal(at, true),
  result: ident(at, accumulator),
  ...loop,
})

const allOf = (at: number, test: Expr): Loop => ({
  start: literal(at, true),
  condition: call(at, '@not_strictly_false', ident(at, accumulator)),
  step: call(at, '_&&_', ident(at, accumulator), test),
})

const existsOf = (at: number, test: Expr): Loop => ({
  start: literal(at, false),
  condition: call(at, '@not_strictly_false', call(at, '!_', ident(at, accumulator))),
  step: call(at, '_||_', ident(at, accumulator), test),
})

const existsOneOf = (at: number, test: Expr): Loop => ({
  start: literal(at, 0n),
  step: call(
    at,
    '_?_:_',
    test,
    call(at, '_+_', ident(at, accumulator), literal(at, 1n)),
    ident(at, accumulator),
  ),
  result: call(at, '_==_', ident(at, accumulator), literal(at, 1n)),
})

const listOf = (at: number, element: Expr, filter?: Expr): Loop => {
  const added = call(at, '_+_', ident(at, accumulator), list(at, element))
  return {
    start: list(at),
    step: filter === undefined ? added : call(at, '_?_:_', filter, added, ident(at, accumulator)),
  }
}

const mapOf = (at: number, added: Expr, filter?: Expr): Loop => ({
  start: { kind: 'map', at, entries: [] },
  step: filter === undefined ? added : call(at, '_?_:_', filter, added, ident(at, accumulator)),
})

const has = (at: number, args: Arguments): Expr => {
  const expr = argument(args, 0)
  if (expr.kind !== 'select') throw new MacroError(expr.at, 'invalid argument to has() macro')
  return { ...expr, at, isTest: true }
}

const one =
  (loop: (at: number, test: Expr) => Loop, complaint = 'argument must be a simple name'): Expand =>
  (at, target, args) =>
    comprehension(at, target, [variableOf(args, 0, complaint)], loop(at, argument(args, 1)))

const notIdentifier = 'argument is not an identifier'

const map: Expand = (at, target, args) => {
  const loop =
    args.length === 3 ? listOf(at, argument(args, 2), argument(args, 1)) : listOf(at, argument(args, 1))
  return comprehension(at, target, [variableOf(args, 0, notIdentifier)], loop)
}

const filter: Expand = (at, target, args) => {
  const variable = variableOf(args, 0, notIdentifier)
  return comprehension(at, target, [variable], listOf(at, ident(at, variable), argument(args, 1)))
}

const variablesOf = (args: Arguments): [string, string] => {
  const complaint = 'argument must be a simple name'
  const variables: [string, string] = [variableOf(args, 0, complaint), variableOf(args, 1, complaint)]
  if (variables[0] === variables[1])
    throw new MacroError(argument(args, 1).at, `duplicate variable name: ${variables[0]}`)
  return variables
}

const two =
  (loop: (at: number, test: Expr) => Loop): Expand =>
  (at, target, args) =>
    comprehension(at, target, variablesOf(args), loop(at, argument(args, 2)))

/** Of the macros that make something of each entry, of all or of some. */
const transformed =
  (loop: (at: number, variables: readonly [string, string], result: Expr, filter?: Expr) => Loop): Expand =>
  (at, target, args) => {
    const variables = variablesOf(args)
    const made =
      args.length === 4
        ? loop(at, variables, argument(args, 3), argument(args, 2))
        : loop(at, variables, argument(args, 2))
    return comprehension(at, target, variables, made)
  }

/** Adds an entry to the map that a comprehension makes. */
export const mapInsert = '@mapInsert'
const transformList = transformed((at, _, result, test) => listOf(at, result, test))
const transformMap = transformed((at, [key], result, test) =>
  mapOf(at, call(at, mapInsert, ident(at, accumulator), ident(at, key), result), test),
)
const transformMapEntry = transformed((at, _, result, test) =>
  mapOf(at, call(at, mapInsert, ident(at, accumulator), result), test),
)

const member = (at: number, target: Expr, name: string): Expr => ({
  kind: 'call',
  at,
  name,
  target,
  args: [],
})

/** Gives a value a name: a comprehension over nothing. */
const bound = (at: number, variable: string, value: Expr, result: Expr): Expr =>
  comprehension(at, list(at), ['#unused'], {
    accumulator: variable,
    start: value,
    condition: literal(at, false),
    step: ident(at, variable),
    result,
  })

const optional =
  (name: string, isFlat: boolean): Expand =>
  (at, target, args) => {
    const variable = argument(args, 0)
    if (variable.kind !== 'ident')
      throw new MacroError(variable.at, `${name}() variable name must be a simple identifier`)
    const result = bound(at, variable.name, member(at, target, 'value'), argument(args, 1))
    return call(
      at,
      '_?_:_',
      member(at, target, 'hasValue'),
      isFlat ? result : call(at, 'optional.of', result),
      call(at, 'optional.none'),
    )
  }

const sortBy: Expand = (at, target, args) => {
  if (target.kind === 'literal' || target.kind === 'map' || target.kind === 'struct')
    throw new MacroError(
      target.at,
      'sortBy can only be applied to a list, identifier, comprehension, call or select expression',
    )
  const input = '@__sortBy_input__'
  const sorted: CallExpr = {
    kind: 'call',
    at,
    name: '@sortByAssociatedKeys',
    target: ident(at, input),
    args: [map(at, ident(at, input), args)],
  }
  return bound(at, input, target, sorted)
}

/** By name and number of arguments. */
const macros: Readonly<Record<string, Expand>> = {
  'all/2': one(allOf),
  'exists/2': one(existsOf),
  'exists_one/2': one(existsOneOf),
  'map/2': map,
  'map/3': map,
  'filter/2': filter,
  'all/3': two(allOf),
  'exists/3': two(existsOf),
  'exists_one/3': two(existsOneOf),
  'existsOne/3': two(existsOneOf),
  'transformList/3': transformList,
  'transformList/4': transformList,
  'transformMap/3': transformMap,
  'transformMap/4': transformMap,
  'transformMapEntry/3': transformMapEntry,
  'transformMapEntry/4': transformMapEntry,
  'optMap/2': optional('optMap', false),
  'optFlatMap/2': optional('optFlatMap', true),
  'sortBy/2': sortBy,
}

/** What a call of a macro stands for; undefined when it is none. Throws MacroError. */
export const expandMacro = ({
  at,
  name,
  target,
  args,
}: Pick<CallExpr, 'at' | 'name' | 'target' | 'args'>): Expr | undefined => {
  if (target === undefined) return name === 'has' && args.length === 1 ? has(at, args) : undefined
  const key = `${name}/${args.length}`
  return Object.hasOwn(macros, key) ? macros[key]?.(at, target, args) : undefined
}
