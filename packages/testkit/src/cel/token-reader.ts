import type { Issue } from './issue.ts'
import { tokensOf } from './tokens.ts'
import type { Token } from './tokens.ts'

/** Words that are no names. */
export const keywords: ReadonlySet<string> = new Set(['in', 'true', 'false', 'null'])

/** Names that are kept for later. */
export const reserved: ReadonlySet<string> = new Set(
  'as break const continue else for function if import let loop package namespace return var void while'.split(
    ' ',
  ),
)
/** What an expression may begin with. */
export const starts =
  "{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}"

/** Whether a token may stand after a value. */
const isAfterValue = ({ kind, text }: Token): boolean =>
  kind === 'sign' ? !['{', '(', '!', ','].includes(text) : text === 'in'

/** Whether an expression may begin with a token. */
export const isStart = ({ kind, text }: Token): boolean => {
  if (kind === 'sign') return ['[', '{', '(', '.', '-', '!'].includes(text)
  return kind !== 'end' && kind !== 'escaped' && text !== 'in'
}

/** The tokens of an expression one after the other, and what is wrong with them, in the real server's words. */
export class TokenReader {
  readonly issues: Issue[]
  /** In how many lists of values the next token is. */
  lists = 0
  readonly #text: string
  readonly #tokens: readonly Token[]
  /** After a complaint nothing more is told until something is as it should be. */
  #isQuiet = false
  #at = 0

  constructor(text: string) {
    this.#text = text
    const { tokens, issues } = tokensOf(text)
    this.#tokens = tokens
    this.issues = issues
  }

  get next(): Token {
    return this.#tokens[this.#at] ?? { kind: 'end', text: '<EOF>', at: this.#text.length }
  }

  /** Tells of the next token, unless it may be wrong because of what was told before. */
  tell(message: string): void {
    if (!this.#isQuiet) this.issues.push({ at: this.next.at, message: `Syntax error: ${message}` })
    this.#isQuiet = true
  }

  complain(how: 'extraneous' | 'mismatched', expected: string): void {
    this.tell(`${how} input '${this.next.text}' expecting ${expected}`)
  }

  is(text: string): boolean {
    const { kind, text: found } = this.next
    return found === text && (kind === 'sign' || (kind === 'name' && keywords.has(text)))
  }

  accept(text: string): Token | undefined {
    if (!this.is(text)) return undefined
    const token = this.next
    this.#at += 1
    this.#isQuiet = false
    return token
  }

  /** Goes on with one token too many left out, or with the missing one put in, when that helps. */
  expect(text: string, instead = `'${text}'`): Token {
    const found = this.accept(text)
    if (found !== undefined) return found
    const token = this.next
    if (this.#tokens[this.#at + 1]?.text === text) {
      this.complain('extraneous', instead)
      this.#at += 1
      return this.accept(text) ?? token
    }
    const isClosing = (text === ')' || text === ']') && instead === `'${text}'`
    const isBetween = token.text === ',' && this.lists > 0
    if (isClosing && (token.kind === 'end' || isBetween || isAfterValue(token)))
      this.tell(`missing '${text}' at '${token.text}'`)
    else this.complain('mismatched', instead)
    return token
  }

  /** A token after the next one. */
  ahead(count: number): Token | undefined {
    return this.#tokens[this.#at + count]
  }

  /** Passes over tokens that were understood. */
  advance(count = 1): void {
    this.#at += count
    this.#isQuiet = false
  }

  /** Passes over one that was not. */
  skip(): void {
    this.#at += 1
  }

  /** A minus that belongs to a number. */
  isSigned(): boolean {
    const { kind } = this.#tokens[this.#at + 1] ?? {}
    return this.is('-') && (kind === 'int' || kind === 'double')
  }
}
