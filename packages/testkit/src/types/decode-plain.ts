import { canonicalQuantity } from './canonical-quantity.ts'
import { DecodeError } from './decode-error.ts'

/** Where a value stands: the struct, and the path of fields to it. */
export interface Place {
  /** Name of the Go struct that the field is of. */
  readonly struct: string
  /** `spec.replicas`; without indexes and keys. */
  readonly fields: string
  /** It is what a strategic patch made of an object. */
  readonly isConverted?: boolean
}

const goKindOf = (value: unknown): string => {
  if (Array.isArray(value)) return 'slice'
  if (typeof value === 'boolean') return 'bool'
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64'
  return typeof value === 'string' ? 'string' : 'map'
}

const goNumbers = ['int32', 'int64', 'float64']

/** What is said of a value that is converted to another type. */
const notConverted = (value: unknown, goType: string): DecodeError => {
  const kind = goKindOf(value)
  if (goType.startsWith('[]')) return new DecodeError(`cannot restore slice from ${kind}`)
  if (goType.startsWith('map[')) return new DecodeError(`cannot restore map from ${kind}`)
  if (goType.includes('.')) return new DecodeError(`cannot restore struct from: ${kind}`)
  const isConvertible =
    goNumbers.includes(kind) && (goNumbers.includes(goType) || (kind === 'int64' && goType === 'string'))
  return new DecodeError(
    isConvertible ? `cannot convert ${kind} to ${goType}` : `unrecognized type: ${goType}`,
  )
}

const kindOf = (value: unknown): string => {
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'boolean') return 'bool'
  if (typeof value === 'number') return Number.isInteger(value) ? 'number' : `number ${value}`
  return typeof value
}

/** What the decoder says about a value of another type. */
export const wrongType = (
  value: unknown,
  { struct, fields, isConverted = false }: Place,
  goType: string,
): DecodeError =>
  isConverted
    ? notConverted(value, goType)
    : new DecodeError(
        `json: cannot unmarshal ${kindOf(value)} into Go struct field ${struct}.${fields} of type ${goType}`,
      )

/** The same of values that read themselves, where the field is not known. */
const wrongValue = (value: unknown, goType: string): DecodeError =>
  new DecodeError(`json: cannot unmarshal ${kindOf(value)} into Go value of type ${goType}`)

const base64Character = /[A-Za-z0-9+/]/

/** Throws where base64 ends to be it; the position is the one that Go tells. */
const checkBase64 = (text: string, isConverted: boolean): void => {
  const corrupt = (at: number): DecodeError =>
    new DecodeError(
      `${isConverted ? 'error decoding from json: ' : ''}illegal base64 data at input byte ${at}`,
    )
  let start = 0
  let size = 0
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at)
    if (character === '\n' || character === '\r') continue
    if (character === '=') {
      const rest = text.slice(at).replaceAll(/[\r\n]/g, '')
      if (size === 2 && rest.startsWith('==') && rest.length === 2) return
      if (size === 3 && rest === '=') return
      throw corrupt(size < 2 ? at : size === 2 && !rest.startsWith('==') ? at + 1 : at + (4 - size))
    }
    if (!base64Character.test(character)) throw corrupt(at)
    if (size === 0) start = at
    size = (size + 1) % 4
  }
  if (size !== 0) throw corrupt(start)
}

const timeForms = {
  T: {
    layout: '2006-01-02T15:04:05Z07:00',
    parts: ['2006', '-', '01', '-', '02', 'T', '15', ':', '04', ':', '05', 'Z07:00'],
  },
  M: {
    layout: '2006-01-02T15:04:05.000000Z07:00',
    parts: ['2006', '-', '01', '-', '02', 'T', '15', ':', '04', ':', '05', '.000000', 'Z07:00'],
  },
}

const partPattern = (part: string, isMicro: boolean): RegExp => {
  if (part === 'Z07:00') return /^(?:Z$|[+-]\d\d:\d\d$)/
  if (part === '.000000') return /^\.\d{6}/
  if (part === '05' && !isMicro) return /^\d\d(?:\.\d+)?/
  return /\d/.test(part) ? new RegExp(`^\\d{${part.length}}`) : new RegExp(`^${part}`)
}

