import { own } from './own.ts'

/** JSON values compared by value; a key that is undefined equals a key that is not there. */
export const equal = (a: unknown, b: unknown): boolean => {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) || Array.isArray(b)) {
    return (
      Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, i) => equal(item, b[i]))
    )
  }
  const left = a as Record<string, unknown>
  const right = b as Record<string, unknown>
  for (const key in left) if (left[key] !== undefined && !equal(left[key], own(right, key))) return false
  for (const key in right) if (right[key] !== undefined && own(left, key) === undefined) return false
  return true
}
