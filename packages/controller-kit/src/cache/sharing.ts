import { own } from '../writing/own.ts'

/** Below so many levels nothing is shared: an API server takes 10,000, and the stack ends before that. */
const deepest = 100

/**
 * An equal of `value`, with its keys in their order, that is made of parts of `like` wherever they are equal at the same
 * place: objects of one kind, and versions of one object even more, say mostly the same. Changes neither.
 */
export const sharing = <T>(value: T, like: unknown, levels = deepest): T => {
  // Also of two equal texts one is enough.
  if (value === like) return like as T
  if (levels === 0) return value
  if (Array.isArray(value)) {
    if (!Array.isArray(like)) return value
    const items = value.map((item: unknown, at) => sharing(item, like[at], levels - 1))
    return (items.length === like.length && items.every((item, at) => item === like[at]) ? like : items) as T
  }
  if (!isPlain(value) || !isPlain(like)) return value
  const keys = Object.keys(like)
  const entries = Object.entries(value).map(
    ([key, one]) => [key, sharing(one, own(like, key), levels - 1)] as const,
  )
  const isSame =
    entries.length === keys.length && entries.every(([key, one], at) => keys[at] === key && like[key] === one)
  return (isSame ? like : Object.fromEntries(entries)) as T
}

/** A `transform` may have made something else, which has more to it than its keys. */
const isPlain = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
