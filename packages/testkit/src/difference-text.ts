import { isJsonObject } from './kube-object.ts'
import type { Difference } from './same-state.ts'

/** Enough to see what a value is. */
const shownLength = 120
const shownLines = 40

const shown = (value: unknown): string => {
  if (value === undefined) return 'nothing'
  const text = JSON.stringify(value)
  return text.length > shownLength ? `${text.slice(0, shownLength)}…` : text
}

/** What is in secrets stays there: failures go to logs that others read. */
const isSecretValue = ({ object, path }: Difference): boolean =>
  object.startsWith('secrets ') && /^(?:data|stringData)\b/.test(path)

const lineOf = (difference: Difference): string => {
  const { object, path, left, right } = difference
  if (path === '') return `${left === undefined ? '+' : '-'} ${object}`
  if (isSecretValue(difference)) return `~ ${object}: ${path} differs`
  return `~ ${object}: ${path} ${shown(left)} → ${shown(right)}`
}

/** Differences of two states, a line each: `+` came, `-` went, `~` changed; the values of secrets are left out. */
export const differenceLines = (differences: readonly Difference[]): string[] => {
  const lines = differences.slice(0, shownLines).map(lineOf)
  const rest = differences.length - lines.length
  return rest > 0 ? [...lines, `and ${rest} more`] : lines
}

/**
 * Where `actual` lacks what `wanted` says, a line each: objects may have more fields, lists are compared whole.
 * `path` is that of both.
 */
export const missingLines = (wanted: unknown, actual: unknown, path = ''): string[] => {
  if (Object.is(wanted, actual)) return []
  if (isJsonObject(wanted) && isJsonObject(actual)) {
    return Object.entries(wanted).flatMap(([name, value]) =>
      missingLines(value, actual[name], path === '' ? name : `${path}.${name}`),
    )
  }
  if (Array.isArray(wanted) && Array.isArray(actual) && wanted.length === actual.length) {
    return wanted.flatMap((item, at) => missingLines(item, actual[at], `${path}[${at}]`))
  }
  return [`${path}: expected ${shown(wanted)}, found ${shown(actual)}`]
}
