import { compileExpression } from './expressions.ts'
import type { CompiledExpression, ExpressionPlace } from './expressions.ts'
import { evaluate } from './policy-input.ts'
import type { Input } from './policy-input.ts'

/** A condition under which a webhook or a policy is asked. */
export interface MatchCondition {
  readonly name: string
  readonly expression: string
}

export interface CompiledCondition extends MatchCondition {
  readonly compiled: CompiledExpression
}

export type Verdict =
  | { readonly kind: 'met' }
  | { readonly kind: 'passed over' }
  /** To be refused with, unless failures are ignored. */
  | { readonly kind: 'failed'; readonly message: string }

/** Compiles conditions; those of webhooks have no params and no variables. */
export const compileConditions = (
  conditions: readonly MatchCondition[],
  place: ExpressionPlace = { hasParams: false, hasAuthorizer: true },
): CompiledCondition[] =>
  conditions.map((condition) => ({
    ...condition,
    compiled: compileExpression(condition.expression, 'bool', place),
  }))

/** What conditions come to together: one that is false decides, then one that fails. */
export const judgeConditions = (conditions: readonly CompiledCondition[], input: Input): Verdict => {
  const failures: string[] = []
  for (const { expression, compiled } of conditions) {
    const result = evaluate(expression, compiled, input)
    if (result.kind === 'failed') failures.push(result.message)
    else if (result.value === false) return { kind: 'passed over' }
  }
  if (failures.length === 0) return { kind: 'met' }
  const distinct = [...new Set(failures)]
  return {
    kind: 'failed',
    message: distinct.length === 1 ? distinct.join() : `[${distinct.join(', ')}]`,
  }
}
