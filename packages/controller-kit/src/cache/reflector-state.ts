import type { KubeObject } from '@odfmo/api-types/meta'
import type { WatchEvent } from '../client/object-client.ts'
import type { SyncState } from './cache.ts'

/**
 * The state machine of one list and watch. `reflectorStep` has all transitions; the loop around it (reflector.ts) does
 * what the state says, and feeds in what came of it.
 *
 *   streaming ──────────────end of the initial events─────────▶┐
 *   listing ──last page──▶ opening ──accepted──▶ watching ◀────┘ ──end, from the last resourceVersion──▶ opening
 *      ▲                      │ 410                  │ 410
 *      └──────────────────────┴──────────────────────┘        every other failure: waiting, then where it was;
 *                                                            refused time and again: listing;
 *                                                            cut after a good while: opening, at once
 *
 * What is there comes in a stream (`streaming`) where the server can do that, in pages (`listing`) where it cannot and
 * where streams are cut time and again. What of it has come so far lies in the cache's gathering, told by effects: it is
 * shown when it is complete, and only then.
 */
export type ReflectorState = Listing | Streaming | Opening | Watching | Waiting | NotServed

/** Pages of one consistent list are being fetched. */
export interface Listing extends Common {
  readonly is: 'listing'
  readonly continue?: string
  /** That of the first page, which all have. */
  readonly resourceVersion?: string
  /** A list that expired between its pages is fetched in one piece. */
  readonly paged: boolean
  /** This page was asked for before, in vain. */
  readonly tried: boolean
}

/** A watch that begins with everything there is, is to be opened, or has not come to the end of that yet. */
export interface Streaming extends Common {
  readonly is: 'streaming'
  readonly opened: boolean
}

/** A watch from `resourceVersion` is to be opened. */
export interface Opening extends Common {
  readonly is: 'opening'
  readonly resourceVersion: string
  /** The list that gave the resourceVersion was the last thing that went well. */
  readonly fresh: boolean
}

export interface Watching extends Common {
  readonly is: 'watching'
  readonly resourceVersion: string
  readonly fresh: boolean
  /** Something came by this watch. */
  readonly heard: boolean
}

/** Until `delayMs` from now, then on with `next`. */
export interface Waiting extends Common {
  readonly is: 'waiting'
  readonly delayMs: number
  readonly next: Listing | Streaming | Opening
}

/** The server does not know the kind; looked at again when its definition comes, or after `delayMs`. */
interface NotServed extends Common {
  readonly is: 'notServed'
  readonly delayMs: number
}

export interface Common {
  /** Failures in a row. */
  readonly failures: number
  /** Answers 404 in a row. */
  readonly notFounds: number
  /** How often in a row the server answered a watch and did not open it. */
  readonly refusals: number
  /** How often in a row a stream of what is there came to no end. */
  readonly cuts: number
  /** What `sync` effects have told so far. */
  readonly told: SyncState['is']
  /** Was complete once, so that the cache holds what stood then. */
  readonly listed: boolean
  /** What is there may come as a stream: neither the user nor the server has refused. */
  readonly streams: boolean
}

export type ReflectorInput<T extends KubeObject = KubeObject> =
  | {
      readonly is: 'page'
      readonly items: readonly T[]
      readonly resourceVersion: string
      readonly continue?: string
    }
  | { readonly is: 'opened' }
  | { readonly is: 'event'; readonly event: WatchEvent<T> }
  /** The server ended the watch, as it does every few minutes, after `lastedMs`. */
  | { readonly is: 'ended'; readonly lastedMs: number }
  | ReflectorFailure
  /** The wait is over. */
  | { readonly is: 'woken' }
  /** The kind's definition came or changed. */
  | { readonly is: 'announced' }

export interface ReflectorFailure {
  readonly is: 'failed'
  /** HTTP's, 0 when there was no answer. */
  readonly status: number
  readonly message: string
  readonly retryAfterMs?: number
  /** The server has not come to the resourceVersion yet that was asked for; perhaps it never will. */
  readonly tooNew?: boolean
  /** How long the watch had lasted. */
  readonly lastedMs?: number
}

/** What the loop tells the cache. */
export type ReflectorEffect<T extends KubeObject = KubeObject> =
  /** More of what is there. */
  | { readonly do: 'gather'; readonly items: readonly T[] }
  /** It went while what is there was coming. */
  | { readonly do: 'ungather'; readonly object: T }
  /** What was gathered is everything there is as of `resourceVersion`. */
  | { readonly do: 'complete'; readonly resourceVersion: string }
  /** What was gathered is not everything, and the rest will not come. */
  | { readonly do: 'discard' }
  /** The kind is not there: nothing of it is, own writes included; should it come back, so may its objects. */
  | { readonly do: 'clear' }
  | { readonly do: 'upsert'; readonly object: T }
  | { readonly do: 'remove'; readonly object: T }
  | { readonly do: 'sync'; readonly state: SyncState }
  /** The server cannot send what is there as a stream: it need not be asked again. */
  | { readonly do: 'pagesOnly' }

export interface ReflectorStep<T extends KubeObject = KubeObject> {
  readonly state: ReflectorState
  readonly effects: readonly ReflectorEffect<T>[]
}

/** `streams`: what is there is asked for as a stream first. */
export const initialReflectorState = (streams: boolean): ReflectorState => {
  const common: Common = {
    failures: 0,
    notFounds: 0,
    refusals: 0,
    cuts: 0,
    told: 'syncing',
    listed: false,
    streams,
  }
  return streams
    ? { is: 'streaming', opened: false, ...common }
    : { is: 'listing', paged: true, tried: false, ...common }
}
