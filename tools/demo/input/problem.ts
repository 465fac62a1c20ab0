/** What is wrong with the input, where, and what to do about it. */
export interface Problem {
  /** `file:line:column`, or the file alone. */
  readonly where: string
  readonly what: string
  /** Absent when `what` says it. */
  readonly todo?: string
}

/** Bad input: nothing has been started when it is thrown. */
export class InputError extends Error {
  override readonly name = 'InputError'
  readonly problems: readonly Problem[]

  constructor(problems: readonly Problem[]) {
    super(
      problems
        .map(({ where, what, todo }) => `${where}: ${what}${todo === undefined ? '' : `\n    ${todo}`}`)
        .join('\n'),
    )
    this.problems = problems
  }
}
