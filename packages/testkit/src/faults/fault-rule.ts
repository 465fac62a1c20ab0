/** Which requests a fault is for; everything left out matches. */
export interface FaultMatch {
  /** `get`, `list`, `watch`, `create`, `update`, `patch`, `delete` or `deletecollection`; or any of several. */
  readonly verb?: string | readonly string[]
  /** `secrets`, `deployments.apps` or (of any group, when the core group has none of that name) `deployments`; with `/status` for a subresource. */
  readonly resource?: string
  readonly namespace?: string
  /** Of one object; a list or watch of one name by field selector has it too, a create has none in its path. */
  readonly name?: string
  readonly user?: string
}

/** What goes wrong with a request. */
export type Fault =
  /** Answered with this status, in the words and with the details the real server has for it; the request has no effect. */
  | {
      readonly kind: 'status'
      readonly code: number
      readonly reason?: string
      readonly message?: string
      /** Retry-After, and `details.retryAfterSeconds`; neither when absent. */
      readonly retryAfterSeconds?: number
    }
  /** Takes effect later, or (`after`) takes effect at once and is answered later, by the cluster's clock. */
  | { readonly kind: 'delay'; readonly ms: number; readonly when?: 'before' | 'after' }
  /** The connection is cut before the request has an effect, or after it and before the answer. */
  | { readonly kind: 'reset'; readonly when: 'before' | 'after' }
  /** The answer is cut in the middle of its body; a watch in the middle of its first event. */
  | { readonly kind: 'cut' }
  /** The body of the answer comes in small pieces, by the cluster's clock; watches are not hit. */
  | { readonly kind: 'slow'; readonly bytesPerSecond: number }
  /** More requests than this are answered 429 with Retry-After; only those are hits. */
  | { readonly kind: 'throttle'; readonly perSecond: number; readonly burst?: number }
  /** Every event of a watch comes this much later, in order; only watches are hit. */
  | { readonly kind: 'lag'; readonly ms: number }
  /**
   * Reads see the past: what was when the rule was added, until it is removed; or always that of so many versions ago.
   * Watches, also open ones, hear of what came later when that is over. Only get, list and watch are hit.
   */
  | {
      readonly kind: 'stale'
      readonly versions?: number
      /** `cached` (the default): reads that allow it, at resourceVersion 0 or not older than one; `all`: consistent ones too. */
      readonly reads?: 'cached' | 'all'
    }

/** Which requests, what goes wrong with them, and how often. */
export interface FaultRule {
  readonly match?: FaultMatch
  readonly fault: Fault
  /** How many requests it hits; all when absent. */
  readonly times?: number
  /** How many matching requests it lets pass first; none when absent. */
  readonly after?: number
  /** Between 0 and 1; every matching request when absent. */
  readonly probability?: number
  /** Of the probability; 1 when absent. The nth request of a user for one object is hit or not whatever comes between. */
  readonly seed?: number
}

/** A rule that was added. Calling it removes it. */
export interface ActiveFault {
  (): void
  readonly rule: FaultRule
  /** How many requests it has hit so far. */
  readonly hits: number
  /** Ends it; what it holds back is let go. */
  remove(): void
}
