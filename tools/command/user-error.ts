/** What whoever runs a command can put right: its message is all that is printed. */
export class UserError extends Error {
  override readonly name = 'UserError'
}

/** For `catch` of a command: says what the user can put right, exit 1; anything else is a defect and goes on. */
export const tellUser = (error: unknown): void => {
  if (!(error instanceof UserError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