const timeOf = (text: string, letter: 'T' | 'M'): string => {
  const { layout, parts } = timeForms[letter]
  let rest = text
  for (const part of parts) {
    const found = partPattern(part, letter === 'M').exec(rest)
    if (found === null)
      throw new DecodeError(
        `parsing time ${JSON.stringify(text)} as ${JSON.stringify(layout)}: cannot parse ${JSON.stringify(rest)} as ${JSON.stringify(part)}`,
      )
    rest = rest.slice(found[0].length)
  }
  const at = new Date(text.replace(/\.\d+/, ''))
  if (Number.isNaN(at.getTime()))
    throw new DecodeError(`parsing time ${JSON.stringify(text)}: day out of range`)
  const seconds = at.toISOString().slice(0, 19)
  return letter === 'T' ? `${seconds}Z` : `${seconds}${/\.\d{6}/.exec(text)?.[0] ?? '.000000'}Z`
}

const quantityPattern = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+|[numkMGTPE]|[KMGTPE]i)?$/

const quantityOf = (value: unknown): unknown => {
  const text = typeof value === 'number' ? String(value) : value
  if (typeof text !== 'string' || !quantityPattern.test(text))
    throw new DecodeError(
      "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
    )
  return canonicalQuantity(text)
}

const goTypes: Readonly<Record<string, string>> = {
  s: 'string',
  b: 'bool',
  i: 'int32',
  l: 'int64',
  n: 'float64',
  B: '[]uint8',
}

/** The Go type of a plain value, by its letter. */
export const goTypeOf = (letter: string): string => goTypes[letter] ?? 'string'

const bytesOf = (list: readonly unknown[], place: Place): string => {
  const wrong = list.find((item) => !(Number.isInteger(item) && Number(item) >= 0 && Number(item) <= 255))
  if (wrong === undefined) return Buffer.from(list as number[]).toString('base64')
  const kind = typeof wrong === 'number' && Number.isInteger(wrong) ? `number ${wrong}` : kindOf(wrong)
  throw new DecodeError(
    `json: cannot unmarshal ${kind} into Go struct field ${place.struct}.${place.fields} of type uint8`,
  )
}

/** Reads a value by the letter of its type (see TypeCode); throws DecodeError. Null is not for it. */
export const decodePlain = (letter: string, value: unknown, place: Place): unknown => {
  const fail = (): DecodeError => wrongType(value, place, goTypeOf(letter))
  switch (letter) {
    case 's':
      if (typeof value !== 'string') throw fail()
      return value
    case 'b':
      if (typeof value !== 'boolean') throw fail()
      return value
    case 'i':
      if (typeof value !== 'number' || !Number.isInteger(value)) throw fail()
      if (value > 2_147_483_647 || value < -2_147_483_648)
        throw new DecodeError(
          `json: cannot unmarshal number ${value} into Go struct field ${place.struct}.${place.fields} of type int32`,
        )
      return value
    case 'l':
      if (typeof value !== 'number' || !Number.isInteger(value)) throw fail()
      return value
    case 'n':
      if (typeof value !== 'number') throw fail()
      return value
    case 'B':
      // a list of small numbers is bytes to Go too
      if (Array.isArray(value)) return bytesOf(value, place)
      if (typeof value !== 'string') throw fail()
      checkBase64(value, place.isConverted === true)
      return value.replaceAll(/[\r\n]/g, '')
    case 'T':
    case 'M':
      if (typeof value !== 'string') throw wrongValue(value, 'string')
      return timeOf(value, letter)
    case 'D':
      if (typeof value !== 'string') throw wrongValue(value, 'string')
      return value
    case 'q':
      return quantityOf(value)
    case 'I':
      if (typeof value === 'string') return value
      if (typeof value !== 'number' || !Number.isInteger(value)) throw wrongValue(value, 'int32')
      return value
    default:
      return value
  }
}
