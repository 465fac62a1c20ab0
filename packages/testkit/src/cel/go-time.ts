import { Timestamp } from './cel-value.ts'

const unitNanos: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
}

/** Nanoseconds of a duration as Go writes them (`1h30m`, `-1.5s`); undefined when it is none. */
export const parseDuration = (text: string): bigint | undefined => {
  const [, sign = '', rest = ''] = /^([+-]?)(.*)$/s.exec(text) ?? []
  if (rest === '0') return 0n
  let total = 0n
  let at = 0
  for (const [whole, digits = '', fraction = '', unit = ''] of rest.matchAll(
    /(\d*)(?:\.(\d*))?(ns|us|µs|μs|ms|s|m|h)/gy,
  )) {
    if (digits === '' && fraction === '') return undefined
    const nanos = unitNanos[unit] ?? 0n
    total += BigInt(digits || '0') * nanos
    if (fraction !== '') total += (BigInt(fraction) * nanos) / 10n ** BigInt(fraction.length)
    at += whole.length
  }
  if (rest === '' || at !== rest.length || total > 2n ** 63n) return undefined
  return sign === '-' ? -total : total
}

const billion = 1_000_000_000n

/** `1.5s`: seconds as a double, of which far digits are lost, never with an exponent. */
export const durationText = (nanos: bigint): string => {
  const seconds = Number(nanos / billion) + Number(nanos % billion) / Number(billion)
  const text = String(seconds)
  return `${text.includes('e') ? seconds.toFixed(9) : text}s`
}

const timestampPattern = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:[.,](\d+))?(?:Z|([+-])(\d\d):(\d\d))$/

const daysOf = (year: number, month: number): number => new Date(Date.UTC(year, month, 0)).getUTCDate()

/** An RFC 3339 time; undefined when it is none. */
export const parseTimestamp = (text: string): Timestamp | undefined => {
  const found = timestampPattern.exec(text)
  if (found === null) return undefined
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = found.slice(1, 7).map(Number)
  const [fraction = '', sign = '+', offsetHours = '0', offsetMinutes = '0'] = found.slice(7)
  const isDate = month >= 1 && month <= 12 && day >= 1 && day <= daysOf(year, month)
  if (!isDate || hour > 23 || minute > 59 || second > 59) return undefined
  if (Number(offsetHours) > 24 || Number(offsetMinutes) > 60) return undefined
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  date.setUTCHours(hour, minute, second)
  const offset = (Number(offsetHours) * 60 + Number(offsetMinutes)) * (sign === '-' ? -1 : 1)
  const seconds = BigInt(date.getTime() / 1_000 - offset * 60)
  return new Timestamp(seconds * billion + BigInt(fraction.slice(0, 9).padEnd(9, '0')), offset)
}

const zoneText = (offsetMinutes: number): string => {
  if (offsetMinutes === 0) return 'Z'
  const size = Math.abs(offsetMinutes)
  const two = (part: number): string => String(part).padStart(2, '0')
  return `${offsetMinutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`
}

/** RFC 3339, with the fraction that is needed. */
export const timestampText = ({ nanos, offsetMinutes }: Timestamp): string => {
  const rest = ((nanos % billion) + billion) % billion
  const seconds = (nanos - rest) / billion
  const text = new Date((Number(seconds) + offsetMinutes * 60) * 1_000).toISOString().slice(0, 19)
  const fraction = rest === 0n ? '' : `.${String(rest).padStart(9, '0').replace(/0+$/, '')}`
  return `${text}${fraction}${zoneText(offsetMinutes)}`
}
