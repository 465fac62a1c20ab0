import { contract } from '@odfmo/api-types'
import { canonicalBase64 } from './base64.ts'
import { SecretExchangeError } from './secret-exchange-error.ts'

/** `data` of a Secret: key → base64 of the value. */
export type SecretData = Readonly<Record<string, string>>

/**
 * The text of `secret-data`: byte for byte what Go's json.Marshal gives for a map[string][]byte. Keys are in the order
 * of their UTF-8 bytes, and the characters that could end a script element are escaped.
 * @throws SecretExchangeError `NotBase64` when a value is no base64 (it names the key only if the contract knows it).
 */
export const encodeSecretData = (data: SecretData | undefined): string => {
  if (data === undefined || data === null) return 'null'
  if (typeof data !== 'object')
    throw new SecretExchangeError('WrongArgument', 'data: expected an object of base64 strings')
  const members = new Map<string, string>()
  for (const [key, value] of checkedEntries('data', data)) members.set(wellFormed(key), value)
  const sorted = [...members].sort(([a], [b]) => compareCodePoints(a, b))
  // Canonical base64 has no character that JSON or Go would escape.
  return `{${sorted.map(([key, value]) => `${goString(key)}:"${value}"`).join(',')}}`
}

/**
 * The `data` of the Secret that `secret-data` holds. Takes any JSON object of base64 strings, however it is spelled;
 * `null` is no data at all, as Go writes it.
 * @throws SecretExchangeError `NotJson`, `NotSecretData` or `NotBase64`, without anything of the content.
 */
export const decodeSecretData = (text: string): SecretData => {
  const parsed = parseJson(text)
  if (parsed === null) return {}
  if (typeof parsed !== 'object' || Array.isArray(parsed)) {
    throw new SecretExchangeError(
      'NotSecretData',
      `secret-data: expected a JSON object, got ${jsonKind(parsed)}`,
    )
  }
  // fromEntries defines members; assignment would lose a key called __proto__.
  return Object.fromEntries(checkedEntries('secret-data', parsed))
}

const parseJson = (text: string): unknown => {
  if (typeof text !== 'string')
    throw new SecretExchangeError('WrongArgument', 'text: expected a string of JSON')
  try {
    return JSON.parse(text)
  } catch {
    throw new SecretExchangeError(
      'NotJson',
      `secret-data: expected a JSON object, got ${text.length} characters that are no JSON`,
    )
  }
}

const checkedEntries = (where: string, data: object): readonly (readonly [string, string])[] => {
  const entries = Object.entries(data) as [string, unknown][]
  return entries.map(([key, value], i) => {
    const place = (): string => `${where}: the value of ${describeKey(key, i, entries.length)}`
    // Go reads null as no bytes.
    if (value === null) return [key, '']
    if (typeof value !== 'string') {
      throw new SecretExchangeError(
        'NotSecretData',
        `${place()} is ${jsonKind(value)}, expected a string of base64`,
      )
    }
    const base64 = canonicalBase64(value)
    if (base64 === undefined) throw new SecretExchangeError('NotBase64', `${place()} is no base64`)
    return [key, base64]
  })
}

const knownKeys: ReadonlySet<string> = new Set([
  ...Object.values(contract.s3Key),
  ...Object.values(contract.peerTokenKey),
  ...Object.values(contract.cephMonKey),
  ...Object.values(contract.hubSecretKey),
])

/** Keys we do not know may be content too: they are counted, not shown. */
const describeKey = (key: string, i: number, count: number): string =>
  knownKeys.has(key) ? key : `key ${i + 1} of ${count}`

const jsonKind = (value: unknown): string => {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`
}

/** What a Go string of it would hold: UTF-8 has no lone surrogates. */
const wellFormed = (text: string): string =>
  text.replaceAll(/[\uD800-\uDBFF][\uDC00-\uDFFF]|[\uD800-\uDFFF]/g, (unit) =>
    unit.length === 2 ? unit : '\uFFFD',
  )

/** For well-formed strings the order of code points is that of UTF-8 bytes. */
const compareCodePoints = (a: string, b: string): number => {
  for (let i = 0; i < a.length && i < b.length;) {
    const [pointA = 0, pointB = 0] = [a.codePointAt(i), b.codePointAt(i)]
    if (pointA !== pointB) return pointA - pointB
    i += pointA > 0xffff ? 2 : 1
  }
  return a.length - b.length
}

const goString = (text: string): string =>
  JSON.stringify(text).replaceAll(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
