import type { CallExpr, Expr, ListExpr, MapExpr } from './ast.ts'
import { formatType, isSameType, unwrapped } from './cel-type.ts'
import type { CelType } from './cel-type.ts'
import { CelError } from './cel-value.ts'
import { clauseRefusal, templateParts } from './format-text.ts'
import type { Clause } from './format-text.ts'
import { callFunction } from './functions.ts'
import type { FunctionTable } from './functions.ts'
import type { Issue } from './issue.ts'
import { compiledPattern } from './library/standard.ts'

type TypeOf = (expr: Expr) => CelType

/** Functions that are tried with a literal argument while compiling. */
const tried: ReadonlySet<string> = new Set(['duration', 'timestamp', 'matches'])

const partsOf = (expr: Expr): readonly Expr[] => {
  switch (expr.kind) {
    case 'literal':
    case 'ident':
      return []
    case 'select':
      return [expr.operand]
    case 'call':
      return expr.target === undefined ? expr.args : [expr.target, ...expr.args]
    case 'list':
      return expr.elements
    case 'map':
      return expr.entries.flatMap(({ key, value }) => [key, value])
    case 'struct':
      return expr.fields.map(({ value }) => value)
    case 'comprehension':
      return [expr.range, expr.start, expr.condition, expr.step, expr.result]
  }
}

const complaintOf = <T>(run: () => T): { readonly value: T } | { readonly message: string } => {
  try {
    return { value: run() }
  } catch (error) {
    if (error instanceof CelError) return { message: error.message }
    throw error
  }
}

/** Kinds of types that clauses take; `s` takes many. */
const takenBy: Readonly<Record<string, readonly CelType['kind'][]>> = {
  s: [
    'list',
    'map',
    'int',
    'uint',
    'double',
    'bool',
    'string',
    'timestamp',
    'bytes',
    'duration',
    'type',
    'null',
  ],
  d: ['int', 'uint'],
  f: ['double', 'string'],
  e: ['double', 'string'],
  b: ['int', 'uint', 'bool'],
  x: ['int', 'uint', 'string', 'bytes'],
  X: ['int', 'uint', 'string', 'bytes'],
  o: ['int', 'uint'],
}

/** The part of a value that its clause does not take. */
const untaken = (expr: Expr, { letter }: Clause, typeOf: TypeOf): Expr | undefined => {
  const { kind } = typeOf(expr)
  if (kind !== 'dyn' && takenBy[letter]?.includes(kind) !== true) return expr
  if (letter !== 's' || (expr.kind !== 'list' && expr.kind !== 'map')) return undefined
  for (const part of partsOf(expr)) {
    const found = untaken(part, { letter, precision: 0 }, typeOf)
    if (found !== undefined) return found
  }
  return undefined
}

/** `'%d'.format([…])` with both written down: what is sure to go wrong. */
const formatIssues = ({ target, args, at }: CallExpr, typeOf: TypeOf): Issue[] => {
  const [list] = args
  if (target?.kind !== 'literal' || typeof target.value !== 'string' || list?.kind !== 'list') return []
  const { value: template } = target
  const { elements } = list
  const parts = complaintOf(() => templateParts(template, elements.length))
  if ('message' in parts) return [{ at, message: parts.message }]
  const clauses = parts.value.filter((part) => typeof part !== 'string')
  for (const [place, clause] of clauses.entries()) {
    const element = elements[place]
    const wrong = element === undefined ? undefined : untaken(element, clause, typeOf)
    if (wrong !== undefined)
      return [{ at: wrong.at, message: clauseRefusal(clause.letter, typeOf(wrong).name) }]
  }
  if (elements.length <= clauses.length) return []
  const counts = `expected ${clauses.length}, got ${elements.length}`
  return [{ at, message: `too many arguments supplied to string.format (${counts})` }]
}

const callIssues = (call: CallExpr, functions: FunctionTable, typeOf: TypeOf): Issue[] => {
  const { name, args } = call
  if (name === 'format') return formatIssues(call, typeOf)
  const [argument] = args
  if (!tried.has(name) || argument?.kind !== 'literal') return []
  const { value } = argument
  const result = complaintOf(() =>
    name === 'matches'
      ? compiledPattern(String(value))
      : callFunction(name, functions.get(name) ?? [], [value]),
  )
  return 'message' in result ? [{ at: argument.at, message: `invalid ${name} argument` }] : []
}

const differing = (at: number, wanted: CelType, found: CelType): Issue[] =>
  isSameType(wanted, found)
    ? []
    : [{ at, message: `expected type '${formatType(wanted)}' but found '${formatType(found)}'` }]

/** All elements of a list are of one type; the first other one is told. */
const listIssues = ({ elements, optional }: ListExpr, typeOf: TypeOf): Issue[] => {
  const types = elements.map((element, at) =>
    optional.has(at) ? unwrapped(typeOf(element)) : typeOf(element),
  )
  const [first] = types
  const wrong = types.findIndex((type) => first !== undefined && !isSameType(first, type))
  const [type, element] = [types[wrong], elements[wrong]]
  return first === undefined || type === undefined || element === undefined
    ? []
    : differing(element.at, first, type)
}

/** All keys of a map are of one type, and all its values. */
const mapIssues = ({ entries }: MapExpr, typeOf: TypeOf): Issue[] => {
  const [first] = entries
  if (first === undefined) return []
  return entries.flatMap(({ key, value, isOptional }) => [
    ...differing(key.at, typeOf(first.key), typeOf(key)),
    ...differing(
      value.at,
      first.isOptional ? unwrapped(typeOf(first.value)) : typeOf(first.value),
      isOptional ? unwrapped(typeOf(value)) : typeOf(value),
    ),
  ])
}

const ownIssues = (expr: Expr, functions: FunctionTable, typeOf: TypeOf, isFormatted: boolean): Issue[] => {
  if (expr.kind === 'call') return callIssues(expr, functions, typeOf)
  if (isFormatted) return []
  if (expr.kind === 'list') return listIssues(expr, typeOf)
  return expr.kind === 'map' ? mapIssues(expr, typeOf) : []
}

/**
 * What is found out of an expression whose types are right: lists of mixed types, unless they are formatted; and what is
 * sure to fail when it runs, as wrong patterns, times and formats that are written down in it.
 */
export const literalIssues = (
  expr: Expr,
  functions: FunctionTable,
  typeOf: TypeOf,
  isFormatted = false,
): Issue[] => {
  const isWithin = isFormatted || (expr.kind === 'call' && expr.name === 'format')
  return [
    ...ownIssues(expr, functions, typeOf, isFormatted),
    ...partsOf(expr).flatMap((part) => literalIssues(part, functions, typeOf, isWithin)),
  ]
}
