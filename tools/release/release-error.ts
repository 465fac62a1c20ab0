/** Something that whoever makes the release has to do or to put right first; says what. */
export class ReleaseError extends Error {
  override readonly name = 'ReleaseError'
}
