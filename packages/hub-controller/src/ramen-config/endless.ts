/** Deeper than any configuration; what compares and prints values goes down by a call a level. */
const mostLevels = 200

/**
 * Why a YAML value has no end, or none that can be reached: an anchor that contains its own alias, or too many levels; undefined
 * for any other. What several aliases share is looked at once.
 */
export const whyEndless = (value: unknown): string | undefined => {
  const above = new Set<object>()
  const done = new Set<object>()
  const look = (one: unknown): string | undefined => {
    if (typeof one !== 'object' || one === null || done.has(one)) return undefined
    if (above.has(one)) return 'an anchor contains itself'
    if (above.size >= mostLevels) return `it has more than ${mostLevels} levels`
    above.add(one)
    for (const inner of Object.values(one)) {
      const why = look(inner)
      if (why !== undefined) return why
    }
    above.delete(one)
    done.add(one)
    return undefined
  }
  return look(value)
}
