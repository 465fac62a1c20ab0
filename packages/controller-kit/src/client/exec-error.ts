/** A credential plugin that gave no credential; the message names the command, never what it answered. */
export class ExecError extends Error {
  override readonly name = 'ExecError'
  readonly code = 'ODFMO_EXEC'
}
