import { expired } from '../api-error.ts'
import type { Resource } from '../resources/resource.ts'
import { CompactedError } from '../storage/store.ts'
import type { Change, ChangeType } from '../storage/store.ts'
import { StoredObject } from '../storage/stored-object.ts'
import type { Api } from './api.ts'
import { listObjects } from './list-objects.ts'
import type { ListOptions } from './list-options.ts'
import type { Selection } from './selection.ts'

/** What a watch reports. */
export interface WatchSink {
  object(type: ChangeType, stored: StoredObject): void
  bookmark(revision: number, endsInitialEvents: boolean): void
}

/** What a change means to a selection: an object that comes into it is added, one that leaves it is deleted. */
export const selectedChange = (
  selection: Selection,
  change: Change,
): { type: ChangeType; stored: StoredObject } | undefined => {
  const { type, current, previous } = change
  const isIn = type !== 'DELETED' && selection.matches(current)
  const wasIn = previous !== undefined && selection.matches(previous)
  if (isIn) return { type: wasIn ? 'MODIFIED' : 'ADDED', stored: current }
  if (!wasIn) return undefined
  if (type === 'DELETED') return { type, stored: current }
  // the last state that was in the selection, at the revision of the change that took it out
  const left = previous.read()
  return { type: 'DELETED', stored: new StoredObject(left, change.revision) }
}

const initialEvents = (api: Api, resource: Resource, selection: Selection, sink: WatchSink): void => {
  const everything: ListOptions = {
    revision: undefined,
    match: undefined,
    limit: 0,
    continueToken: '',
    sendInitialEvents: undefined,
    allowBookmarks: false,
    timeoutSeconds: undefined,
  }
  for (const stored of listObjects(api, resource, selection, everything).items) sink.object('ADDED', stored)
}

/**
 * Reports the changes of a selection from where the options say, until the answer is called. Throws the 410 of a
 * revision that history no longer has, before anything is reported.
 */
export const watchObjects = (
  api: Api,
  resource: Resource,
  selection: Selection,
  options: ListOptions,
  sink: WatchSink,
): (() => void) => {
  const { store } = api
  const { revision, sendInitialEvents } = options
  const fromState =
    sendInitialEvents === true ||
    (sendInitialEvents === undefined && (revision === undefined || revision === 0))
  if (fromState) {
    initialEvents(api, resource, selection, sink)
    if (sendInitialEvents === true && options.allowBookmarks) sink.bookmark(store.revision, true)
  } else if (revision !== undefined && revision !== 0) {
    let missed: Change[]
    try {
      missed = store.changesAfter(resource.table, revision)
    } catch (error) {
      throw error instanceof CompactedError ? expired(revision, store.compactedRevision) : error
    }
    for (const change of missed) {
      const selected = selectedChange(selection, change)
      if (selected !== undefined) sink.object(selected.type, selected.stored)
    }
  }
  const from = revision ?? 0
  return store.table(resource.table).subscribe((change) => {
    if (change.revision <= from) return
    const selected = selectedChange(selection, change)
    if (selected !== undefined) sink.object(selected.type, selected.stored)
  })
}
