/** An object is wanted at once in a form that a webhook has to be asked for: asked, it is wanted again. */
export class UnknownFormError extends Error {
  override readonly name = 'UnknownFormError'
  /** Answers what makes it known; rejects with why the webhook does not say. */
  readonly ask: () => Promise<() => void>

  constructor(wanted: string, ask: () => Promise<() => void>) {
    super(`the conversion webhook has to be asked for ${wanted}`)
    this.ask = ask
  }
}
