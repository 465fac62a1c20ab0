import { CostExceeded } from './meter.ts'

/** What Kubernetes has against a quantity. */
export class QuantityProblem extends Error {
  override readonly name = 'QuantityProblem'
}

/** Numbers that are further apart are not added: the sum has as many digits. */
const maxSpread = 100_000

const signOf = (digits: bigint): number => (digits < 0n ? -1 : Number(digits > 0n))
const digitsOf = (digits: bigint): number => String(digits < 0n ? -digits : digits).length

/** `digits * 10^exponent`, exact. */
export class Decimal {
  readonly digits: bigint
  readonly exponent: number
  /** Kept by Kubernetes in another form than an int64, from which it makes no integer. */
  readonly isBig: boolean

  constructor(digits: bigint, exponent: number, isBig = false) {
    this.digits = digits
    this.exponent = exponent
    this.isBig = isBig
  }

  #at(exponent: number): bigint {
    return this.digits * 10n ** BigInt(this.exponent - exponent)
  }

  /** The power of ten that its first digit has. */
  #magnitude(): number {
    return digitsOf(this.digits) + this.exponent
  }

  compare(other: Decimal): number {
    const [sign, otherSign] = [signOf(this.digits), signOf(other.digits)]
    if (sign !== otherSign) return sign < otherSign ? -1 : 1
    // far from each other: their digits would not fit in memory
    const further = this.#magnitude() - other.#magnitude()
    if (further !== 0 && sign !== 0) return further > 0 === sign > 0 ? 1 : -1
    const exponent = Math.min(this.exponent, other.exponent)
    const [left, right] = [this.#at(exponent), other.#at(exponent)]
    return left < right ? -1 : Number(left > right)
  }

  add(other: Decimal): Decimal {
    if (Math.abs(this.exponent - other.exponent) > maxSpread) throw new CostExceeded()
    const exponent = Math.min(this.exponent, other.exponent)
    return new Decimal(this.#at(exponent) + other.#at(exponent), exponent, this.isBig || other.isBig)
  }

  negated(): Decimal {
    return new Decimal(-this.digits, this.exponent, this.isBig)
  }

  /** Undefined when it has a fraction. */
  integer(): bigint | undefined {
    if (this.digits === 0n) return 0n
    if (Math.abs(this.exponent) > maxSpread) return undefined
    if (this.exponent >= 0) return this.#at(0)
    const unit = 10n ** BigInt(-this.exponent)
    return this.digits % unit === 0n ? this.digits / unit : undefined
  }

  approximate(): number {
    return this.exponent === 0 ? Number(this.digits) : Number(this.digits) * 10 ** this.exponent
  }
}

const decimalSuffixes: Readonly<Record<string, number>> = {
  n: -9,
  u: -6,
  m: -3,
  '': 0,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
}
const binarySuffixes: readonly string[] = ['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei']

const format = String.raw`quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'`
const maxDigits = 18
const int64 = 2n ** 63n - 1n

/** Rounded up to what Kubernetes keeps: nanos. */
const rounded = (digits: bigint, exponent: number): Decimal => {
  if (exponent >= -9) return new Decimal(digits, exponent, true)
  if (exponent < -9 - digitsOf(digits)) return new Decimal(digits === 0n ? 0n : 1n, -9, true)
  const unit = 10n ** BigInt(-9 - exponent)
  const up = digits % unit === 0n ? 0n : 1n
  return new Decimal(digits / unit + up, -9, true)
}

/** Throws QuantityProblem. */
export const parseQuantity = (text: string): Decimal => {
  const found = /^([+-]?)(\d*)(?:\.(\d*))?([eEinumkKMGTP]*[-+]?\d*)$/.exec(text)
  if (text === '' || found === null) throw new QuantityProblem(format)
  const [, sign = '', whole = '', fraction = '', suffix = ''] = found
  if (/^[+-]?0*$/.test(text)) return new Decimal(0n, 0)
  const power = /^[eE]([-+]?\d+)$/.exec(suffix)?.[1]
  const binary = binarySuffixes.indexOf(suffix)
  const exponent = power === undefined ? decimalSuffixes[suffix] : Number(power)
  if (
    binary === -1 &&
    (exponent === undefined || !Object.hasOwn(decimalSuffixes, power === undefined ? suffix : ''))
  )
    throw new QuantityProblem("unable to parse quantity's suffix")
  if (`${whole}${fraction}` === '') throw new QuantityProblem('unable to parse numeric part of quantity')
  const digits = BigInt(`${whole}${fraction}`)
  const count = whole.replace(/^0+/, '').length + fraction.length
  const value = sign === '-' ? -digits : digits
  if (binary !== -1) {
    const scaled = value * 1024n ** BigInt(binary + 1)
    const isSmall = fraction === '' && 15 - count - Math.trunc(3 * (binary + 1)) - 1 >= 0
    const size = scaled < 0n ? -scaled : scaled
    if (isSmall && size <= int64) return new Decimal(scaled, 0)
    return capped(scaled, -fraction.length)
  }
  const scale = (exponent ?? 0) - fraction.length
  if (maxDigits - count >= 0 && scale >= -9) return new Decimal(value, scale)
  const big = rounded(digits, scale)
  return sign === '-' ? big.negated() : big
}

/** Binary quantities end at the largest int64. */
const capped = (digits: bigint, exponent: number): Decimal => {
  const size = rounded(digits < 0n ? -digits : digits, exponent)
  const most = size.compare(new Decimal(int64, 0)) > 0 ? new Decimal(int64, 0, true) : size
  return digits < 0n ? most.negated() : most
}
