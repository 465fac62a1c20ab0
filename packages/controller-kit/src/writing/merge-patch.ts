import { equal } from './equal.ts'

export type Json = Readonly<Record<string, unknown>>

export const isMap = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The smallest JSON merge patch (RFC 7386) that makes `target` of `live`; undefined when they are equal. */
export const mergePatch = (live: Json, target: Json): Json | undefined => {
  const patch: Record<string, unknown> = {}
  for (const key of Object.keys(live)) {
    if (live[key] !== undefined && live[key] !== null && (target[key] === undefined || target[key] === null))
      patch[key] = null
  }
  for (const [key, wanted] of Object.entries(target)) {
    if (wanted === undefined || wanted === null) continue
    const here = live[key]
    if (isMap(here) && isMap(wanted)) {
      const inner = mergePatch(here, wanted)
      if (inner !== undefined) patch[key] = inner
    } else if (!equal(here, wanted)) {
      patch[key] = wanted
    }
  }
  return Object.keys(patch).length === 0 ? undefined : patch
}

/** Whether an object is as a merge patch asked: false when the server answered a write and dropped some of it. */
export const isKept = (patch: Json, answer: unknown): boolean =>
  Object.entries(patch).every(([key, value]) => {
    const here = isMap(answer) ? answer[key] : undefined
    if (value === null) return here === undefined || here === null
    return isMap(value) ? isMap(here) && isKept(value, here) : equal(value, here)
  })

/** The dotted paths a merge patch touches, for logs: names only, never values. */
export const changedPaths = (patch: Json, prefix = ''): readonly string[] =>
  Object.entries(patch).flatMap(([key, value]) =>
    isMap(value) && Object.keys(value).length > 0
      ? changedPaths(value, `${prefix}${key}.`)
      : [`${prefix}${key}`],
  )
