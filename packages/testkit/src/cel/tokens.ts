import type { Issue } from './issue.ts'

export interface Token {
  readonly kind: 'int' | 'uint' | 'double' | 'string' | 'bytes' | 'name' | 'escaped' | 'sign' | 'end'
  readonly text: string
  readonly at: number
}

const escape = String.raw`\\(?:[abfnrtv"'\\?${'`'}]|[0-3][0-7]{2}|[xX][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})`
const quoted = [
  String.raw`[rR]"""[^]*?"""`,
  String.raw`[rR]'''[^]*?'''`,
  `"""(?:${escape}|[^\\\\])*?"""`,
  `'''(?:${escape}|[^\\\\])*?'''`,
  String.raw`[rR]"[^"\n\r]*"`,
  String.raw`[rR]'[^'\n\r]*'`,
  `"(?:${escape}|[^\\\\"\\n\\r])*"`,
  `'(?:${escape}|[^\\\\'\\n\\r])*'`,
].join('|')

const kinds: readonly (readonly [Token['kind'], RegExp])[] = [
  ['bytes', new RegExp(`[bB](?:${quoted})`, 'y')],
  ['string', new RegExp(quoted, 'y')],
  ['double', /(?:\d+\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+|\.\d+(?:[eE][+-]?\d+)?)/y],
  ['uint', /(?:0x[0-9a-fA-F]+|\d+)[uU]/y],
  ['int', /0x[0-9a-fA-F]+|\d+/y],
  ['name', /[A-Za-z_]\w*/y],
  ['escaped', /`[\w.\-/ ]+`/y],
  ['sign', /==|!=|<=|>=|&&|\|\||[<>[\]{}().,\-!?:+*/%]/y],
]
const blank = /(?:[\t \r\n\f]|\/\/[^\n]*)+/y

const matchAt = (pattern: RegExp, text: string, at: number): string | undefined => {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0]
}

/** As far as the longest beginning of a token goes, and the character that is wrong in it. */
const wrongStart = /(?:[bBrR]?(?:"(?:\\.|[^\\"\n\r])*|'(?:\\.|[^\\'\n\r])*)|[=&|])[^]?|[^]/uy

/** Cuts an expression into tokens; what is none is told and left out. */
export const tokensOf = (text: string): { readonly tokens: Token[]; readonly issues: Issue[] } => {
  const tokens: Token[] = []
  const issues: Issue[] = []
  for (let at = 0; at < text.length;) {
    const space = matchAt(blank, text, at)
    if (space !== undefined) {
      at += space.length
      continue
    }
    const start = at
    for (const [kind, pattern] of kinds) {
      const found = matchAt(pattern, text, at)
      if (found === undefined) continue
      tokens.push({ kind, text: found, at })
      at += found.length
      break
    }
    if (at > start) continue
    const wrong = matchAt(wrongStart, text, at) ?? text.slice(at)
    issues.push({ at, message: `Syntax error: token recognition error at: '${wrong}'` })
    at += wrong.length
  }
  tokens.push({ kind: 'end', text: '<EOF>', at: text.length })
  return { tokens, issues }
}
