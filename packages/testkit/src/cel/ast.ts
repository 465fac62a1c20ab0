/** A node of an expression; `at` is where complaints about it point, a character of the text. */
export type Expr =
  | { readonly kind: 'literal'; readonly at: number; readonly value: unknown }
  | { readonly kind: 'ident'; readonly at: number; readonly name: string }
  | SelectExpr
  | CallExpr
  | ListExpr
  | MapExpr
  | StructExpr
  | ComprehensionExpr

export interface SelectExpr {
  readonly kind: 'select'
  readonly at: number
  readonly operand: Expr
  readonly field: string
  /** `has(…)`. */
  readonly isTest: boolean
}

export interface CallExpr {
  readonly kind: 'call'
  readonly at: number
  readonly name: string
  readonly target?: Expr
  readonly args: readonly Expr[]
}

export interface ListExpr {
  readonly kind: 'list'
  readonly at: number
  readonly elements: readonly Expr[]
  /** Which of them are `?x`. */
  readonly optional: ReadonlySet<number>
}

export interface MapEntry {
  readonly at: number
  readonly key: Expr
  readonly value: Expr
  readonly isOptional: boolean
}

export interface MapExpr {
  readonly kind: 'map'
  readonly at: number
  readonly entries: readonly MapEntry[]
}

export interface StructExpr {
  readonly kind: 'struct'
  readonly at: number
  readonly name: string
  readonly fields: readonly { readonly at: number; readonly name: string; readonly value: Expr }[]
}

/** What macros are made into: goes through `range` while `condition` holds, `step` after `step`. */
export interface ComprehensionExpr {
  readonly kind: 'comprehension'
  readonly at: number
  readonly range: Expr
  readonly variable: string
  readonly variable2?: string
  readonly accumulator: string
  readonly start: Expr
  readonly condition: Expr
  readonly step: Expr
  readonly result: Expr
}

/** `a.b.c`; undefined when it is more than names. */
export const qualifiedName = (expr: Expr): string | undefined => {
  if (expr.kind === 'ident') return expr.name
  if (expr.kind !== 'select' || expr.isTest) return undefined
  const prefix = qualifiedName(expr.operand)
  return prefix === undefined ? undefined : `${prefix}.${expr.field}`
}
