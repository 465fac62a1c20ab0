import type { KubeObject, ObjectKey } from '@odfmo/api-types/meta'
import type { CacheReader } from '../cache/cache.ts'
import { checkedAnswer } from './checked-answer.ts'
import type { Derived } from './derived.ts'
import { Reads } from './reads.ts'
import type { State } from './state.ts'
import { TrackedWorld, UnsyncedRead } from './tracked-world.ts'
import type { Wanted } from './wanted.ts'

/** What a rule sees of other derived objects. */
export type StateOf = (derived: Derived, key: ObjectKey) => State

/** What a rule sees besides objects. */
export interface EvaluateOptions {
  /** Wall clock, milliseconds; 0 when left out. */
  readonly now?: number
  /** States of other derived objects; `present` for all when left out. */
  readonly stateOf?: StateOf
}

/** What an evaluation came to: an answer, a kind it read that cannot be believed yet, or a throw. */
export type Evaluation<T extends KubeObject> =
  | { readonly is: 'answered'; readonly wanted: Wanted<T>; readonly reads: Reads }
  | { readonly is: 'unsynced'; readonly forbidden: boolean; readonly message: string; readonly reads: Reads }
  /** A defect of the rule (an answer that is none, too), or data it did not expect. */
  | { readonly is: 'threw'; readonly error: unknown; readonly reads: Reads }

/** Runs a rule once on a cache and says what it answers and what it read until then. Never throws. */
export const evaluation = <T extends KubeObject>(
  derived: Derived<T>,
  key: ObjectKey,
  cache: CacheReader,
  { now = 0, stateOf = () => ({ is: 'present' }) }: EvaluateOptions = {},
): Evaluation<T> => {
  const reads = new Reads()
  try {
    const answer = derived.wanted(key, new TrackedWorld({ cache, reads, stateOf, now }))
    const wanted = checkedAnswer(derived, key, answer)
    return { is: 'answered', wanted, reads }
  } catch (error) {
    if (!(error instanceof UnsyncedRead)) return { is: 'threw', error, reads }
    return { is: 'unsynced', forbidden: error.forbidden, message: error.message, reads }
  }
}

/**
 * `evaluation` for tests of rules: the answer, and the names of the objects, buckets and states it read (missing ones
 * too). Throws what the rule threw, or an error that names the kind that has not synced.
 */
export const evaluate = <T extends KubeObject>(
  derived: Derived<T>,
  key: ObjectKey,
  cache: CacheReader,
  options: EvaluateOptions = {},
): { readonly wanted: Wanted<T>; readonly read: readonly string[] } => {
  const result = evaluation(derived, key, cache, options)
  switch (result.is) {
    case 'answered': {
      const { objects, buckets, states } = result.reads
      return { wanted: result.wanted, read: [...objects.keys(), ...buckets.keys(), ...states.keys()] }
    }
    case 'unsynced':
      throw new Error(`${derived.name}: ${result.message}`)
    case 'threw':
      throw result.error
  }
}
