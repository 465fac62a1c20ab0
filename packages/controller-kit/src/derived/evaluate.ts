import type { KubeObject, ObjectKey } from '@odfmo/api-types/meta'
import type { CacheReader } from '../cache/cache.ts'
import type { Derived } from './derived.ts'
import { Reads } from './reads.ts'
import type { State } from './state.ts'
import { TrackedWorld, UnsyncedRead } from './tracked-world.ts'
import type { Wanted } from './wanted.ts'

export interface EvaluateOptions {
  /** Wall clock, milliseconds; 0 when left out. */
  readonly now?: number
  /** States of other derived objects; `present` for all when left out. */
  readonly stateOf?: (derived: Derived, key: ObjectKey) => State
}

/** What an evaluation came to: an answer, a kind it read that cannot be believed yet, or a throw. */
export type Evaluation<T extends KubeObject> =
  | { readonly is: 'answered'; readonly wanted: Wanted<T>; readonly reads: Reads }
  | { readonly is: 'unsynced'; readonly forbidden: boolean; readonly message: string; readonly reads: Reads }
  /** A defect of the rule, or data it did not expect. */
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
    const wanted = derived.wanted(key, new TrackedWorld({ cache, reads, stateOf, now }))
    return { is: 'answered', wanted, reads }
  } catch (error) {
    if (!(error instanceof UnsyncedRead)) return { is: 'threw', error, reads }
    return { is: 'unsynced', forbidden: error.forbidden, message: error.message, reads }
  }
}

/** `evaluation` for tests and `plan`: the answer; throws what the rule threw, or names the kind that has not synced. */
export const evaluate = <T extends KubeObject>(
  derived: Derived<T>,
  key: ObjectKey,
  cache: CacheReader,
  options: EvaluateOptions = {},
): { readonly wanted: Wanted<T>; readonly reads: Reads } => {
  const result = evaluation(derived, key, cache, options)
  switch (result.is) {
    case 'answered':
      return result
    case 'unsynced':
      throw new Error(`${derived.name}: ${result.message}`)
    case 'threw':
      throw result.error
  }
}
