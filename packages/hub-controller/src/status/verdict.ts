import type { EngineReason, State } from '@odfmo/controller-kit'
import { reasonOf, type Reason } from './reasons/reasons.ts'

/** What keeps a condition from being True: CamelCase reason, and what is missing, where, and who should bring it. */
export interface Problem {
  readonly reason: Reason
  readonly message: string
}

/** How one condition stands. */
export type Verdict =
  | { readonly is: 'true'; readonly reason: Reason; readonly message: string }
  | { readonly is: 'false'; readonly problems: readonly [Problem, ...Problem[]] }
  /** A part has not been evaluated since start: nothing is said yet. */
  | { readonly is: 'pending'; readonly message: string }

/** What one look at a part came to. */
export type Finding =
  | { readonly is: 'fine' }
  | { readonly is: 'pending'; readonly message: string }
  | ({ readonly is: 'problem' } & Problem)

export const fine: Finding = { is: 'fine' }

export const problem = (reason: Reason, message: string): Finding => ({ is: 'problem', reason, message })

/** All findings of one condition together; the first problem gives the reason. */
export const verdict = (findings: readonly Finding[], reason: Reason, message: string): Verdict => {
  const pending = findings.find((finding) => finding.is === 'pending')
  if (pending !== undefined) return pending
  const [first, ...rest] = findings.flatMap((finding) => (finding.is === 'problem' ? [finding] : []))
  return first === undefined ? { is: 'true', reason, message } : { is: 'false', problems: [first, ...rest] }
}

/** What the state of a derived object says; `what` names it for people. */
export const findingOf = (what: string, state: State): Finding => {
  switch (state.is) {
    case 'present':
    case 'left':
      return fine
    case 'pending':
      return { is: 'pending', message: state.message }
    case 'writing':
      // Which try it is and why are not said: each would be another status.
      return problem('Writing', `${what} is being written`)
    case 'absent':
      return problem('Missing', `${what} is not there yet`)
    case 'going':
      return problem('BeingDeleted', `${what} is ${state.message}`)
    case 'waiting':
      return problem(reasonOf(state.reason), waitText(what, state))
    case 'failed':
      return problem(reasonOf(state.reason), `${what}: ${state.message}`)
  }
}

/** Rules name their object and who brings what is missing; what the engine waits for names neither. */
const waitText = (what: string, { reason, message }: Extract<State, { is: 'waiting' }>): string => {
  const cannot = `${what} cannot be made: ${message}`
  if (reason === ('KindNotServed' satisfies EngineReason))
    return `${cannot}: an administrator of the hub should install its operator`
  return reason === ('NamespaceTerminating' satisfies EngineReason) ? cannot : message
}
