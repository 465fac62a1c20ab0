import { keyText, type ObjectKey } from '@odfmo/api-types/meta'
import type { LastWrite } from './account.ts'
import type { Derived } from './derived.ts'
import { nothingRead, type KeptReads } from './kept-reads.ts'
import type { State } from './state.ts'

export type NodeId = string

export const nodeId = (derived: { readonly name: string }, key: ObjectKey): NodeId =>
  `${derived.name} ${keyText(key)}`

/** The rule's name; no name has a space in it. */
export const ruleOf = (id: NodeId): string => id.slice(0, id.indexOf(' '))

/** One key of one derived object: what is known of it between evaluations, all of it recomputable. */
export interface Node {
  readonly id: NodeId
  readonly derived: Derived
  readonly key: ObjectKey
  state: State
  /** What the last evaluation read. */
  reads: KeptReads
  /** How many objects of its key sources name it now. */
  sources: number
  /** Nodes whose last evaluation read this one's state; undefined: none, as of most. */
  stateReaders: Set<Node> | undefined
  /** The write under way. */
  writing: Promise<unknown> | undefined
  /** A patch that the server accepted and did not keep, and the version that came of it. */
  notKept: { readonly text: string; readonly resourceVersion: string } | undefined
  /** A body the server refused for good (`refusedOnce`). */
  refused: { readonly text: string; readonly message: string } | undefined
  /** Wall clock milliseconds of the last evaluation. */
  evaluatedAt: number | undefined
  lastWrite: LastWrite | undefined
  /** A due timer for `goneFor`/`passed`. */
  cancelTimer: (() => void) | undefined
}

/** Of a key that was never evaluated. */
export const unknownState: State = { is: 'pending', message: 'not evaluated yet' }

export const newNode = (derived: Derived, key: ObjectKey): Node => ({
  id: nodeId(derived, key),
  derived,
  key,
  state: unknownState,
  reads: nothingRead,
  sources: 0,
  stateReaders: undefined,
  writing: undefined,
  notKept: undefined,
  refused: undefined,
  evaluatedAt: undefined,
  lastWrite: undefined,
  cancelTimer: undefined,
})
