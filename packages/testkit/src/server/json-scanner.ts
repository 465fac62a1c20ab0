/** What a look at JSON's characters finds, which its parsed form does not tell. */
export interface Scanned {
  /** What is wrong with the syntax, in the words of Go's encoding/json. */
  readonly problem?: string
  /** Paths of fields that are there twice, `metadata.name`. */
  readonly duplicates: readonly string[]
}

class SyntaxProblem extends Error {
  override readonly name = 'SyntaxProblem'
}

const shown = (character: string): string => {
  if (character === "'") return `'\\''`
  if (character === '"') return `'"'`
  return `'${JSON.stringify(character).slice(1, -1)}'`
}

class Scanner {
  readonly #text: string
  readonly duplicates: string[] = []
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  document(): void {
    this.#value('')
    this.#space()
    if (this.#at < this.#text.length) throw this.#unexpected('after top-level value')
  }

  #unexpected(context: string): SyntaxProblem {
    const code = this.#text.codePointAt(this.#at)
    if (code === undefined) return new SyntaxProblem('unexpected end of JSON input')
    // Go looks at bytes, and shows the first of several
    const [byte = 0] = Buffer.from(String.fromCodePoint(code))
    return new SyntaxProblem(`invalid character ${shown(String.fromCodePoint(byte))} ${context}`)
  }

  #space(): void {
    while (/[ \t\r\n]/.test(this.#text.charAt(this.#at))) this.#at++
  }

  #peek(): string {
    this.#space()
    return this.#text.charAt(this.#at)
  }

  #value(path: string): void {
    const first = this.#peek()
    if (first === '{') this.#object(path)
    else if (first === '[') this.#array(path)
    else if (first === '"') this.#string()
    else if (first === '-' || /\d/.test(first)) this.#number()
    else if (first === 't') this.#literal('true')
    else if (first === 'f') this.#literal('false')
    else if (first === 'n') this.#literal('null')
    else throw this.#unexpected('looking for beginning of value')
  }

  #object(path: string): void {
    this.#at++
    const names = new Set<string>()
    if (this.#peek() === '}') {
      this.#at++
      return
    }
    for (;;) {
      if (this.#peek() !== '"') throw this.#unexpected('looking for beginning of object key string')
      const name = this.#string()
      const at = path === '' ? name : `${path}.${name}`
      if (names.has(name)) this.duplicates.push(at)
      names.add(name)
      if (this.#peek() !== ':') throw this.#unexpected('after object key')
      this.#at++
      this.#value(at)
      const next = this.#peek()
      if (next !== ',' && next !== '}') throw this.#unexpected('after object key:value pair')
      this.#at++
      if (next === '}') return
    }
  }

  #array(path: string): void {
    this.#at++
    if (this.#peek() === ']') {
      this.#at++
      return
    }
    for (let index = 0; ; index++) {
      this.#value(`${path}[${index}]`)
      const next = this.#peek()
      if (next !== ',' && next !== ']') throw this.#unexpected('after array element')
      this.#at++
      if (next === ']') return
    }
  }

  #string(): string {
    const start = this.#at++
    for (;;) {
      const character = this.#text.charAt(this.#at)
      if (character === '' || character < ' ') throw this.#unexpected('in string literal')
      this.#at++
      if (character === '"') return JSON.parse(this.#text.slice(start, this.#at)) as string
      if (character === '\\') this.#escape()
    }
  }

  #escape(): void {
    const character = this.#text.charAt(this.#at)
    if (!/["\\/bfnrtu]/.test(character)) throw this.#unexpected('in string escape code')
    this.#at++
    if (character !== 'u') return
    for (let count = 0; count < 4; count++, this.#at++)
      if (!/[0-9a-fA-F]/.test(this.#text.charAt(this.#at)))
        throw this.#unexpected(String.raw`in \u hexadecimal character escape`)
  }

  #digits(context: string): void {
    if (!/\d/.test(this.#text.charAt(this.#at))) throw this.#unexpected(context)
    while (/\d/.test(this.#text.charAt(this.#at))) this.#at++
  }

  #number(): void {
    if (this.#text.charAt(this.#at) === '-') this.#at++
    if (this.#text.charAt(this.#at) === '0') this.#at++
    else this.#digits('in numeric literal')
    if (this.#text.charAt(this.#at) === '.') {
      this.#at++
      this.#digits('after decimal point in numeric literal')
    }
    if (/[eE]/.test(this.#text.charAt(this.#at))) {
      this.#at++
      if (/[+-]/.test(this.#text.charAt(this.#at))) this.#at++
      this.#digits('in exponent of numeric literal')
    }
  }

  #literal(word: string): void {
    for (const letter of word) {
      if (this.#text.charAt(this.#at) !== letter)
        throw this.#unexpected(`in literal ${word} (expecting '${letter}')`)
      this.#at++
    }
  }
}

/** Reads JSON letter by letter: slower than JSON.parse, and only for what that does not tell. */
export const scanJson = (text: string): Scanned => {
  const scanner = new Scanner(text)
  try {
    scanner.document()
    return { duplicates: scanner.duplicates }
  } catch (error) {
    if (!(error instanceof SyntaxProblem)) throw error
    return { problem: error.message, duplicates: scanner.duplicates }
  }
}

const fieldsIn = (value: unknown): number => {
  if (typeof value !== 'object' || value === null) return 0
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + fieldsIn(item), 0)
  const fields = Object.values(value)
  return fields.reduce<number>((sum, field) => sum + fieldsIn(field), fields.length)
}

/** Fields that a text has twice; `value` is what it was parsed to. Cheap where there are none. */
export const duplicateFields = (text: string, value: unknown): readonly string[] => {
  const colons = text.match(/"[ \t\r\n]*:/g)?.length ?? 0
  return colons > fieldsIn(value) ? scanJson(text).duplicates : []
}
