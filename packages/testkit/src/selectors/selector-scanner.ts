/** A piece of a label selector. `in` and `notin` are operators only where one can stand. */
export interface Token {
  readonly kind: 'word' | 'symbol' | 'end'
  readonly text: string
}

const tokenPattern = /\s*(?:(==|!=|[=!(),<>])|([^\s=!(),<>]+))/y

const tokensOf = (text: string): Token[] => {
  const tokens: Token[] = []
  tokenPattern.lastIndex = 0
  for (let match = tokenPattern.exec(text); match !== null; match = tokenPattern.exec(text)) {
    const [, symbol, word] = match
    tokens.push(symbol === undefined ? { kind: 'word', text: word ?? '' } : { kind: 'symbol', text: symbol })
  }
  return tokens
}

const end: Token = { kind: 'end', text: '' }

/** Goes through a label selector piece by piece. */
export class SelectorScanner {
  readonly #tokens: readonly Token[]
  #at = 0

  constructor(text: string) {
    this.#tokens = tokensOf(text)
  }

  /** The next piece, which stays. */
  get next(): Token {
    return this.#tokens[this.#at] ?? end
  }

  take(): Token {
    const token = this.next
    this.#at++
    return token
  }
}
