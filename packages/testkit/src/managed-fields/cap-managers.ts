import { managerKey } from './manager-entry.ts'
import type { ManagerEntry, Managers } from './manager-entry.ts'

/** The limit of the real server for entries of updates; those of applies are not limited. */
const mostUpdaters = 10

const secondsOf = (entry: ManagerEntry | undefined): number =>
  entry?.time === undefined ? 0 : Date.parse(entry.time)

/** Rolls the oldest entries of updates into one for each version, until there are no more than may be. */
export const capManagers = (managers: Managers): void => {
  if (managers.size <= mostUpdaters) return
  const updaters = [...managers].flatMap(([key, { operation }]) => (operation === 'Update' ? [key] : []))
  let count = updaters.length
  if (count <= mostUpdaters) return
  updaters.sort((left, right) => {
    const order = secondsOf(managers.get(left)) - secondsOf(managers.get(right))
    return order !== 0 ? order : left < right ? -1 : 1
  })
  const firstOf = new Map<string, string>()
  for (const key of updaters) {
    if (count <= mostUpdaters) return
    const entry = managers.get(key)
    if (entry === undefined) continue
    const { apiVersion } = entry
    const first = firstOf.get(apiVersion)
    if (first === undefined) {
      firstOf.set(apiVersion, key)
      continue
    }
    const bucket = {
      manager: 'ancient-changes',
      operation: 'Update',
      apiVersion,
      subresource: '',
    } as const
    const bucketKey = managerKey(bucket)
    const before = managers.get(bucketKey) ?? managers.get(first)
    if (!managers.has(bucketKey)) managers.delete(first)
    managers.delete(key)
    // the younger of the two tells the time
    managers.set(bucketKey, {
      ...bucket,
      time: entry.time,
      set: before === undefined ? entry.set : entry.set.union(before.set),
    })
    count--
  }
}
