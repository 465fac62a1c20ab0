/** Where `actual` lacks what `expected` says, as `path: expected …, got …`; undefined when it has it all. */
export const mismatch = (actual: unknown, expected: unknown, path = 'body'): string | undefined => {
  if (typeof expected === 'function') {
    const answer: unknown = (expected as (value: unknown) => unknown)(actual)
    return answer === true ? undefined : `${path}: ${String(expected)} is not true of ${shown(actual)}`
  }
  if (expected instanceof RegExp)
    return typeof actual === 'string' && expected.test(actual)
      ? undefined
      : `${path}: expected ${String(expected)}, got ${shown(actual)}`
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual) || actual.length !== expected.length)
      return `${path}: expected ${expected.length} items, got ${shown(actual)}`
    return firstOf(expected.map((item, at) => mismatch(actual[at], item, `${path}[${at}]`)))
  }
  if (typeof expected === 'object' && expected !== null) {
    if (typeof actual !== 'object' || actual === null)
      return `${path}: expected an object, got ${shown(actual)}`
    return firstOf(
      Object.entries(expected).map(([name, value]) =>
        mismatch((actual as Record<string, unknown>)[name], value, `${path}.${name}`),
      ),
    )
  }
  return Object.is(actual, expected)
    ? undefined
    : `${path}: expected ${shown(expected)}, got ${shown(actual)}`
}

const firstOf = (found: readonly (string | undefined)[]): string | undefined =>
  found.find((each) => each !== undefined)

const shown = (value: unknown): string => JSON.stringify(value) ?? 'nothing'
