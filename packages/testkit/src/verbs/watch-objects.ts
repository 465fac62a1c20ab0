import { expired } from '../api-error.ts'
import type { Resource } from '../resources/resource.ts'
import type { Change, ChangeType } from '../storage/store.ts'
import { LeftObject } from '../storage/left-object.ts'
import type { StoredObject } from '../storage/stored-object.ts'
import type { Api } from './api.ts'
import { listObjects } from './list-objects.ts'
import { futureRevision } from './list-options.ts'
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
  return { type: 'DELETED', stored: leftObject(change, previous) }
}

const left = new WeakMap<Change, LeftObject>()

/** The same for all watches of a change: what is sent of it is written once. */
const leftObject = (change: Change, previous: StoredObject): LeftObject => {
  const known = left.get(change) ?? new LeftObject(previous, change.revision)
  left.set(change, known)
  return known
}

/** From where a watch reports, and a past to begin with in place of the present. */
export interface WatchOptions extends ListOptions {
  readonly past?: number | undefined
}

const initialEvents = (
  api: Api,
  resource: Resource,
  selection: Selection,
  past: number | undefined,
  sink: WatchSink,
): void => {
  const everything: ListOptions = {
    revision: past,
    match: past === undefined ? undefined : 'Exact',
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
  options: WatchOptions,
  sink: WatchSink,
): (() => void) => {
  const { store } = api
  const { revision, sendInitialEvents, past } = options
  const fromState =
    sendInitialEvents === true ||
    (sendInitialEvents === undefined && (revision === undefined || revision === 0))
  const table = store.table(resource.table)
  const changesSince = (from: number): void => {
    for (const change of store.changesAfter(resource.table, from)) {
      const selected = selectedChange(selection, change)
      if (selected !== undefined) sink.object(selected.type, selected.stored)
    }
  }
  if (fromState) {
    if (revision !== undefined && revision > store.revision) throw futureRevision(revision, store.revision)
    initialEvents(api, resource, selection, past, sink)
    if (sendInitialEvents === true && options.allowBookmarks) sink.bookmark(past ?? store.revision, true)
    if (past !== undefined) changesSince(past)
  } else if (revision !== undefined && revision !== 0) {
    const oldest = Math.max(store.compactedRevision, table.startRevision)
    if (revision < oldest) throw expired(revision, oldest)
    changesSince(revision)
  }
  const from = revision ?? 0
  const report = (change: Change): void => {
    const selected = selectedChange(selection, change)
    if (selected !== undefined) sink.object(selected.type, selected.stored)
  }
  const { conversion } = resource
  let isOver = false
  const unsubscribe = table.subscribe((change) => {
    if (change.revision <= from) return
    if (conversion?.isAsked !== true) report(change)
    else
      conversion.inTurn(
        formsOf(change),
        () => report(change),
        () => isOver,
      )
  })
  return () => {
    isOver = true
    unsubscribe()
  }
}

/** What has to be known of a change in the version that is watched. */
const formsOf = ({ current, previous }: Change): StoredObject[] =>
  previous === undefined ? [current] : [current, previous]

/** All that a watch may begin with that tells of changes after `since`: of older ones nobody asks a webhook again. */
export const watchedForms = ({ store }: Api, { table }: Resource, since: number): StoredObject[] => [
  ...store.table(table).entries.values(),
  ...store.changesAfter(table, Math.max(since, store.compactedRevision)).flatMap(formsOf),
]
