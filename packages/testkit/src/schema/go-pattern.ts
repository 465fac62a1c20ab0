/** A pattern that Go's regexp package refuses; the message is what that says. */
export class GoPatternError extends Error {
  override readonly name = 'GoPatternError'
}

const problem = (why: string, text: string): GoPatternError =>
  new GoPatternError(`error parsing regexp: ${why}: \`${text}\``)

const namedClasses: Readonly<Record<string, string>> = {
  alnum: '0-9A-Za-z',
  alpha: 'A-Za-z',
  ascii: String.raw`\x00-\x7f`,
  blank: String.raw`\t `,
  cntrl: String.raw`\x00-\x1f\x7f`,
  digit: '0-9',
  graph: '!-~',
  lower: 'a-z',
  print: ' -~',
  punct: String.raw`!-\/:-@\[-\`{-~`,
  space: String.raw`\t\n\v\f\r `,
  upper: 'A-Z',
  word: '0-9A-Za-z_',
  xdigit: '0-9A-Fa-f',
}

const spaces = String.raw`\t\n\f\r `
/** What JavaScript may have escaped; it refuses the escape of anything else. */
const syntaxCharacter = /[\^$\\.*+?()[\]{}|/-]/

interface Piece {
  /** The same in JavaScript. */
  readonly text: string
  /** Characters of the pattern that it stands for. */
  readonly length: number
}

const propertyAt = (rest: string): Piece => {
  const found = /^\\([pP])(?:\{(\^?)(\w+)\}|(\w))/.exec(rest)
  if (found === null) throw problem('invalid character class range', rest.slice(0, 2))
  const [{ length }, letter = 'p', not = '', long, short] = found
  const name = long ?? short ?? ''
  const isNegated = (letter === 'P') !== (not === '^')
  // longer ones are scripts
  const property = `${isNegated ? 'P' : 'p'}{${name.length > 2 ? 'Script=' : ''}${name}}`
  const text = `\\${property}`
  try {
    new RegExp(text, 'u')
  } catch {
    throw problem('invalid character class range', found[0])
  }
  return { text, length }
}

