/** A webhook could not be asked, or what it said is no answer: `failurePolicy` decides what becomes of the request. */
export class WebhookError extends Error {
  override readonly name = 'WebhookError'

  /** `webhook`: its name. */
  constructor(webhook: string, reason: string) {
    super(`failed calling webhook ${JSON.stringify(webhook)}: ${reason}`)
  }
}
