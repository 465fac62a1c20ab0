import type { State } from '@odfmo/controller-kit'

/** What keeps a condition from being True: CamelCase reason, and what is missing, where, and who should bring it. */
export interface Problem {
  readonly reason: string
  readonly message: string
}

/** How one condition stands. */
export type Verdict =
  | { readonly is: 'true'; readonly reason: string; readonly message: string }
  | { readonly is: 'false'; readonly problems: readonly [Problem, ...Problem[]] }
  /** A part has not been evaluated since start: nothing is said yet. */
  | { readonly is: 'pending'; readonly message: string }

/** What one look at a part came to. */
export type Finding =
  | { readonly is: 'fine' }
  | { readonly is: 'pending'; readonly message: string }
  | ({ readonly is: 'problem' } & Problem)

export const fine: Finding = { is: 'fine' }

export const problem = (reason: string, message: string): Finding => ({ is: 'problem', reason, message })

/** All findings of one condition together; the first problem gives the reason. */
export const verdict = (findings: readonly Finding[], reason: string, message: string): Verdict => {
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
      return problem('Writing', `${what} is being written: ${state.message}`)
    case 'absent':
      return problem('Missing', `${what} is not there yet`)
    case 'going':
      return problem('BeingDeleted', `${what} is ${state.message}`)
    case 'waiting':
      return problem(state.reason, state.message)
    case 'failed':
      return problem(state.reason, `${what}: ${state.message}`)
  }
}
