import { equal } from './equal.ts'
import { own, setOwn } from './own.ts'

export type Json = Readonly<Record<string, unknown>>

export const isMap = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The smallest JSON merge patch (RFC 7386) that makes `target` of `live`; undefined when they are equal. */
export const mergePatch = (live: Json, target: Json): Json | undefined => {
  const patch: Record<string, unknown> = {}
  for (const key of Object.keys(live)) {
    if (isAbsent(live[key]) || !isAbsent(own(target, key))) continue
    setOwn(patch, key, null)
  }
  for (const [key, wanted] of Object.entries(target)) {
    if (isAbsent(wanted)) continue
    const here = own(live, key)
    if (isMap(here) && isMap(wanted)) {
      const inner = mergePatch(here, wanted)
      if (inner !== undefined) setOwn(patch, key, inner)
    } else if (!equal(here, wanted)) {
      setOwn(patch, key, wanted)
    }
  }
  return Object.keys(patch).length === 0 ? undefined : patch
}

const isAbsent = (value: unknown): boolean => value === undefined || value === null

/** What a server makes of an object by a merge patch (RFC 7386); for plans, which send nothing. */
export const applyMergePatch = (object: Json, patch: Json): Json => {
  const result: Record<string, unknown> = { ...object }
  for (const [key, value] of Object.entries(patch)) {
    const here = own(result, key)
    if (value === null) delete result[key]
    else setOwn(result, key, isMap(value) ? applyMergePatch(isMap(here) ? here : {}, value) : value)
  }
  return result
}

/** Whether an object is as a merge patch asked: false when the server answered a write and dropped some of it. */
export const isKept = (patch: Json, answer: unknown): boolean =>
  Object.entries(patch).every(([key, value]) => {
    const here = isMap(answer) ? own(answer, key) : undefined
    if (value === null) return here === undefined || here === null
    return isMap(value) ? isMap(here) && isKept(value, here) : equal(value, here)
  })

/** `.name`, or `["a.b/c"]` where a dot would mislead. */
const step = (key: string): string => (/^[^.[\]"]+$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`)

/** The paths a merge patch touches, for logs: names only, never values. */
export const changedPaths = (patch: Json): readonly string[] => {
  const below = (value: Json, prefix: string): readonly string[] =>
    Object.entries(value).flatMap(([key, inner]) =>
      isMap(inner) && Object.keys(inner).length > 0 ? below(inner, prefix + step(key)) : [prefix + step(key)],
    )
  return below(patch, '').map((path) => path.replace(/^\./, ''))
}
