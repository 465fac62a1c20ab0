import { Lexer } from 'yaml'

/** Every comment of a text, in their order; of one that is no YAML too. */
export const commentsOf = (text: string): readonly string[] =>
  [...new Lexer().lex(text)].filter((token) => token.startsWith('#'))

/** What of `wanted` is not among `there`, each counted as often as it stands. */
export const missingOf = (wanted: readonly string[], there: readonly string[]): readonly string[] => {
  const left = [...there]
  return wanted.filter((one) => {
    const place = left.indexOf(one)
    if (place !== -1) left.splice(place, 1)
    return place === -1
  })
}
