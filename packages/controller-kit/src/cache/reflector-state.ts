import type { KubeObject } from '@odfmo/api-types/meta'
import type { WatchEvent } from '../client/object-client.ts'
import type { SyncState } from './cache.ts'

/**
 * The state machine of one list and watch. `reflectorStep` has all transitions; the loop around it (reflector.ts) does
 * what the state says, and feeds in what came of it.
 *
 *   listing ──last page──▶ opening ──accepted──▶ watching ──end, from the last resourceVersion──▶ opening
 *      ▲                      │ 410                  │ 410
 *      └──────────────────────┴──────────────────────┘        every other failure: waiting, then where it was;
 *                                                            refused time and again: listing
 */
export type ReflectorState<T extends KubeObject = KubeObject> =
  | Listing<T>
  | Opening
  | Watching
  | Waiting<T>
  | NotServed

/** Pages of one consistent list are being fetched. */
export interface Listing<T extends KubeObject = KubeObject> extends Common {
  readonly is: 'listing'
  readonly items: readonly T[]
  readonly continue?: string
  /** A list that expired between its pages is fetched in one piece. */
  readonly paged: boolean
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
}

/** Until `delayMs` from now, then on with `next`. */
export interface Waiting<T extends KubeObject = KubeObject> extends Common {
  readonly is: 'waiting'
  readonly delayMs: number
  readonly next: Listing<T> | Opening
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
  /** What `sync` effects have told so far. */
  readonly told: SyncState['is']
  /** Was complete once, so that the cache holds what stood then. */
  readonly listed: boolean
  /** The newest resourceVersion that was seen. */
  readonly newest: string | undefined
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
  | { readonly do: 'replace'; readonly items: readonly T[]; readonly resourceVersion: string }
  /** A complete list of a server whose history began anew (a backup was restored): versions seen before mean nothing. */
  | { readonly do: 'restart'; readonly items: readonly T[]; readonly resourceVersion: string }
  /** The kind is not there: nothing of it is, own writes included; should it come back, so may its objects. */
  | { readonly do: 'clear' }
  | { readonly do: 'upsert'; readonly object: T }
  | { readonly do: 'remove'; readonly object: T }
  | { readonly do: 'sync'; readonly state: SyncState }

export interface ReflectorStep<T extends KubeObject = KubeObject> {
  readonly state: ReflectorState<T>
  readonly effects: readonly ReflectorEffect<T>[]
}

export const initialReflectorState: ReflectorState<never> = {
  is: 'listing',
  items: [],
  paged: true,
  failures: 0,
  notFounds: 0,
  refusals: 0,
  told: 'syncing',
  listed: false,
  newest: undefined,
}
