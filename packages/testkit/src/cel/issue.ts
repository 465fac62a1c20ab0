/** What is wrong with an expression, and at which of its characters. */
export interface Issue {
  /** Negative: of the whole expression, which is not shown. */
  readonly at: number
  readonly message: string
}

/** An expression that does not compile; the message has a line a complaint, and the place under the text. */
export class CompileError extends Error {
  override readonly name = 'CompileError'
  readonly issues: readonly Issue[]

  constructor(text: string, issues: readonly Issue[]) {
    const sorted = issues.toSorted((left, right) => left.at - right.at)
    super(sorted.map((issue) => shownIssue(text, issue)).join('\n'))
    this.issues = issues
  }
}

/** Characters beyond ASCII take the room of two. */
const isWide = (character: string): boolean => character > '\u007f'

const shownIssue = (text: string, { at, message }: Issue): string => {
  if (at < 0) return `ERROR: <input>:-1:0: ${message}`
  const before = text.slice(0, at)
  const start = before.lastIndexOf('\n') + 1
  const line = before.split('\n').length
  const shown = (text.slice(start).split('\n')[0] ?? '').replaceAll('\t', ' ')
  const passed = [...before.slice(start)]
  const dots = passed.map((character) => (isWide(character) ? '\uff0e' : '.')).join('')
  const under = isWide([...shown][passed.length] ?? '') ? '\uff3e' : '^'
  return `ERROR: <input>:${line}:${passed.length + 1}: ${message}\n | ${shown}\n | ${dots}${under}`
}
