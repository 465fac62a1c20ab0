/** A value that is not of the type of its field, in the words of the real server's decoder. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError'
}
