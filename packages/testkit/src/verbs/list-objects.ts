import { expiredList } from '../api-error.ts'
import type { Resource } from '../resources/resource.ts'
import { CompactedError } from '../storage/store.ts'
import type { StoredObject } from '../storage/stored-object.ts'
import type { Api } from './api.ts'
import { expiredPosition, readPosition, writePosition } from './continue-token.ts'
import { futureRevision } from './list-options.ts'
import type { ListOptions } from './list-options.ts'
import type { Selection } from './selection.ts'

export interface ObjectList {
  readonly items: readonly StoredObject[]
  readonly revision: number
  readonly continueToken: string
  readonly remaining: number | undefined
}

/** Which past a list is of; undefined for the present. */
const wantedRevision = (current: number, { revision, match, limit }: ListOptions): number | undefined => {
  if (revision === undefined || revision === 0) return undefined
  if (revision > current) throw futureRevision(revision, current)
  return match === 'Exact' || (match === undefined && limit > 0) ? revision : undefined
}

/** The objects of a resource by key, now or at a revision; undefined when that past is gone. */
const entriesAt = (
  { store }: Api,
  { table }: Resource,
  revision: number | undefined,
): ReadonlyMap<string, StoredObject> | undefined => {
  try {
    return revision === undefined ? store.table(table).entries : store.stateAt(table, revision)
  } catch (error) {
    if (error instanceof CompactedError) return undefined
    throw error
  }
}

/** The objects of a selection in the order of their keys, at one revision, `limit` of them at most. */
export const listObjects = (
  api: Api,
  resource: Resource,
  selection: Selection,
  options: ListOptions,
): ObjectList => {
  const { store } = api
  const position = options.continueToken === '' ? undefined : readPosition(options.continueToken)
  const wanted = position === undefined ? wantedRevision(store.revision, options) : position.revision
  // zero is "whatever is at hand", which is given without pages
  const limit = options.revision === 0 && position === undefined ? 0 : options.limit
  const entries = entriesAt(api, resource, wanted)
  if (entries === undefined) throw position === undefined ? expiredList() : expiredPosition(position)
  const table = store.table(resource.table)
  const keys = entries === table.entries ? table.sortedKeys() : [...entries.keys()].sort()
  const items: StoredObject[] = []
  let last = ''
  let remaining = 0
  for (const key of keys) {
    if (position !== undefined && key <= position.after) continue
    const stored = entries.get(key)
    if (stored === undefined || !selection.matches(stored)) continue
    if (limit > 0 && items.length === limit) {
      remaining++
      continue
    }
    items.push(stored)
    last = key
  }
  const revision = wanted ?? store.revision
  return {
    items,
    revision,
    continueToken: remaining === 0 ? '' : writePosition({ revision, after: last }),
    remaining: remaining > 0 && selection.isEverything ? remaining : undefined,
  }
}
