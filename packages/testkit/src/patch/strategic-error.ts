/** Why a strategic patch is refused: 400 for a directive in a wrong form, 500 for one that means nothing there. */
export class StrategicPatchError extends Error {
  override readonly name = 'StrategicPatchError'
  readonly code: 400 | 422 | 500

  constructor(message: string, code: 400 | 422 | 500 = 500) {
    super(message)
    this.code = code
  }
}
