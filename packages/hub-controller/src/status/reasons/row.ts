import type { contract } from '@odfmo/api-types'

type Conditions = typeof contract.mirrorPeer.condition

/** A condition of a MirrorPeer. */
export type MirrorPeerCondition = Conditions[keyof Conditions]

/** Who has to do something about it. */
export type Actor =
  /** It is as it should be, or passes by itself. */
  | 'nobody'
  /** Whoever wrote the MirrorPeer. */
  | 'author of the MirrorPeer'
  | 'administrator of the hub'
  | 'administrator of the managed cluster'
  /** The token-exchange-agent of the managed cluster. */
  | 'agent of the managed cluster'
  /** Open Cluster Management, on the hub or on the managed cluster. */
  | 'Open Cluster Management'
  /** Ramen's hub operator. */
  | 'Ramen'
  /** A defect of this program. */
  | 'developers'

/** What is known of one reason, for the code, the tests and docs/reference/conditions.md. */
export interface ReasonRow {
  /** The conditions of a MirrorPeer that can carry it. Ready, where it is False, repeats the first of another one. */
  readonly on: readonly MirrorPeerCondition[]
  readonly status: 'True' | 'False' | 'Unknown'
  /** What it says, in one or two sentences. */
  readonly meaning: string
  readonly acts: Actor
  /** What that one does, with commands where there are some; empty: nothing is to be done. */
  readonly todo: string
  /** Only a person can put it right: an Event tells of it also where the condition was False before. */
  readonly refusal?: true
}
