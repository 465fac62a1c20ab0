/** Where the hub of a run lives. */
export type HubProvider = 'memory' | 'control-plane'

/** What the process with the cluster is asked, one thing at a time; each is answered by `Answers` of its name. */
export type Call =
  | { readonly call: 'start'; readonly provider: HubProvider }
  /** So many pairs of clusters join, with what their agents deliver. */
  | { readonly call: 'clusters'; readonly pairs: number }
  /** A MirrorPeer for each pair, all at once. */
  | { readonly call: 'exchange'; readonly pairs: number; readonly manageS3: boolean }
  | { readonly call: 'requests' }
  | { readonly call: 'content' }
  /** A blue secret after the other changes, and its green copy is waited for; before each, a secret that is nobody's. */
  | { readonly call: 'rotate'; readonly times: number; readonly pairs: number }
  /** One blue secret changes while no hub runs. */
  | { readonly call: 'change' }
  /** Its green copy is waited for. */
  | { readonly call: 'green' }
  | { readonly call: 'lastWrite' }
  /** All MirrorPeers are deleted at once. */
  | { readonly call: 'remove' }

/** Requests of the hub alone. */
export interface HubRequests {
  /** `verb resource` → how many. */
  readonly counts: Readonly<Record<string, number>>
  /** Milliseconds since the epoch; 0: it has written nothing but leases and Events. */
  readonly lastWriteAt: number
}

export interface Answers {
  /** For the hub, with the rights it ships. */
  readonly start: { readonly kubeconfig: string }
  readonly clusters: Record<never, never>
  /** `beganAt` is milliseconds since the epoch: when the first MirrorPeer was sent. */
  readonly exchange: { readonly beganAt: number; readonly exchangedMs: number; readonly lastWriteMs: number }
  readonly requests: HubRequests
  readonly content: {
    /** S3 profiles in Ramen's config. */
    readonly profiles: number
    /** Agents that may read MirrorPeers. */
    readonly agents: number
    readonly drClusters: number
  }
  readonly rotate: {
    readonly ms: readonly number[]
    /** Until a write that nobody acts on was seen. */
    readonly bareMs: readonly number[]
  }
  readonly change: Record<never, never>
  /** Milliseconds since the epoch. */
  readonly green: { readonly at: number }
  readonly lastWrite: { readonly at: number }
  readonly remove: { readonly goneMs: number; readonly lastWriteMs: number }
}

/** What is answered; a call that fails ends the process, which says why. */
export type Reply<C extends keyof Answers = keyof Answers> = { readonly answer: Answers[C] }
