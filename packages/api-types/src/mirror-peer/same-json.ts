/** Whether two JSON values say the same: the order of members does not count, and a member that is null is no member. */
export const sameJson = (a: unknown, b: unknown): boolean => {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null)
    return (a ?? null) === (b ?? null)
  if (Array.isArray(a) || Array.isArray(b)) {
    return (
      Array.isArray(a) &&
      Array.isArray(b) &&
      a.length === b.length &&
      a.every((item, i) => sameJson(item, b[i]))
    )
  }
  return (
    Object.keys(a).every((name) => sameJson(member(a, name), member(b, name))) &&
    Object.keys(b).every((name) => Object.hasOwn(a, name) || (member(b, name) ?? null) === null)
  )
}

/** A text that is the same for values that `sameJson` holds to be the same, and for no others. */
export const jsonKey = (value: unknown): string => JSON.stringify(ordered(value))

/** Objects as lists of their members, ordered by name, each list marked by what it stands for. */
const ordered = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return value ?? null
  if (Array.isArray(value)) return ['list', ...value.map(ordered)]
  const members = Object.entries(value).filter(([, one]) => (one ?? undefined) !== undefined)
  return [
    'object',
    ...members.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, one]) => [name, ordered(one)]),
  ]
}

const member = (object: object, name: string): unknown =>
  Object.hasOwn(object, name) ? (object as Readonly<Record<string, unknown>>)[name] : undefined
