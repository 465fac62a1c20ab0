import type { Expr } from './ast.ts'
import { CelError, CelMap } from './cel-value.ts'
import { callFunction } from './functions.ts'
import type { FunctionTable } from './functions.ts'
import { compiledPattern } from './library/standard.ts'

/** An expression that compiles and can never run; the message is the real server's. */
export class InstantiationError extends Error {
  override readonly name = 'InstantiationError'
}

/** Functions that are called at once when their argument is written down. */
const conversions: ReadonlySet<string> = new Set(
  'bool bytes double duration dyn int string timestamp type uint'.split(' '),
)
const ofPatterns: ReadonlySet<string> = new Set(['matches', 'find', 'findAll'])

interface Constant {
  readonly value: unknown
}

const listOf = (exprs: readonly Expr[], functions: FunctionTable): Constant | undefined => {
  const values = exprs.map((expr) => constantOf(expr, functions))
  return values.every((value) => value !== undefined)
    ? { value: values.map(({ value }) => value) }
    : undefined
}

const withPattern = (name: string, args: readonly (Constant | undefined)[]): void => {
  const pattern = args[1]?.value
  if (ofPatterns.has(name) && typeof pattern === 'string') compiledPattern(pattern)
}

/** What an expression always comes to; its parts are looked at in the order in which the real server plans them. */
const constantOf = (expr: Expr, functions: FunctionTable): Constant | undefined => {
  switch (expr.kind) {
    case 'literal':
      return expr
    case 'list':
      return expr.optional.size > 0 ? undefined : listOf(expr.elements, functions)
    case 'map': {
      const keys = listOf(
        expr.entries.map(({ key }) => key),
        functions,
      )
      const values = listOf(
        expr.entries.map(({ value }) => value),
        functions,
      )
      if (keys === undefined || values === undefined || expr.entries.some((entry) => entry.isOptional))
        return undefined
      const all = values.value as readonly unknown[]
      return { value: new CelMap((keys.value as readonly unknown[]).map((key, at) => [key, all[at]])) }
    }
    case 'call': {
      const { name, target, args } = expr
      const all = (target === undefined ? args : [target, ...args]).map((part) => constantOf(part, functions))
      withPattern(name, all)
      const [only] = all
      if (target !== undefined || all.length !== 1 || only === undefined || !conversions.has(name))
        return undefined
      return { value: callFunction(name, functions.get(name) ?? [], [only.value]) }
    }
    case 'select':
      constantOf(expr.operand, functions)
      return undefined
    case 'comprehension':
      for (const part of [expr.range, expr.start, expr.condition, expr.step, expr.result])
        constantOf(part, functions)
      return undefined
    case 'ident':
    case 'struct':
      return undefined
  }
}

/** Throws InstantiationError when a part that never changes is sure to fail. */
export const checkConstants = (expr: Expr, functions: FunctionTable): void => {
  try {
    constantOf(expr, functions)
  } catch (error) {
    if (error instanceof CelError)
      throw new InstantiationError(`program instantiation failed: ${error.message}`)
    throw error
  }
}
