import { backOffMs, type BackOff } from '../queue/back-off.ts'
import {
  ignored,
  listPages,
  openAgain,
  startAgain,
  streamCut,
  sync,
  wait,
  wasWorthOpening,
} from './reflector-turns.ts'
import type {
  Listing,
  Opening,
  ReflectorFailure,
  ReflectorState,
  ReflectorStep,
  Streaming,
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

type Asking = Listing | Streaming | Opening | Watching

/** Where a failure leads; `random` in [0, 1) spreads the waits. */
export const reflectorFailure = (
  before: ReflectorState,
  failure: ReflectorFailure,
  random: number,
): ReflectorStep<never> => {
  if (before.is === 'waiting' || before.is === 'notServed') return ignored(before)
  const { status, message } = failure
  if (before.is === 'streaming' && !before.opened && refusesStreams(status)) {
    return {
      state: listPages({ ...before, notFounds: 0, streams: false }),
      effects: [{ do: 'pagesOnly' }],
    }
  }
  if (status === 404) return notFound(before, random)
  const state = { ...before, notFounds: 0 }
  if (status === 410) return expired(state, failure, random)
  if (status === 403) {
    const effects = sync(state.told, { is: 'forbidden', why: message })
    return goneOn({ ...state, told: 'forbidden' }, failure, effects, random)
  }
  // Once synced, the cache stays believed: it lags, as it always may.
  const effects = state.told === 'syncing' ? sync(state.told, { is: 'syncing', why: message }) : []
  return goneOn(state, failure, effects, random)
}

/**
 * The server says that it does not know what is asked for, or that its switch for it is off (422; 400 at some). Not what
 * it says of the one who asks, of the kind, or of this moment.
 */
const refusesStreams = (status: number): boolean =>
  status >= 400 && status < 500 && ![401, 403, 404, 408, 409, 410, 429].includes(status)

/** Says nothing of what was asked for: unreachable, not permitted, too busy. */
const saysNothing = (status: number): boolean =>
  status === 0 || status === 401 || status === 403 || status === 429

const goneOn = (
  state: Asking,
  failure: ReflectorFailure,
  told: ReflectorStep<never>['effects'],
  random: number,
): ReflectorStep<never> => {
  const { retryAfterMs: delay = 0 } = failure
  if (state.is === 'streaming' && (state.opened || !saysNothing(failure.status))) {
    const cut = streamCut(state, delay, random)
    return { ...cut, effects: [...cut.effects, ...told] }
  }
  const next = afterRefusal(state, failure)
  return { state: wasCut(state, failure) ? next : wait(next, delay, random), effects: told }
}

/** A connection broke, and no server said anything. */
const wasCut = (state: Asking, { status, lastedMs = 0 }: ReflectorFailure): boolean =>
  status === 0 && state.is === 'watching' && wasWorthOpening(state, lastedMs)

/** Where it goes on: where it was, or with all there is when the watch cannot be opened from there. */
const afterRefusal = (
  state: Asking,
  { status, tooNew = false, lastedMs = 0 }: ReflectorFailure,
): Listing | Streaming | Opening => {
  if (state.is === 'streaming') return state
  if (state.is === 'listing') {
    // A page that the server does not understand, or cannot give: another server than the one that told where it
    // begins, or one whose store was restored meanwhile.
    const lost = !saysNothing(status) && (status < 500 || state.tried)
    return lost && state.continue !== undefined ? listPages(state) : { ...state, tried: true }
  }
  const again = openAgain(state, lastedMs)
  // Says nothing of where the watch begins.
  if (state.is === 'watching' || saysNothing(status)) return again
  const refusals = state.refusals + 1
  return tooNew || refusals % refusalsToList === 0
    ? startAgain({ ...again, refusals })
    : { ...again, refusals }
}

/**
 * The history is gone: everything anew. Between two pages: in one piece. What was new a moment ago has gone too: not
 * at once.
 */
const expired = (state: Asking, { lastedMs = 0 }: ReflectorFailure, random: number): ReflectorStep<never> => {
  if (state.is === 'streaming') return streamCut(state, 0, random)
  if (state.is === 'listing') {
    const again = listPages(state, false)
    return { state: state.paged ? again : wait(again, 0, random), effects: [{ do: 'discard' }] }
  }
  const again = startAgain(state)
  const atOnce = state.is === 'watching' ? wasWorthOpening(state, lastedMs) : !state.fresh
  return { state: atOnce ? { ...again, failures: 0 } : wait(again, 0, random), effects: [] }
}

const notFound = (state: Asking, random: number): ReflectorStep<never> => {
  const again = { ...startAgain(state), notFounds: state.notFounds + 1 }
  if (state.is === 'opening' || state.is === 'watching') return { state: wait(again, 0, random), effects: [] }
  if (state.listed && state.told !== 'notServed' && state.notFounds < notFoundsToBelieve) {
    return { state: wait(again, 0, random), effects: [{ do: 'discard' }] }
  }
  return {
    state: {
      is: 'notServed',
      failures: state.failures + 1,
      notFounds: state.notFounds + 1,
      refusals: 0,
      cuts: 0,
      told: 'notServed',
      listed: state.listed,
      streams: state.streams,
      delayMs: backOffMs(notServedBackOff, state.failures, random),
    },
    // Time and again: an own write may have come in between.
    effects: [
      { do: 'discard' },
      { do: 'clear' },
      ...(state.told === 'notServed' ? [] : [{ do: 'sync', state: { is: 'notServed' } } as const]),
    ],
  }
}
