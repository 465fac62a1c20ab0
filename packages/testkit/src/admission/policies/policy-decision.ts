import { CelError } from '../../cel/cel-value.ts'
import { Fields } from '../../cel/fields.ts'
import type { AdmissionPolicy, Validation } from './admission-policy.ts'
import { judgeConditions } from './match-conditions.ts'
import { evaluate } from './policy-input.ts'
import type { Input } from './policy-input.ts'
import { variablesType } from './policy-types.ts'

/** What a policy has against a write. */
export interface Denial {
  readonly message: string
  readonly reason: string
  /** Told whatever the actions of the binding are: an audit annotation could not be made. */
  readonly isAlways: boolean
}

const maxMessageBytes = 5 * 1_024

/** The policy's variables, each computed when it is first asked for. */
const variablesOf = ({ variables }: AdmissionPolicy, input: Input): Fields => {
  const all = new Map<string, () => unknown>()
  const fields = new Fields(variablesType.name, all)
  const seen = (name: string): unknown => (name === 'variables' ? fields : input.get(name))
  for (const { name, compiled } of variables)
    all.set(name, () => {
      if (compiled.kind === 'wrong')
        throw new CelError(
          `composited variable ${JSON.stringify(name)} fails to compile: ${compiled.message}`,
        )
      try {
        return compiled.run(seen)
      } catch (error) {
        if (!(error instanceof CelError)) throw error
        throw new CelError(`composited variable ${JSON.stringify(name)} fails to evaluate: ${error.message}`)
      }
    })
  return fields
}

const messageOf = ({ text, message, messageExpression }: Validation, input: Input): string => {
  if (messageExpression !== undefined) {
    const result = evaluate(messageExpression.text, messageExpression.compiled, input)
    const said = result.kind === 'value' && typeof result.value === 'string' ? result.value.trim() : ''
    // what is too long or has several lines is not passed on
    if (said !== '' && Buffer.byteLength(said) <= maxMessageBytes && !said.includes('\n')) return said
  }
  return message === '' ? `failed expression: ${text.trim()}` : message
}

/** What a policy that matches has against a write, with one of its parameters. */
export const denialsOf = (policy: AdmissionPolicy, given: Input): Denial[] => {
  const input = new Map(given)
  input.set('variables', variablesOf(policy, input))
  const failed = (message: string, isAlways = false): Denial[] =>
    policy.isIgnored ? [] : [{ message, reason: 'Invalid', isAlways }]
  if (policy.conditions.length > 0) {
    // conditions are asked before anybody looks at the namespace
    const verdict = judgeConditions(policy.conditions, new Map([...input, ['namespaceObject', null]]))
    if (verdict.kind === 'passed over') return []
    if (verdict.kind === 'failed') return failed(verdict.message)
  }
  const denials = policy.validations.flatMap((validation) => {
    const result = evaluate(validation.text, validation.compiled, input)
    if (result.kind === 'failed') return failed(result.message)
    if (result.value === true) return []
    return [{ message: messageOf(validation, input), reason: validation.reason, isAlways: false }]
  })
  const annotations = policy.annotations.flatMap(({ text, compiled }) => {
    const result = evaluate(text, compiled, input)
    return result.kind === 'failed' ? failed(result.message, true) : []
  })
  return [...denials, ...annotations]
}
