import { bytesOf, intOf, stringOf, uintOf } from './literal.ts'
import type { Token } from './tokens.ts'

/** The value of a token that is a literal, or what is wrong with it. */
export const literalOf = (
  { kind, text }: Token,
  isNegative: boolean,
): { readonly value: unknown } | { readonly problem: string } => {
  if (kind === 'double') return { value: isNegative ? -Number(text) : Number(text) }
  if (kind === 'bytes') return { value: bytesOf(text) }
  if (kind === 'string') {
    const value = stringOf(text)
    return value === undefined ? { problem: 'unable to unescape string' } : { value }
  }
  const value = kind === 'uint' ? uintOf(text) : intOf(text, isNegative)
  return value === undefined ? { problem: `invalid ${kind} literal` } : { value }
}
