import { isJsonObject } from './kube-object.ts'

/** A JSON value as Go prints it by `%v`: `map[a:1 b:[x y]]`. */
export const goText = (value: unknown): string => {
  if (value === null || value === undefined) return '<nil>'
  if (Array.isArray(value)) return `[${value.map(goText).join(' ')}]`
  if (isJsonObject(value)) {
    const fields = Object.keys(value).sort()
    return `map[${fields.map((name) => `${name}:${goText(value[name])}`).join(' ')}]`
  }
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** The Go type of a JSON value. */
export const goTypeOfValue = (value: unknown): string => {
  if (Array.isArray(value)) return '[]interface {}'
  switch (typeof value) {
    case 'string':
      return 'string'
    case 'boolean':
      return 'bool'
    case 'number':
      return Number.isInteger(value) ? 'int64' : 'float64'
    default:
      return value === null || value === undefined ? '<nil>' : 'map[string]interface {}'
  }
}

/** The characters that have an escape of a letter in Go's texts, and quotes. */
export const shortEscapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\u0007': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
}

const escaped = (character: string): string => {
  const short = shortEscapes[character]
  if (short !== undefined) return short
  const code = character.codePointAt(0) ?? 0
  const hex = code.toString(16)
  if (code < 0x80) return `\\x${hex.padStart(2, '0')}`
  return code > 0xff_ff ? `\\U${hex.padStart(8, '0')}` : `\\u${hex.padStart(4, '0')}`
}

/** A text as Go prints it by `%q`: what cannot be seen is escaped. */
export const goQuoted = (text: string): string =>
  `"${text.replaceAll(/["\\]|[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu, escaped)}"`
