import { Uint } from './cel-value.ts'

const simpleEscapes: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
}

const escapePattern = /\\(?:([xX][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})|([0-3][0-7]{2})|([^]))/g

/** Of an escape of a number: a code point, in bytes literals a byte where it is written as one. */
const numberOf = (hex: string | undefined, octal: string | undefined): number =>
  hex === undefined ? Number.parseInt(octal ?? '0', 8) : Number.parseInt(hex.slice(1), 16)

interface Quoted {
  readonly inner: string
  readonly isRaw: boolean
}

const unquoted = (text: string): Quoted => {
  const isRaw = /^[rR]/.test(text)
  const body = (isRaw ? text.slice(1) : text).replaceAll('\r\n', '\n').replaceAll('\r', '\n')
  const width = /^(?:"""|''')/.test(body) ? 3 : 1
  return { inner: body.slice(width, body.length - width), isRaw }
}

/** A string literal's value; undefined when an escape of it is no character. */
export const stringOf = (literal: string): string | undefined => {
  const { inner, isRaw } = unquoted(literal)
  if (isRaw) return inner
  let isValid = true
  const text = inner.replace(escapePattern, (_, hex?: string, octal?: string, other?: string) => {
    if (other !== undefined) return simpleEscapes[other] ?? other
    const code = numberOf(hex, octal)
    if (code <= 0x10_ffff && (code < 0xd800 || code > 0xdfff)) return String.fromCodePoint(code)
    isValid = false
    return ''
  })
  return isValid ? text : undefined
}

/** The bytes of a literal `b'…'`: `\x` and octal escapes are single ones. */
export const bytesOf = (literal: string): Uint8Array => {
  const { inner, isRaw } = unquoted(literal.slice(1))
  if (isRaw) return new TextEncoder().encode(inner)
  const parts: Uint8Array[] = []
  let from = 0
  for (const found of inner.matchAll(escapePattern)) {
    const [whole, hex, octal, other] = found
    parts.push(new TextEncoder().encode(inner.slice(from, found.index)))
    from = found.index + whole.length
    if (other !== undefined) parts.push(new TextEncoder().encode(simpleEscapes[other] ?? other))
    else if (hex !== undefined && /^[uU]/.test(hex))
      parts.push(new TextEncoder().encode(String.fromCodePoint(numberOf(hex, octal))))
    else parts.push(new Uint8Array([numberOf(hex, octal)]))
  }
  parts.push(new TextEncoder().encode(inner.slice(from)))
  return new Uint8Array(Buffer.concat(parts))
}

export const maxInt = 2n ** 63n - 1n
export const minInt = -(2n ** 63n)
export const maxUint = 2n ** 64n - 1n

/** Undefined when it has more than 64 bits. */
export const intOf = (text: string, isNegative: boolean): bigint | undefined => {
  const value = isNegative ? -BigInt(text) : BigInt(text)
  return value > maxInt || value < minInt ? undefined : value
}

export const uintOf = (text: string): Uint | undefined => {
  const value = BigInt(text.slice(0, -1))
  return value > maxUint ? undefined : new Uint(value)
}
