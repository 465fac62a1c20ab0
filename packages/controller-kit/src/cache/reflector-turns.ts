import { backOffMs, watchBackOff } from '../queue/back-off.ts'
import type { SyncState } from './cache.ts'
import type {
  Common,
  Listing,
  Opening,
  ReflectorEffect,
  ReflectorState,
  ReflectorStep,
  Streaming,
  Waiting,
  Watching,
} from './reflector-state.ts'

/** A watch that lasted so long was worth opening, even if nothing happened on it. */
const longWatchMs = 30_000

/** A watch that told something and lasted so long was too: at once again, that is one request a second at the most. */
const tellingWatchMs = 1000

/**
 * Whether a watch that is over is opened again at once, as it most likely can be: what stood between us and the server went,
 * or the server that answered did. Without a wait, so that nothing is known late; only when that cannot be a busy loop.
 */
export const wasWorthOpening = (watch: Watching | Opening, lastedMs: number): boolean =>
  watch.is === 'watching' && (lastedMs >= longWatchMs || (watch.heard && lastedMs >= tellingWatchMs))

/**
 * A stream that came to no end may have been bad luck (a server that restarts); two in a row mean something in between
 * that cuts streams before all of it is through, or swallows its end. Pages come through that.
 */
const cutsToPage = 2

/** What all states have of one of them. */
export const common = ({ failures, notFounds, refusals, cuts, told, listed, streams }: Common): Common => ({
  failures,
  notFounds,
  refusals,
  cuts,
  told,
  listed,
  streams,
})

export const ignored = (state: ReflectorState): ReflectorStep<never> => ({ state, effects: [] })

/** What is there is fetched in pages; `paged` false: in one piece. */
export const listPages = (from: Common, paged = true): Listing => ({
  is: 'listing',
  paged,
  tried: false,
  ...common(from),
})

/** What is there is fetched from the beginning. */
export const startAgain = (from: Common): Listing | Streaming =>
  from.streams && from.cuts < cutsToPage
    ? { is: 'streaming', opened: false, ...common(from) }
    : listPages(from)

/** A watch opened anew where it stood. */
export const openAgain = (
  { resourceVersion, fresh, ...from }: Watching | Opening,
  lastedMs: number,
): Opening => ({
  ...common(from),
  is: 'opening',
  resourceVersion,
  fresh,
  failures: lastedMs >= longWatchMs ? 0 : from.failures,
})

/** On with `next` after the back-off of one more failure, and not before `atLeastMs`. */
export const wait = (next: Listing | Streaming | Opening, atLeastMs: number, random: number): Waiting => ({
  ...common(next),
  is: 'waiting',
  failures: next.failures + 1,
  delayMs: Math.max(atLeastMs, backOffMs(watchBackOff, next.failures, random)),
  next: { ...next, failures: next.failures + 1 },
})

/** Told only when it is news; why something is not synced always is. */
export const sync = (told: SyncState['is'], state: SyncState): readonly ReflectorEffect<never>[] =>
  told === state.is && !('why' in state) ? [] : [{ do: 'sync', state }]

/** A stream of what is there came to no end: from the beginning, after a while. */
export const streamCut = (state: Streaming, atLeastMs: number, random: number): ReflectorStep<never> => ({
  state: wait(startAgain({ ...state, cuts: state.cuts + 1 }), atLeastMs, random),
  effects: state.opened ? [{ do: 'discard' }] : [],
})
