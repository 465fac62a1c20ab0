import type { KubeObject } from '@odfmo/api-types/meta'
import type { WatchEvent } from '../client/object-client.ts'
import { backOffMs, watchBackOff, type BackOff } from '../queue/back-off.ts'
import type { SyncState } from './cache.ts'
import { compareResourceVersions } from './resource-version.ts'
import type {
  Common,
  Listing,
  Opening,
  ReflectorEffect,
  ReflectorFailure,
  ReflectorInput,
  ReflectorState,
  ReflectorStep,
  Waiting,
  Watching,
} from './reflector-state.ts'

/** A kind that comes is announced by the watch on definitions; this is for where that is not permitted. */
const notServedBackOff: BackOff = { baseMs: 1000, maxMs: 60_000, jitter: 0.25 }

/**
 * A server that starts, or whose aggregation hiccups, answers 404 for kinds it has: what was served is
 * believed to be gone only after so many answers in a row, whatever failed before (about 6 s and more).
 */
const notFoundsToBelieve = 3

/**
 * A watch that the server answers and does not open so many times in a row may never be opened from there: its
 * store was restored from a backup, or it has forgotten more than it says.
 */
const refusalsToList = 3

/** A watch that lasted so long was worth opening, even if nothing happened on it. */
const longWatchMs = 30_000

/** One transition. Pure; `random` in [0, 1) spreads the waits. */
export const reflectorStep = <T extends KubeObject>(
  state: ReflectorState<T>,
  input: ReflectorInput<T>,
  random: number,
): ReflectorStep<T> => {
  switch (input.is) {
    case 'page':
      return state.is === 'listing' ? pageCame(state, input) : ignored(state)
    case 'opened':
      return state.is === 'opening' ? watchOpened(state) : ignored(state)
    case 'event':
      return state.is === 'watching' ? eventCame(state, input.event) : ignored(state)
    case 'ended':
      return state.is === 'watching' || state.is === 'opening'
        ? watchEnded(state, input.lastedMs, random)
        : ignored(state)
    case 'failed':
      return failed(state, input, random)
    case 'woken':
      return woken(state)
    case 'announced':
      // Soon tried again, should it not be served yet: a definition comes before its endpoints do.
      return state.is === 'notServed'
        ? { state: { ...listAgain(state), failures: 0 }, effects: [] }
        : ignored(state)
  }
}

const ignored = <T extends KubeObject>(state: ReflectorState<T>): ReflectorStep<T> => ({ state, effects: [] })

const common = ({ failures, notFounds, refusals, told, listed, newest }: Common): Common => ({
  failures,
  notFounds,
  refusals,
  told,
  listed,
  newest,
})

const listAgain = (from: Common, paged = true): Listing<never> => ({
  is: 'listing',
  items: [],
  paged,
  ...common(from),
})

/** Told only when it is news; why something is not synced always is. */
const sync = (told: SyncState['is'], state: SyncState): readonly ReflectorEffect<never>[] =>
  told === state.is && !('why' in state) ? [] : [{ do: 'sync', state }]

const pageCame = <T extends KubeObject>(
  state: Listing<T>,
  page: Extract<ReflectorInput<T>, { is: 'page' }>,
): ReflectorStep<T> => {
  const items = state.items.length === 0 ? page.items : [...state.items, ...page.items]
  if (page.continue !== undefined && page.continue !== '') {
    return { state: { ...state, items, continue: page.continue, failures: 0, notFounds: 0 }, effects: [] }
  }
  const { resourceVersion } = page
  // A list is never older than what was seen before it was asked for, unless the server's own history is another.
  const restarted = state.newest !== undefined && compareResourceVersions(resourceVersion, state.newest) < 0
  return {
    state: {
      is: 'opening',
      resourceVersion,
      fresh: true,
      // A watch that cannot be opened is not to be a list every second.
      failures: state.refusals > 0 ? state.failures : 0,
      notFounds: 0,
      refusals: state.refusals,
      told: 'synced',
      listed: true,
      newest: resourceVersion,
    },
    effects: [
      { do: restarted ? 'restart' : 'replace', items, resourceVersion },
      ...sync(state.told, { is: 'synced' }),
    ],
  }
}

const watchOpened = <T extends KubeObject>(state: Opening): ReflectorStep<T> => ({
  state: { ...state, is: 'watching', notFounds: 0, refusals: 0, told: 'synced' },
  effects: sync(state.told, { is: 'synced' }),
})

const eventCame = <T extends KubeObject>(
  state: Watching,
  { type, object }: WatchEvent<T>,
): ReflectorStep<T> => {
  const resourceVersion = object.metadata.resourceVersion ?? state.resourceVersion
  const next: Watching = {
    ...state,
    resourceVersion,
    newest: resourceVersion,
    fresh: false,
    failures: 0,
  }
  switch (type) {
    case 'ADDED':
    case 'MODIFIED':
      return { state: next, effects: [{ do: 'upsert', object }] }
    case 'DELETED':
      return { state: next, effects: [{ do: 'remove', object }] }
    case 'BOOKMARK':
      return { state: next, effects: [] }
  }
}

