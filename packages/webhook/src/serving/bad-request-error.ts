/** A request that cannot be judged: what is wrong with it, as a sentence, and the HTTP status that says so. */
export class BadRequestError extends Error {
  override readonly name = 'BadRequestError'
  readonly code = 'ODFMO_BAD_REQUEST'
  readonly status: 400 | 404 | 405 | 408 | 413 | 415 | 417 | 431

  constructor(status: BadRequestError['status'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.status = status
  }
}
