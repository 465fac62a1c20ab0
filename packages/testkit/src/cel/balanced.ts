import type { Expr } from './ast.ts'

/** A chain of `&&` or of `||` as a tree of the least depth: chains may be long. `ops` are the places of the operators. */
export const balanced = (name: string, terms: readonly Expr[], ops: readonly number[]): Expr => {
  const [only] = terms
  const middle = Math.floor(ops.length / 2)
  const at = ops[middle]
  if (only === undefined || at === undefined) return only ?? { kind: 'literal', at: 0, value: null }
  const left = balanced(name, terms.slice(0, middle + 1), ops.slice(0, middle))
  const right = balanced(name, terms.slice(middle + 1), ops.slice(middle + 1))
  return { kind: 'call', at, name, args: [left, right] }
}
