import type { MirrorPeerProblem } from '@odfmo/api-types'

/**
 * Far more than anybody means. A review of 3 MiB can hold a million entries, and what is wrong with each would take seconds
 * to put into words that nobody reads, while all others wait.
 */
const longestList = 1000

/** Lists of a spec that are too long to be looked into. */
export const longLists = (object: unknown): readonly MirrorPeerProblem[] => {
  const spec = member(object, 'spec')
  return ['items', 'schedulingIntervals'].flatMap((name) => {
    const list = member(spec, name)
    if (!Array.isArray(list) || list.length <= longestList) return []
    return [
      {
        path: `spec.${name}`,
        code: 'WrongCount' as const,
        message: `there are ${list.length} entries: at most ${longestList} are looked at`,
      },
    ]
  })
}

const member = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined
