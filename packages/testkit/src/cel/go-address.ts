import { goQuoted } from '../go-text.ts'

/** What Go's netip has against an address. */
export class AddressProblem extends Error {
  override readonly name = 'AddressProblem'
}

export interface Address {
  readonly isV4: boolean
  /** 32 or 128. */
  readonly bits: bigint
  readonly zone: string
}

export interface Prefix {
  readonly address: Address
  readonly bits: number
}

const problem = (text: string, why: string, at = ''): AddressProblem =>
  new AddressProblem(`ParseAddr(${goQuoted(text)}): ${why}${at === '' ? '' : ` (at ${goQuoted(at)})`}`)

/** The four bytes of `part`, which ends `text`. */
const v4Bits = (text: string, part: string): bigint => {
  const wrong = /[^\d.]/.exec(part)
  const fields = part.split('.')
  let bits = 0n
  let at = 0
  for (const [count, field] of fields.entries()) {
    for (const [offset, digit] of [...field].entries()) {
      if (!/\d/.test(digit)) throw problem(text, 'unexpected character', part.slice(at + offset))
      const digits = field.slice(0, offset + 1)
      if (digits.length === 2 && digits.startsWith('0'))
        throw problem(text, 'IPv4 field has octet with leading zero')
      if (Number(digits) > 255) throw problem(text, 'IPv4 field has value >255')
    }
    const end = at + field.length
    const isLast = count === fields.length - 1
    if (!isLast && (end === 0 || end === part.length - 1 || field === ''))
      throw problem(text, 'IPv4 field must have at least one digit', part.slice(end))
    if (count === 3 && !isLast) throw problem(text, 'IPv4 address too long')
    bits = (bits << 8n) | BigInt(field === '' ? 0 : Number(field))
    at = end + 1
  }
  if (wrong === null && fields.length < 4) throw problem(text, 'IPv4 address too short')
  return bits
}

/** Groups of 16 bits, and where `::` is among them. */
interface Groups {
  readonly groups: bigint[]
  readonly gap: number | undefined
}

const readGroups = (text: string, whole: string): Groups => {
  const groups: bigint[] = []
  let gap: number | undefined
  let rest = whole
  if (rest.startsWith('::')) {
    gap = 0
    rest = rest.slice(2)
    if (rest === '') return { groups, gap }
  }
  while (groups.length < 8) {
    const [digits = ''] = /^[0-9a-fA-F]*/.exec(rest) ?? []
    if (digits.length > 4) throw problem(text, 'each group must have 4 or less digits', rest)
    if (digits === '') throw problem(text, 'each colon-separated field must have at least one digit', rest)
    if (rest.charAt(digits.length) === '.') {
      if (gap === undefined && groups.length !== 6)
        throw problem(text, 'embedded IPv4 address must replace the final 2 fields of the address', rest)
      if (groups.length > 6)
        throw problem(text, 'too many hex fields to fit an embedded IPv4 at the end of the address', rest)
      const bits = v4Bits(text, rest)
      groups.push(bits >> 16n, bits & 0xff_ffn)
      rest = ''
      break
    }
    groups.push(BigInt(`0x${digits}`))
    rest = rest.slice(digits.length)
    if (rest === '') break
    if (!rest.startsWith(':')) throw problem(text, 'unexpected character, want colon', rest)
    if (rest.length === 1) throw problem(text, 'colon must be followed by more characters', rest)
    rest = rest.slice(1)
    if (!rest.startsWith(':')) continue
    if (gap !== undefined) throw problem(text, 'multiple :: in address', rest)
    gap = groups.length
    rest = rest.slice(1)
    if (rest === '') break
  }
  if (rest !== '') throw problem(text, 'trailing garbage after address', rest)
  return { groups, gap }
}

const parseV6 = (text: string): Address => {
  const percent = text.indexOf('%')
  const zone = percent === -1 ? '' : text.slice(percent + 1)
  if (percent !== -1 && zone === '') throw problem(text, 'zone must be a non-empty string')
  const { groups, gap } = readGroups(text, percent === -1 ? text : text.slice(0, percent))
  if (groups.length < 8 && gap === undefined) throw problem(text, 'address string too short')
  if (groups.length === 8 && gap !== undefined)
    throw problem(text, 'the :: must expand to at least one field of zeros')
  const zeros = Array.from({ length: 8 - groups.length }, () => 0n)
  const all = gap === undefined ? groups : [...groups.slice(0, gap), ...zeros, ...groups.slice(gap)]
  return { isV4: false, zone, bits: all.reduce((bits, group) => (bits << 16n) | group, 0n) }
}

/** Throws AddressProblem. */
export const parseAddress = (text: string): Address => {
  const [sign] = /[.:%]/.exec(text) ?? []
  if (sign === '.') return { isV4: true, bits: v4Bits(text, text), zone: '' }
  if (sign === ':') return parseV6(text)
  throw problem(text, sign === '%' ? 'missing IPv6 address' : 'unable to parse IP')
}

/** An IPv4 address written as an IPv6 one. */
export const isMapped = ({ isV4, bits }: Address): boolean => !isV4 && bits >> 32n === 0xff_ffn

const v4Text = (bits: bigint): string =>
  [24n, 16n, 8n, 0n].map((shift) => String((bits >> shift) & 0xffn)).join('.')

/** The canonical form: the longest run of two or more zero groups is `::`. */
export const addressText = ({ isV4, bits, zone }: Address): string => {
  if (isV4) return v4Text(bits)
  const end = zone === '' ? '' : `%${zone}`
  const groups = Array.from({ length: 8 }, (_, at) => Number((bits >> BigInt(112 - 16 * at)) & 0xff_ffn))
  let [from, length] = [-1, 1]
  for (let at = 0; at < 8; at++) {
    let run = 0
    while (at + run < 8 && groups[at + run] === 0) run += 1
    if (run > length) [from, length] = [at, run]
    at += run
  }
  const text = (part: readonly number[]): string => part.map((group) => group.toString(16)).join(':')
  if (from === -1) return `${text(groups)}${end}`
  return `${text(groups.slice(0, from))}::${text(groups.slice(from + length))}${end}`
}

/** Throws AddressProblem. */
export const parsePrefix = (text: string): Prefix => {
  const fail = (why: string): AddressProblem =>
    new AddressProblem(`netip.ParsePrefix(${goQuoted(text)}): ${why}`)
  const slash = text.lastIndexOf('/')
  if (slash === -1) throw fail("no '/'")
  let address: Address
  try {
    address = parseAddress(text.slice(0, slash))
  } catch (error) {
    throw error instanceof AddressProblem ? fail(error.message) : error
  }
  if (address.zone !== '') throw fail('IPv6 zones cannot be present in a prefix')
  const bits = text.slice(slash + 1)
  if (!/^(?:\d|[1-9]\d*)$/.test(bits)) throw fail(`bad bits after slash: ${goQuoted(bits)}`)
  if (Number(bits) > (address.isV4 ? 32 : 128)) throw fail('prefix length out of range')
  return { address, bits: Number(bits) }
}
