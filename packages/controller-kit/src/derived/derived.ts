import type { DeepReadonly, KubeObject, ObjectKey } from '@odfmo/api-types/meta'
import type { WatchedKind } from '../watched-kind.ts'
import type { Wanted } from './wanted.ts'
import type { World } from './world.ts'

/** Who can bring a key into being: a kind and the keys each of its objects names (old and new object both count). */
export interface KeySource<T extends KubeObject = KubeObject> {
  readonly of: WatchedKind<T>
  /** Pure. */
  keys(object: DeepReadonly<T>): readonly ObjectKey[]
}

/** A kind whose objects bring keys into being, and which ones. */
export const from = <T extends KubeObject>(
  of: WatchedKind<T>,
  keys: (object: DeepReadonly<T>) => readonly ObjectKey[],
): KeySource => ({ of, keys })

/** A rule for one sort of written object. See docs/architecture.md, "every object we write is derived". */
export interface Derived<T extends KubeObject = KubeObject> {
  /** Unique in a process, kebab-case: `green-secret`. */
  readonly name: string
  /** The kind that is written; it is watched too, so that drift is seen. */
  readonly kind: WatchedKind<T>
  /** Written through a subresource (`status`, `approval`): then nothing is created or deleted. */
  readonly subresource?: string
  readonly keys: readonly KeySource[]
  /** Keys that exist by themselves, whatever objects there are: for what the service always has. */
  readonly always?: readonly ObjectKey[]
  /** Pure: the same world gives the same answer. */
  wanted(key: ObjectKey, world: World): Wanted<T>
  /**
   * Whether a live object may be deleted or taken over: its label, type or owner says it is ours. Judged on
   * the live object; default: yes. `wanted`: what the rule wants to be there, when it is to be taken over.
   */
  ours?(live: DeepReadonly<T>, key: ObjectKey, wanted?: DeepReadonly<T>): boolean
  /** For aggregates: a key is evaluated at most once in this many milliseconds, so that a burst is one write. */
  readonly settleMs?: number
  /**
   * Its keys are taken before those of rules that are not: for the few objects that somebody waits for while a burst of
   * others is worked off. Default: no.
   */
  readonly urgent?: boolean
  /**
   * Keys of this rule in work at the same time, at most; others stand aside without holding up other rules. Default:
   * as many as the engine has workers. For what is costly for a server (a webhook behind it, a slow admission).
   */
  readonly concurrency?: number
  /** A write the server refuses as invalid (422) is not tried again with the same body. Default: back-off. */
  readonly refusedOnce?: boolean
}

/** Declares a derived object; see `Derived` for each field. */
export const derived = <T extends KubeObject>(definition: Derived<T>): Derived<T> => definition
