import type { HubProvider } from '../hub/calls.ts'

export type SpokeName = 'cluster1' | 'cluster2'
export const spokeNames: readonly SpokeName[] = ['cluster1', 'cluster2']

/** What the process with the clusters is asked, one thing at a time; each is answered by `Answers` of its name. */
export type Call =
  /** A hub and two spokes with storage, OCM and kubelets, which run the agent's bundle. */
  | {
      readonly call: 'start'
      readonly provider: HubProvider
      readonly folder: string
      readonly agentImage: string
    }
  /** A MirrorPeer is created, and nobody helps. */
  | { readonly call: 'exchange' }
  /** The kubelets end, and the agents with them; storage is left as it is. */
  | { readonly call: 'endPods' }
  /** The other side's token beside one spoke's StorageCluster is deleted. */
  | { readonly call: 'removeCopy'; readonly spoke: SpokeName }
  /** It is waited for. */
  | { readonly call: 'copy'; readonly spoke: SpokeName }
  /** One spoke's token changes and its copy on the other is waited for; before each, a secret that is nobody's. */
  | { readonly call: 'rotate'; readonly times: number }
  /** Secrets that are nobody's, in a namespace of a spoke, until there are so many. */
  | {
      readonly call: 'unrelated'
      readonly spoke: SpokeName
      readonly namespace: string
      readonly count: number
    }
  /** More MirrorPeers of the first spoke, each with a cluster that has delivered and has no agent. */
  | { readonly call: 'mirrorPeers' | 'removeMirrorPeers'; readonly count: number }
  | { readonly call: 'requests' }

/** `verb resource` → how many, of one agent on one cluster. */
export type Counts = Readonly<Record<string, number>>

export interface Exchange {
  /** From sending the MirrorPeer until a watch has shown the phase `ExchangedSecret`. */
  readonly exchangedMs: number
  /** Milliseconds after the same moment, by what a watch has shown for the first time. */
  readonly milestones: Readonly<Record<string, number>>
}

export interface Answers {
  /** Kubeconfigs: of the hub controller; of each agent, for the hub and for its spoke. */
  readonly start: {
    readonly hub: string
    readonly agents: Readonly<Record<SpokeName, { readonly hub: string; readonly spoke: string }>>
  }
  readonly exchange: Exchange
  readonly endPods: Record<never, never>
  readonly removeCopy: Record<never, never>
  /** Milliseconds since the epoch. */
  readonly copy: { readonly at: number }
  readonly rotate: { readonly ms: readonly number[]; readonly bareMs: readonly number[] }
  readonly unrelated: Record<never, never>
  readonly mirrorPeers: { readonly ms: number }
  readonly removeMirrorPeers: { readonly ms: number }
  /** `cluster1 hub`, `cluster1 spoke`, …: whose, and where. */
  readonly requests: Readonly<Record<string, Counts>>
}

/** What is answered; a call that fails ends the process, which says why. */
export interface Reply<C extends keyof Answers = keyof Answers> {
  readonly answer: Answers[C]
}
