import type { Json } from './open-api-name.ts'

type Place = 'query' | 'path'

const types: Readonly<Record<string, string>> = {
  allowWatchBookmarks: 'boolean',
  force: 'boolean',
  gracePeriodSeconds: 'integer',
  ignoreStoreReadErrorWithClusterBreakingPotential: 'boolean',
  limit: 'integer',
  orphanDependents: 'boolean',
  sendInitialEvents: 'boolean',
  timeoutSeconds: 'integer',
  watch: 'boolean',
}

/** Parameters of operations by their names. */
export const parameters = (names: readonly string[], place: Place = 'query'): Json[] =>
  names.map((name) => ({
    name,
    in: place,
    ...(place === 'path' ? { required: true } : {}),
    schema: { type: types[name] ?? 'string', uniqueItems: true },
  }))

/** Those of lists, of writes, of deletions of one object and of many. */
export const listNames = [
  'allowWatchBookmarks',
  'continue',
  'fieldSelector',
  'labelSelector',
  'limit',
  'resourceVersion',
  'resourceVersionMatch',
  'sendInitialEvents',
  'timeoutSeconds',
  'watch',
]
export const writeNames = ['dryRun', 'fieldManager', 'fieldValidation']
export const deleteNames = [
  'dryRun',
  'gracePeriodSeconds',
  'ignoreStoreReadErrorWithClusterBreakingPotential',
  'orphanDependents',
  'propagationPolicy',
]
export const collectionNames = [
  ...new Set([...listNames.filter((name) => !/watch/i.test(name)), ...deleteNames]),
].toSorted()

/** Parameters that all operations of a path have are said once, for the path. */
export const lifted = ({ parameters: ofPath, ...operations }: Json): Json => {
  const all = Object.entries(operations) as [string, Json][]
  const lists = all.map(([, operation]) => (operation['parameters'] ?? []) as Json[])
  const [first = []] = lists
  const isCommon = (parameter: Json): boolean =>
    lists.every((list) => list.some(({ name }) => name === parameter['name']))
  const common = first.filter(isCommon)
  if (common.length === 0) return { ...operations, parameters: ofPath }
  const left = all.map(([method, { parameters: own, ...operation }]) => {
    const kept = ((own ?? []) as Json[]).filter((parameter) => !isCommon(parameter))
    return [method, kept.length === 0 ? operation : { ...operation, parameters: kept }]
  })
  const parametersOfPath = [...common, ...(ofPath as Json[])].toSorted((one, other) =>
    String(one['name']) < String(other['name']) ? -1 : 1,
  )
  return { ...Object.fromEntries(left), parameters: parametersOfPath }
}
