/** What was wrong with a secret; stable, for programs. */
export type SecretExchangeErrorCode =
  /** A value in `data` is no base64. */
  | 'NotBase64'
  /** `secret-data` is no JSON. */
  | 'NotJson'
  /** `secret-data` is JSON, but no object of base64 strings. */
  | 'NotSecretData'
  /** A key that is needed is not there, or empty. */
  | 'MissingKey'
  /** The argument is not what the function works on. */
  | 'WrongArgument'

/**
 * A secret that cannot be encoded, decoded or derived. The message says what and where; it never holds anything of the
 * secret's content, and there is never a `cause`: JSON.parse, for one, quotes what it could not read.
 */
export class SecretExchangeError extends Error {
  override readonly name = 'SecretExchangeError'
  readonly code: SecretExchangeErrorCode

  constructor(code: SecretExchangeErrorCode, message: string) {
    super(message)
    this.code = code
  }
}
