import { ApiError, badRequest, expired } from '../api-error.ts'
import type { Resource } from '../resources/resource.ts'
import { CompactedError } from '../storage/store.ts'
import type { StoredObject } from '../storage/stored-object.ts'
import type { Api } from './api.ts'
import { futureRevision } from './list-options.ts'
import type { ListOptions } from './list-options.ts'
import type { Selection } from './selection.ts'

export interface ObjectList {
  readonly items: readonly StoredObject[]
  readonly revision: number
  readonly continueToken: string
  readonly remaining: number | undefined
}

interface Position {
  readonly revision: number
  /** The last key already given. */
  readonly after: string
}

/** The smallest text behind a key. */
const afterKey = '\u0000'

const writePosition = ({ revision, after }: Position): string =>
  Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: revision, start: after + afterKey })).toString(
    'base64url',
  )

const readPosition = (token: string): Position => {
  try {
    const { v, rv, start } = JSON.parse(Buffer.from(token, 'base64url').toString('utf8')) as Record<
      string,
      unknown
    >
    if (v === 'meta.k8s.io/v1' && typeof rv === 'number' && typeof start === 'string')
      return { revision: rv, after: start.endsWith(afterKey) ? start.slice(0, -1) : start }
  } catch {
    // not one of ours: answered below
  }
  throw badRequest('continue key is not valid')
}

const expiredContinue = (): ApiError =>
  new ApiError(
    410,
    'Expired',
    'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter.',
  )

/** Which past a list is of; undefined for the present. */
const wantedRevision = (current: number, { revision, match, limit }: ListOptions): number | undefined => {
  if (revision === undefined || revision === 0) return undefined
  if (revision > current) throw futureRevision(revision, current)
  return match === 'Exact' || (match === undefined && limit > 0) ? revision : undefined
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
  const wanted = position?.revision ?? wantedRevision(store.revision, options)
  const revision = wanted ?? store.revision
  const table = store.table(resource.table)
  let entries: ReadonlyMap<string, StoredObject>
  try {
    entries = wanted === undefined ? table.entries : store.stateAt(resource.table, wanted)
  } catch (error) {
    if (!(error instanceof CompactedError)) throw error
    throw position === undefined ? expired(revision, store.compactedRevision) : expiredContinue()
  }
  const keys = entries === table.entries ? table.sortedKeys() : [...entries.keys()].sort()
  const items: StoredObject[] = []
  let last = ''
  let remaining = 0
  for (const key of keys) {
    if (position !== undefined && key <= position.after) continue
    const stored = entries.get(key)
    if (stored === undefined || !selection.matches(stored)) continue
    if (options.limit > 0 && items.length === options.limit) {
      remaining++
      continue
    }
    items.push(stored)
    last = key
  }
  return {
    items,
    revision,
    continueToken: remaining === 0 ? '' : writePosition({ revision, after: last }),
    remaining: remaining > 0 && selection.isEverything ? remaining : undefined,
  }
}
