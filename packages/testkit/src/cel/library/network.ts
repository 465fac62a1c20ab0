import { CelError, LibraryValue, noSuchOverload } from '../cel-value.ts'
import { global, member } from '../functions.ts'
import type { Library } from '../functions.ts'
import { AddressProblem, addressText, isMapped, parseAddress, parsePrefix } from '../go-address.ts'
import type { Address, Prefix } from '../go-address.ts'
import { goQuoted } from '../../go-text.ts'

class IpValue extends LibraryValue {
  override readonly type = { kind: 'opaque', name: 'net.IP', parameters: [] } as const
  readonly address: Address

  constructor(address: Address) {
    super()
    this.address = address
  }

  override equals(other: unknown): boolean {
    return other instanceof IpValue && addressText(other.address) === addressText(this.address)
  }
}

class CidrValue extends LibraryValue {
  override readonly type = { kind: 'opaque', name: 'net.CIDR', parameters: [] } as const
  readonly prefix: Prefix

  constructor(prefix: Prefix) {
    super()
    this.prefix = prefix
  }

  override equals(other: unknown): boolean {
    return other instanceof CidrValue && cidrText(other) === cidrText(this)
  }
}

const cidrText = ({ prefix }: CidrValue): string => `${addressText(prefix.address)}/${prefix.bits}`

const problemOf = (error: unknown): AddressProblem => {
  if (error instanceof AddressProblem) return error
  throw error
}

const ip = (text: string): IpValue => {
  let address: Address
  try {
    address = parseAddress(text)
  } catch (error) {
    const { message } = problemOf(error)
    throw new CelError(`IP Address ${goQuoted(text)} parse error during conversion from string: ${message}`)
  }
  if (address.zone !== '') throw new CelError(`IP address ${goQuoted(text)} with zone value is not allowed`)
  if (isMapped(address)) throw new CelError(`IPv4-mapped IPv6 address ${goQuoted(text)} is not allowed`)
  return new IpValue(address)
}

const cidr = (text: string): CidrValue => {
  const words = 'network address parse error during conversion from string: '
  let prefix: Prefix
  try {
    prefix = parsePrefix(text)
  } catch (error) {
    throw new CelError(`${words}${words}${problemOf(error).message}`)
  }
  if (isMapped(prefix.address))
    throw new CelError(`${words}IPv4-mapped IPv6 address ${goQuoted(text)} is not allowed`)
  return new CidrValue(prefix)
}

const holds =
  (parse: (text: string) => unknown) =>
  (text: string): boolean => {
    try {
      parse(text)
      return true
    } catch (error) {
      if (error instanceof CelError) return false
      throw error
    }
  }

/** The network part of an address, its other bits zero. */
const masked = ({ address, bits }: Prefix): Address => {
  const rest = BigInt((address.isV4 ? 32 : 128) - bits)
  return { ...address, bits: (address.bits >> rest) << rest }
}

const contains = (prefix: Prefix, address: Address): boolean =>
  prefix.address.isV4 === address.isV4 && masked({ ...prefix, address }).bits === masked(prefix).bits

const containsIp = ({ prefix }: CidrValue, { address }: IpValue): boolean => contains(prefix, address)
const containsCidr = ({ prefix }: CidrValue, { prefix: other }: CidrValue): boolean =>
  prefix.bits <= other.bits && contains(prefix, other.address)

/** The first bits of an address. */
const first = ({ isV4, bits }: Address, count: number): bigint => bits >> BigInt((isV4 ? 32 : 128) - count)

const isLoopback = (address: Address): boolean =>
  address.isV4 ? first(address, 8) === 127n : address.bits === 1n
const isUnspecified = ({ bits }: Address): boolean => bits === 0n
const isLinkLocalMulticast = (address: Address): boolean =>
  address.isV4 ? first(address, 24) === 0xe0_00_00n : (first(address, 16) & 0xff_0fn) === 0xff_02n
const isLinkLocalUnicast = (address: Address): boolean =>
  address.isV4 ? first(address, 16) === 0xa9_fen : first(address, 10) === 0x3_fan
const isMulticast = (address: Address): boolean =>
  address.isV4 ? first(address, 4) === 0xen : first(address, 8) === 0xffn
const isGlobalUnicast = (address: Address): boolean =>
  !(address.isV4 && address.bits === 0xff_ff_ff_ffn) &&
  !isUnspecified(address) &&
  !isLoopback(address) &&
  !isMulticast(address) &&
  !isLinkLocalUnicast(address)

const test = (name: string, is: (address: Address) => boolean) =>
  member(`net.IP.${name}(): bool`, ({ address }: IpValue) => is(address))

/** Kubernetes' addresses and networks. */
export const networkLibrary = (): Library => [
  global('ip(string): net.IP', ip),
  global('isIP(string): bool', holds(ip)),
  global('ip.isCanonical(string): bool', (text: string) => addressText(ip(text).address) === text),
  global('string(net.IP): string', ({ address }: IpValue) => addressText(address)),
  member('net.IP.family(): int', ({ address }: IpValue) => (address.isV4 ? 4n : 6n)),
  test('isUnspecified', isUnspecified),
  test('isLoopback', isLoopback),
  test('isLinkLocalMulticast', isLinkLocalMulticast),
  test('isLinkLocalUnicast', isLinkLocalUnicast),
  test('isGlobalUnicast', isGlobalUnicast),
  global('cidr(string): net.CIDR', cidr),
  global('isCIDR(string): bool', holds(cidr)),
  global('string(net.CIDR): string', cidrText),
  member('net.CIDR.containsIP(string): bool', (of: CidrValue, text: string) => {
    if (!holds(ip)(text)) throw noSuchOverload()
    return containsIp(of, ip(text))
  }),
  member('net.CIDR.containsIP(net.IP): bool', containsIp),
  member('net.CIDR.containsCIDR(string): bool', (of: CidrValue, text: string) =>
    containsCidr(of, cidr(text)),
  ),
  member('net.CIDR.containsCIDR(net.CIDR): bool', containsCidr),
  member('net.CIDR.ip(): net.IP', ({ prefix }: CidrValue) => new IpValue(prefix.address)),
  member('net.CIDR.prefixLength(): int', ({ prefix }: CidrValue) => BigInt(prefix.bits)),
  member(
    'net.CIDR.masked(): net.CIDR',
    ({ prefix }: CidrValue) => new CidrValue({ ...prefix, address: masked(prefix) }),
  ),
]
