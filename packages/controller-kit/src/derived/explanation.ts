import type { ObjectKey } from '@odfmo/api-types/meta'
import type { Node } from './node.ts'
import type { State } from './state.ts'

/** What the engine knows of one key: for `/debug/derived` and `why`. */
export interface Explanation {
  readonly derived: string
  readonly key: ObjectKey
  readonly state: State
  /** How many objects name the key. */
  readonly wantedBy: number
  readonly read: readonly string[]
}

export const explanationOf = ({ derived, key, state, sources, reads }: Node): Explanation => ({
  derived: derived.name,
  key,
  state,
  wantedBy: sources,
  read: [...reads.objects.keys(), ...reads.buckets.keys(), ...reads.states.keys()],
})
