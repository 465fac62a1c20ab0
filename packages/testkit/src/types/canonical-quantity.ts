import { Decimal, parseQuantity } from '../cel/go-quantity.ts'

/** As nearly all are written, and kept. */
const plain = /^[1-9]\d{0,2}(?:[mkMGTPE]|[KMGTPE]i)?$/

/** By how many thousands, from the smallest that is kept. */
const decimalSuffixes = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E']
const binarySuffixes = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei']

const withoutFactors = (digits: bigint, factor: bigint): { rest: bigint; times: number } => {
  let [rest, times] = [digits, 0]
  while (rest % factor === 0n) {
    rest /= factor
    times += 1
  }
  return { rest, times }
}

const binaryText = (value: bigint): string => {
  const { rest, times } = withoutFactors(value, 1024n)
  return `${rest}${binarySuffixes[times] ?? ''}`
}

const decimalText = ({ digits, exponent }: Decimal, isExponent: boolean): string => {
  const { rest, times } = withoutFactors(digits, 10n)
  const power = exponent + times
  const over = ((power % 3) + 3) % 3
  const thousands = (power - over) / 3
  const number = rest * 10n ** BigInt(over)
  if (isExponent) return thousands === 0 ? String(number) : `${number}e${thousands * 3}`
  return `${number}${decimalSuffixes[thousands + 3] ?? ''}`
}

/** Lists of resources have nothing below a thousandth: what is less is one more. */
const roundedUp = (quantity: Decimal): Decimal => {
  const { digits, exponent } = quantity
  if (exponent >= -3) return quantity
  const unit = 10n ** BigInt(-3 - exponent)
  const more = digits % unit === 0n ? 0n : digits < 0n ? -1n : 1n
  return new Decimal(digits / unit + more, -3)
}

/** A quantity as Kubernetes writes it: the largest unit with which nothing stands behind the point. */
export const canonicalQuantity = (text: string): string => {
  if (plain.test(text)) return text
  const quantity = roundedUp(parseQuantity(text))
  if (quantity.digits === 0n) return '0'
  if (!text.endsWith('i')) return decimalText(quantity, /[eE][-+]?\d+$/.test(text))
  // below one of the smallest unit, and where a fraction would be lost, it is written as a decimal
  const whole = quantity.integer()
  return whole === undefined || (whole > -1024n && whole < 1024n)
    ? decimalText(quantity, false)
    : binaryText(whole)
}
