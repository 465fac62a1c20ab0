import { CompileError } from './issue.ts'

/** How deep expressions may be, as on the real server. */
export const maxDepth = 250
const maxCharacters = 100_000
/** Macros like `optMap` have what they are called on twice: a chain of them doubles with each. */
const maxParts = 100_000

/** Of an expression as a whole. */
const refusal = (text: string, message: string): CompileError => new CompileError(text, [{ at: -1, message }])

/** What would overflow the stack. */
export const tooDeep = (text: string): CompileError => refusal(text, 'max recursion depth exceeded')

export const tooNested = (text: string): CompileError =>
  refusal(text, `expression recursion limit exceeded: ${maxDepth}`)

/** Throws CompileError. */
export const checkSize = (text: string): void => {
  const size = text.length > maxCharacters ? [...text].length : 0
  if (size > maxCharacters)
    throw refusal(text, `expression code point size exceeds limit: size: ${size}, limit ${maxCharacters}`)
}

/** An expression with more parts than can be looked at in reasonable time: the real server is lost in it. */
export class ExpressionTooLarge extends Error {
  override readonly name = 'ExpressionTooLarge'

  toCompileError(text: string): CompileError {
    return refusal(text, this.message)
  }
}

/** Throws ExpressionTooLarge. */
export const checkParts = (count: number): void => {
  if (count > maxParts)
    throw new ExpressionTooLarge('expression has too many parts once its macros are expanded')
}
