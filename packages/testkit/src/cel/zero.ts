import { CelMap, Duration, Optional, Timestamp, Uint } from './cel-value.ts'

const yearOne = -62_135_596_800_000_000_000n

/** Whether a value is what a field has that nobody set. */
export const isZero = (value: unknown): boolean => {
  if (value === null || value === false || value === 0n || value === 0 || value === '') return true
  if (value instanceof Uint) return value.value === 0n
  if (Array.isArray(value) || value instanceof Uint8Array) return value.length === 0
  if (value instanceof CelMap) return value.size === 0
  if (value instanceof Duration) return value.nanos === 0n
  if (value instanceof Timestamp) return value.nanos === yearOne
  return value instanceof Optional && !value.hasValue
}