/** Opened anew where it stood. */
const openAgain = (state: Watching | Opening, lastedMs: number): Opening => ({
  ...state,
  is: 'opening',
  failures: lastedMs >= longWatchMs ? 0 : state.failures,
})

const watchEnded = <T extends KubeObject>(
  state: Watching | Opening,
  lastedMs: number,
  random: number,
): ReflectorStep<T> => {
  const opening = openAgain(state, lastedMs)
  // Ended at once with nothing in it, time and again, would be a busy loop.
  if (lastedMs >= longWatchMs) return { state: opening, effects: [] }
  return { state: wait(opening, 0, random), effects: [] }
}

const wait = <T extends KubeObject>(
  next: Listing<T> | Opening,
  atLeastMs: number,
  random: number,
): Waiting<T> => ({
  ...common(next),
  is: 'waiting',
  failures: next.failures + 1,
  delayMs: Math.max(atLeastMs, backOffMs(watchBackOff, next.failures, random)),
  next: { ...next, failures: next.failures + 1 },
})

const failed = <T extends KubeObject>(
  before: ReflectorState<T>,
  failure: ReflectorFailure,
  random: number,
): ReflectorStep<T> => {
  if (before.is === 'waiting' || before.is === 'notServed') return ignored(before)
  if (failure.status === 404) return notFound(before, random)
  const state = { ...before, notFounds: 0 }
  if (failure.status === 410) return expired(state, random)
  const delay = failure.retryAfterMs ?? 0
  const next = afterRefusal(state, failure)
  if (failure.status === 403) {
    return {
      state: wait({ ...next, told: 'forbidden' }, delay, random),
      effects: sync(state.told, { is: 'forbidden', why: failure.message }),
    }
  }
  // Once synced, the cache stays believed: it lags, as it always may.
  const effects = state.told === 'syncing' ? sync(state.told, { is: 'syncing', why: failure.message }) : []
  return { state: wait(next, delay, random), effects }
}

/** Where it goes on: where it was, or with a list when the watch cannot be opened from there. */
const afterRefusal = <T extends KubeObject>(
  state: Listing<T> | Opening | Watching,
  { status, tooNew = false, lastedMs = 0 }: ReflectorFailure,
): Listing<T> | Opening => {
  if (state.is === 'listing') return state
  const again = openAgain(state, lastedMs)
  // Unreachable, not permitted, too busy: says nothing of where the watch begins.
  if (state.is === 'watching' || status === 0 || status === 401 || status === 403 || status === 429)
    return again
  const refusals = state.refusals + 1
  return tooNew || refusals % refusalsToList === 0
    ? listAgain({ ...again, refusals })
    : { ...again, refusals }
}

/** The history is gone: list. Between two pages: in one piece. What a new list gave has gone too: not at once. */
const expired = <T extends KubeObject>(
  state: Listing<T> | Opening | Watching,
  random: number,
): ReflectorStep<T> => {
  if (state.is === 'listing') {
    const again = listAgain(state, false)
    return { state: state.paged ? again : wait(again, 0, random), effects: [] }
  }
  const again = listAgain(state)
  return { state: state.fresh ? wait(again, 0, random) : { ...again, failures: 0 }, effects: [] }
}

const notFound = <T extends KubeObject>(
  state: Listing<T> | Opening | Watching,
  random: number,
): ReflectorStep<T> => {
  const again = { ...listAgain(state), notFounds: state.notFounds + 1 }
  if (state.is !== 'listing') return { state: wait(again, 0, random), effects: [] }
  if (state.listed && state.told !== 'notServed' && state.notFounds < notFoundsToBelieve) {
    return { state: wait(again, 0, random), effects: [] }
  }
  return {
    state: {
      is: 'notServed',
      failures: state.failures + 1,
      notFounds: state.notFounds + 1,
      refusals: 0,
      told: 'notServed',
      listed: state.listed,
      newest: state.newest,
      delayMs: backOffMs(notServedBackOff, state.failures, random),
    },
    effects: state.told === 'notServed' ? [] : [{ do: 'clear' }, { do: 'sync', state: { is: 'notServed' } }],
  }
}

const woken = <T extends KubeObject>(state: ReflectorState<T>): ReflectorStep<T> => {
  switch (state.is) {
    case 'waiting':
      return { state: state.next, effects: [] }
    case 'notServed':
      return { state: listAgain(state), effects: [] }
    case 'listing':
    case 'opening':
    case 'watching':
      return ignored(state)
  }
}
