/** What went wrong with a real control plane; messages say what to do about it. */
export type ControlPlaneErrorCode =
  /** A binary is not where it is looked for. */
  | 'ODFMO_CONTROL_PLANE_BINARIES'
  /** A child process ended by itself; the message has its last lines. */
  | 'ODFMO_CONTROL_PLANE_CHILD'
  /** It was not ready in time. */
  | 'ODFMO_CONTROL_PLANE_TIMEOUT'

/** A control plane that could not be started, or that ended by itself; `code` says which. */
export class ControlPlaneError extends Error {
  override readonly name = 'ControlPlaneError'
  readonly code: ControlPlaneErrorCode

  constructor(code: ControlPlaneErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? {} : { cause })
    this.code = code
  }
}
