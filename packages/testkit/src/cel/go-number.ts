/** A double as Go's `%g` prints it: the shortest text, with an exponent below 1e-4 and from 1e6 on. */
export const goDouble = (value: number): string => {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf'
  if (Object.is(value, -0)) return '-0'
  const exponential = value.toExponential()
  const exponent = Number(exponential.slice(exponential.indexOf('e') + 1))
  return exponent < -4 || exponent >= 6 ? withExponent(exponential) : String(value)
}

/** Go's exponents have two digits at least. */
export const withExponent = (text: string): string => text.replace(/e([+-])(\d)$/, 'e$10$2')

/** All digits of a double behind the point. */
const mostDigits = 100
const toFixedLimit = 1e21

/** With a fixed number of digits behind the point; what is right in the middle goes to the even digit. */
export const fixedDouble = (value: number, digits: number): string => {
  const size = Math.abs(value)
  const exact = size >= toFixedLimit ? `${BigInt(size)}.0` : size.toFixed(mostDigits)
  const [whole = '0', fraction = ''] = exact.split('.')
  const kept = BigInt(whole + fraction.slice(0, digits).padEnd(digits, '0'))
  const rest = fraction.slice(digits).padEnd(1, '0')
  const isHalf = /^50*$/.test(rest)
  const isUp = isHalf ? kept % 2n === 1n : rest.charAt(0) >= '5'
  const text = String(isUp ? kept + 1n : kept).padStart(digits + 1, '0')
  const sign = value < 0 || Object.is(value, -0) ? '-' : ''
  return digits === 0 ? `${sign}${text}` : `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`
}
