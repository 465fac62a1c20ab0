import { NotConvertedError } from '../conversion/not-converted-error.ts'
import type { Resource } from '../resources/resource.ts'
import type { StoredObject } from '../storage/stored-object.ts'
import type { Api, Target } from '../verbs/api.ts'
import type { ObjectList } from '../verbs/list-objects.ts'
import { watchedForms } from '../verbs/watch-objects.ts'

export interface ConvertedRead {
  readonly verb: string
  readonly target: Target
  /** After which version it tells of changes. Of a watch. */
  readonly since: () => number
}

/** What a request is going to read, most likely. */
const neededBy = (api: Api, { verb, target, since }: ConvertedRead): StoredObject[] => {
  const { resource, namespace, name } = target
  if (verb === 'watch') return watchedForms(api, resource, since())
  if (name !== '') {
    const stored = api.store.get(resource.table, namespace, name)
    return stored === undefined ? [] : [stored]
  }
  return [...api.store.table(resource.table).entries.values()].filter(
    (stored) => namespace === '' || stored.namespace === namespace,
  )
}

/** Asks until nothing is left to ask: meanwhile others may have written. */
const ensureConverted = async (resource: Resource, needed: () => Iterable<StoredObject>): Promise<void> => {
  for (;;) {
    const asked = resource.conversion?.ensure(needed())
    if (asked === undefined) return
    await asked
  }
}

const reads: readonly string[] = ['get', 'list', 'watch']

/**
 * Runs a handler that reads at once. Of a kind that a webhook converts, what it needs is asked for before, all in one
 * review, and what it turns out to need besides (the past of a list) as well.
 */
export const readConverted = (
  api: Api,
  asked: ConvertedRead,
  read: () => Promise<void> | void,
): Promise<void> | void => {
  const { verb, target } = asked
  const { resource } = target
  if (resource.conversion?.isAsked !== true || !reads.includes(verb)) return read()
  const needed = (): StoredObject[] => neededBy(api, asked)
  return verb === 'get' ? renewed(resource, needed, read) : whenConverted(resource, needed, read)
}

const renewed = async (
  resource: Resource,
  needed: () => StoredObject[],
  read: () => Promise<void> | void,
): Promise<void> => {
  const [stored] = needed()
  if (stored !== undefined) await resource.conversion?.renew(stored)
  return whenConverted(resource, needed, read)
}

/** The same of a list whose objects are answered later. */
export const listConverted = async (
  api: Api,
  target: Target,
  list: () => ObjectList,
): Promise<ObjectList> => {
  const { resource } = target
  const asked: ConvertedRead = { verb: 'list', target, since: () => api.store.revision }
  const found = await whenConverted(resource, () => neededBy(api, asked), list)
  await ensureConverted(resource, () => found.items)
  return found
}

const whenConverted = async <T>(
  resource: Resource,
  needed: () => Iterable<StoredObject>,
  read: () => T | Promise<T>,
): Promise<T> => {
  for (;;) {
    await ensureConverted(resource, needed)
    try {
      return await read()
    } catch (error) {
      if (!(error instanceof NotConvertedError)) throw error
      await resource.conversion?.ensure([error.stored])
    }
  }
}
