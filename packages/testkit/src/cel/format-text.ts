import { CelError, CelMap, Duration, Timestamp, TypeValue, typeNameOf, Uint } from './cel-value.ts'
import { fixedDouble, goDouble, withExponent } from './go-number.ts'
import { goQuoted } from '../go-text.ts'
import { durationText, timestampText } from './go-time.ts'

const decimals = 6

const grouped = (text: string): string => {
  const [whole = '', fraction] = text.split('.')
  const parts = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ',')
  return fraction === undefined ? parts : `${parts}.${fraction}`
}

/** A value inside a list or a map: as a literal of CEL. */
const literalText = (value: unknown): string => {
  if (typeof value === 'string') return goQuoted(value)
  if (value instanceof Uint8Array) return `b${goQuoted(new TextDecoder().decode(value))}`
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) return goQuoted(goDouble(value))
    return fixedDouble(value, decimals)
  }
  if (value instanceof Timestamp) return `timestamp(${goQuoted(timestampText(value))})`
  if (value instanceof Duration) return `duration(${goQuoted(durationText(value.nanos))})`
  return text(value, (type) => new CelError(`no formatting function for ${type}`))
}

const keyText = (key: unknown): string => {
  if (typeof key === 'number' || key === null || typeof key === 'object')
    if (!(key instanceof Uint))
      throw new CelError(`no formatting function for map key of type ${typeNameOf(key)}`)
  return literalText(key)
}

const text = (value: unknown, refuse: (type: string) => CelError): string => {
  if (typeof value === 'string') return value
  if (typeof value === 'bigint' || typeof value === 'boolean') return String(value)
  if (typeof value === 'number') return goDouble(value)
  if (value === null) return 'null'
  if (Array.isArray(value)) return `[${value.map(literalText).join(', ')}]`
  if (value instanceof CelMap) {
    const entries = value.entries().map(([key, entry]) => [keyText(key), literalText(entry)] as const)
    const sorted = entries.toSorted(([left], [right]) => (left < right ? -1 : Number(left > right)))
    return `{${sorted.map(([key, entry]) => `${key}:${entry}`).join(', ')}}`
  }
  if (value instanceof Uint) return String(value.value)
  if (value instanceof Uint8Array) return new TextDecoder().decode(value)
  if (value instanceof Timestamp) return timestampText(value)
  if (value instanceof Duration) return durationText(value.nanos)
  if (value instanceof TypeValue) return value.type.name
  throw refuse(typeNameOf(value))
}

/** What each clause takes, in the words of its refusal. */
const refusals: Readonly<Record<string, string>> = {
  s: 'string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types, durations, and timestamps',
  d: 'decimal clause can only be used on integers',
  f: 'fixed-point clause can only be used on doubles',
  e: 'scientific clause can only be used on doubles',
  b: 'only integers and bools can be formatted as binary',
  x: 'only integers, byte buffers, and strings can be formatted as hex',
  X: 'only integers, byte buffers, and strings can be formatted as hex',
  o: 'octal clause can only be used on integers',
}

/** Why a clause does not take a value of a type. */
export const clauseRefusal = (letter: string, type: string): string =>
  `error during formatting: ${refusals[letter] ?? ''}, was given ${type}`

const refused =
  (letter: string) =>
  (type: string): CelError =>
    new CelError(clauseRefusal(letter, type))

const integerOf = (value: unknown): bigint | undefined => {
  if (typeof value === 'bigint') return value
  return value instanceof Uint ? value.value : undefined
}

const specials: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
}

/** Doubles, and strings that stand for what is no number. */
const doubleOf = (value: unknown): number | undefined => {
  if (typeof value === 'number') return value
  return typeof value === 'string' && Object.hasOwn(specials, value) ? specials[value] : undefined
}

const special = (value: number): string => (Number.isNaN(value) ? 'NaN' : value > 0 ? '∞' : '-∞')

/** The precision is taken for the least length, by both servers. */
const scientific = (value: number, precision: number): string => {
  const [mantissa = '', exponent = ''] = withExponent(value.toExponential(decimals)).split('e')
  return `${mantissa}×10${superscript(exponent)}`.padStart(precision)
}

const superscript = (exponent: string): string =>
  [...exponent.replace('+', '')]
    .map((digit) => (digit === '-' ? '⁻' : '⁰¹²³⁴⁵⁶⁷⁸⁹'.charAt(Number(digit))))
    .join('')

const hex = (value: unknown): string | undefined => {
  if (typeof value === 'string') return Buffer.from(value).toString('hex')
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex')
  return integerOf(value)?.toString(16)
}

const clause = ({ letter, precision }: Clause, value: unknown): string => {
  const type = typeNameOf(value)
  switch (letter) {
    case 's':
      return text(value, refused(letter))
    case 'd': {
      const integer = integerOf(value)
      if (integer === undefined) throw refused(letter)(type)
      return String(integer)
    }
    case 'f': {
      const double = doubleOf(value)
      if (double === undefined) throw refused(letter)(type)
      return Number.isFinite(double) ? grouped(fixedDouble(double, precision)) : special(double)
    }
    case 'e': {
      const double = doubleOf(value)
      if (double === undefined) throw refused(letter)(type)
      return Number.isFinite(double) ? scientific(double, precision) : special(double)
    }
    case 'b': {
      if (typeof value === 'boolean') return value ? '1' : '0'
      const integer = integerOf(value)
      if (integer === undefined) throw refused(letter)(type)
      return integer.toString(2)
    }
    case 'x':
    case 'X': {
      const shown = hex(value)
      if (shown === undefined) throw refused(letter)(type)
      return letter === 'X' ? shown.toUpperCase() : shown
    }
    case 'o': {
      const integer = integerOf(value)
      if (integer === undefined) throw refused(letter)(type)
      return integer.toString(8)
    }
    default:
      throw refused(letter)(type)
  }
}

/** A place in a template where a value goes. */
export interface Clause {
  readonly letter: string
  readonly precision: number
}

/** Texts and clauses of a template in turn; `count` values are there. Throws CelError. */
export const templateParts = (template: string, count: number): (string | Clause)[] => {
  const parts: (string | Clause)[] = []
  let next = 0
  for (let at = 0; at < template.length; at++) {
    const character = template.charAt(at)
    if (character !== '%') {
      parts.push(character)
      continue
    }
    if (template.charAt(at + 1) === '%') {
      parts.push('%')
      at += 1
      continue
    }
    if (next >= count) throw new CelError(`index ${next} out of range`)
    const [whole = '', digits] = /^(?:\.(\d*))?/.exec(template.slice(at + 1)) ?? []
    const letter = template.charAt(at + 1 + whole.length)
    if (letter === '') throw new CelError(unfinished(whole))
    if (!Object.hasOwn(refusals, letter))
      throw new CelError(`could not parse formatting clause: unrecognized formatting clause "${letter}"`)
    parts.push({ letter, precision: digits === undefined ? decimals : Number(digits) })
    next += 1
    at += whole.length + 1
  }
  return parts
}

const unfinished = (precision: string): string =>
  precision === ''
    ? 'unexpected end of string'
    : 'could not parse formatting clause: error while parsing precision: could not find end of precision specifier'

/** `'%s is %d'.format(['a', 1])`. Throws CelError. */
export const formatted = (template: string, values: readonly unknown[]): string => {
  let next = -1
  return templateParts(template, values.length)
    .map((part) => {
      if (typeof part === 'string') return part
      next += 1
      return clause(part, values[next])
    })
    .join('')
}
