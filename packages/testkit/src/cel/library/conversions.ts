import { CelError, Duration, Timestamp, Uint } from '../cel-value.ts'
import { global } from '../functions.ts'
import type { Library } from '../functions.ts'
import { durationText, parseDuration, parseTimestamp, timestampText } from '../go-time.ts'
import { maxInt, maxUint, minInt } from '../literal.ts'
import { goDouble } from '../go-number.ts'
import { checkedDuration, checkedInt, checkedTimestamp, checkedUint } from '../operators.ts'

const conversionError = (from: string, to: string): CelError =>
  new CelError(`type conversion error from '${from}' to '${to}'`)

const nanosPerSecond = 1_000_000_000n

const floorDiv = (value: bigint, by: bigint): bigint => {
  const quotient = value / by
  return value % by < 0n ? quotient - 1n : quotient
}

const intOfText = (text: string): bigint => {
  if (!/^[+-]?\d+$/.test(text)) throw conversionError('string', 'int')
  const value = BigInt(text.replace(/^\+/, ''))
  if (value > maxInt || value < minInt) throw conversionError('string', 'int')
  return value
}

const uintOfText = (text: string): Uint => {
  if (!/^\d+$/.test(text) || BigInt(text) > maxUint) throw conversionError('string', 'uint')
  return new Uint(BigInt(text))
}

const doubleOfText = (text: string): number => {
  const special = /^[+-]?(?:inf|infinity|nan)$/i.exec(text)
  if (special !== null) {
    if (/nan/i.test(text)) return Number.NaN
    return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  }
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text)) throw conversionError('string', 'double')
  return Number(text)
}

const boolOfText = (text: string): boolean => {
  if (['1', 't', 'T', 'TRUE', 'true', 'True'].includes(text)) return true
  if (['0', 'f', 'F', 'FALSE', 'false', 'False'].includes(text)) return false
  throw conversionError('string', 'bool')
}

const truncated = (value: number, overflow: string): bigint => {
  if (!Number.isFinite(value)) throw new CelError(overflow)
  return BigInt(Math.trunc(value))
}

/** The ends of int64 themselves are too far: they are no doubles. */
const intOfDouble = (value: number): bigint => {
  if (value <= -(2 ** 63) || value >= 2 ** 63) throw new CelError('integer overflow')
  return truncated(value, 'integer overflow')
}

const uintOfDouble = (value: number): Uint => {
  if (value < 0 || value >= 2 ** 64) throw new CelError('unsigned integer overflow')
  return checkedUint(truncated(value, 'unsigned integer overflow'))
}

const textOfBytes = (bytes: Uint8Array): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new CelError('invalid UTF-8 in bytes, cannot convert to string')
  }
}

const timestampOfText = (text: string): Timestamp => {
  const time = parseTimestamp(text)
  if (time === undefined) throw conversionError('string', 'google.protobuf.Timestamp')
  return checkedTimestamp(time.nanos, time.offsetMinutes)
}

const durationOfText = (text: string): Duration => {
  const nanos = parseDuration(text)
  if (nanos === undefined) throw conversionError('string', 'google.protobuf.Duration')
  return checkedDuration(nanos)
}

const same = (value: unknown): unknown => value

/** Functions with the names of types. */
export const conversionLibrary = (): Library => [
  global('bool(bool): bool', same),
  global('bool(string): bool', boolOfText),
  global('bytes(bytes): bytes', same),
  global('bytes(string): bytes', (text: string) => new TextEncoder().encode(text)),
  global('double(double): double', same),
  global('double(int): double', Number),
  global('double(string): double', doubleOfText),
  global('double(uint): double', ({ value }: Uint) => Number(value)),
  global('duration(duration): duration', same),
  global('duration(int): duration', (nanos: bigint) => new Duration(nanos)),
  global('duration(string): duration', durationOfText),
  global('int(int): int', same),
  global('int(double): int', intOfDouble),
  global('int(duration): int', ({ nanos }: Duration) => nanos),
  global('int(string): int', intOfText),
  global('int(timestamp): int', ({ nanos }: Timestamp) => floorDiv(nanos, nanosPerSecond)),
  global('int(uint): int', ({ value }: Uint) => checkedInt(value)),
  global('string(string): string', same),
  global('string(bool): string', String),
  global('string(bytes): string', textOfBytes),
  global('string(double): string', goDouble),
  global('string(duration): string', ({ nanos }: Duration) => durationText(nanos)),
  global('string(int): string', String),
  global('string(timestamp): string', timestampText),
  global('string(uint): string', ({ value }: Uint) => String(value)),
  global('timestamp(timestamp): timestamp', same),
  global('timestamp(int): timestamp', (seconds: bigint) => checkedTimestamp(seconds * nanosPerSecond)),
  global('timestamp(string): timestamp', timestampOfText),
  global('uint(uint): uint', same),
  global('uint(double): uint', uintOfDouble),
  global('uint(int): uint', checkedUint),
  global('uint(string): uint', uintOfText),
]