const escapeAt = (rest: string, isInClass: boolean): Piece => {
  const next = rest.charAt(1)
  if (next === '')
    throw new GoPatternError('error parsing regexp: trailing backslash at end of expression: ``')
  if (next === 'p' || next === 'P') return propertyAt(rest)
  if (next === 's') return { text: isInClass ? spaces : `[${spaces}]`, length: 2 }
  if (next === 'S' && !isInClass) return { text: `[^${spaces}]`, length: 2 }
  if (next === 'a') return { text: String.raw`\x07`, length: 2 }
  if (next === 'A' && !isInClass) return { text: '^', length: 2 }
  if (next === 'z' && !isInClass) return { text: '$', length: 2 }
  const code = /^\\x\{([0-9a-fA-F]+)\}/.exec(rest)
  if (code !== null) return { text: String.raw`\u{${code[1] ?? ''}}`, length: code[0].length }
  if (/[dDwWSfnrtvx]/.test(next) || (!isInClass && /[bB]/.test(next)))
    return { text: rest.slice(0, 2), length: 2 }
  if (!/[!-/:-@[-`{-~ ]/.test(next)) throw problem('invalid escape sequence', rest.slice(0, 2))
  const isEscaped = syntaxCharacter.test(next) && (isInClass || next !== '-')
  return { text: isEscaped ? rest.slice(0, 2) : next, length: 2 }
}

const groupAt = (rest: string): Piece => {
  const unsupported = /^\(\?[=!]/.exec(rest)
  if (unsupported !== null) throw problem('invalid or unsupported Perl syntax', unsupported[0])
  if (/^\(\?P?<(?!\w+>)/.test(rest)) throw problem('invalid named capture', /^[^>]*>/.exec(rest)?.[0] ?? rest)
  return rest.startsWith('(?P<') ? { text: '(?<', length: 4 } : { text: '(', length: 1 }
}

const repeatAt = (rest: string): Piece => {
  const [repeat] = /^\{\d+(?:,\d*)?\}/.exec(rest) ?? []
  if (repeat === undefined) return { text: String.raw`\{`, length: 1 }
  const most = 1_000
  if (repeat.match(/\d+/g)?.some((count) => Number(count) > most) === true)
    throw problem('invalid repeat count', repeat)
  return { text: repeat, length: repeat.length }
}

/** What stands between brackets, and they. */
const classAt = (rest: string): Piece => {
  const [start = '['] = /^\[\^?/.exec(rest) ?? []
  let text = start
  let at = start.length
  for (let isFirst = true; isFirst || rest.charAt(at) !== ']'; isFirst = false) {
    const [whole, not, name = ''] = /^\[:(\^?)(\w+):\]/.exec(rest.slice(at)) ?? []
    const character = rest.charAt(at)
    if (character === '') throw problem('missing closing ]', rest)
    const [range, low = '', high = ''] = /^([^\\])-([^\\\]])/.exec(rest.slice(at)) ?? []
    if (range !== undefined && low > high) throw problem('invalid character class range', range)
    if (whole !== undefined) {
      const ranges = Object.hasOwn(namedClasses, name) ? namedClasses[name] : undefined
      if (ranges === undefined || not !== '') throw problem('invalid character class range', whole)
      text += ranges
      at += whole.length
    } else if (character === '\\') {
      const piece = escapeAt(rest.slice(at), true)
      text += piece.text
      at += piece.length
    } else {
      text += character === ']' || character === '[' ? `\\${character}` : character
      at += 1
    }
  }
  return { text: `${text}]`, length: at + 1 }
}

const isRepeat = (rest: string, { length }: Piece): boolean =>
  /^[*+?]/.test(rest) || (rest.startsWith('{') && length > 1)

const pieceAt = (rest: string): Piece => {
  const character = rest.charAt(0)
  if (character === '\\') return escapeAt(rest, false)
  if (character === '[') return classAt(rest)
  if (character === '(') return groupAt(rest)
  if (character === '{') return repeatAt(rest)
  return { text: character === ']' || character === '}' ? `\\${character}` : character, length: 1 }
}

/** How V8 says what Go says in other words. */
const words: readonly (readonly [string, string])[] = [
  ['Nothing to repeat', 'missing argument to repetition operator'],
  ["Unmatched ')'", 'unexpected )'],
  ['Unterminated group', 'missing closing )'],
  ['Range out of order', 'invalid character class range'],
  ['numbers out of order', 'invalid repeat count'],
]

/**
 * A regular expression as Go reads it (RE2's syntax), for JavaScript. Not taken: flags that change in the middle, and
 * `\Q…\E`. Throws GoPatternError where Go refuses it too.
 */
export const goPattern = (pattern: string): RegExp => {
  const [start = '', flags = ''] = /^\(\?([is]+)\)/.exec(pattern) ?? []
  let text = ''
  /** Of a repetition that has just ended. */
  let repeatedFrom: number | undefined
  for (let at = start.length; at < pattern.length;) {
    const rest = pattern.slice(at)
    const piece = pieceAt(rest)
    const isRepeated = isRepeat(rest, piece)
    // lazy: a part of the repetition
    const more = isRepeated && rest.charAt(piece.length) === '?' ? '?' : ''
    const end = at + piece.length + more.length
    if (isRepeated && repeatedFrom !== undefined)
      throw problem('invalid nested repetition operator', pattern.slice(repeatedFrom, end))
    repeatedFrom = isRepeated ? at : undefined
    text += piece.text + more
    at = end
  }
  try {
    return new RegExp(text, `u${[...new Set(flags)].join('')}`)
  } catch (error) {
    const said = String(error)
    const why = words.find(([v8]) => said.includes(v8))?.[1]
    throw problem(why ?? said, pattern)
  }
}
