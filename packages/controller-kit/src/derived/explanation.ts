import type { ObjectKey } from '@odfmo/api-types/meta'
import { nodeId, type Node } from './node.ts'
import { nameOfBucket, nameOfObject } from './reads.ts'
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
  read: [
    ...reads.objects.map((read) => nameOfObject(read.of, read.key)),
    ...reads.buckets.map(nameOfBucket),
    ...reads.states.map((read) => nodeId(read.derived, read.key)),
  ],
})
