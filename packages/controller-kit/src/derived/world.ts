import type { DeepReadonly, KubeObject, ObjectKey } from '@odfmo/api-types/meta'
import type { Index, WatchedKind } from '../watched-kind.ts'
import type { Derived } from './derived.ts'
import type { State } from './state.ts'

/**
 * Parts of an object that can be read on their own, so that a change elsewhere wakes nobody:
 * `meta` (labels, annotations, finalizers, owners, deletion), `status`, and `spec` (all the rest: spec, data,
 * type, rules, …).
 */
export type Part = 'spec' | 'meta' | 'status'

/** Fields of the metadata that never change while an object is there: every reader has them. */
export type IdentityField = 'name' | 'namespace' | 'uid' | 'creationTimestamp'

/** What a reader of some parts may look at; name, namespace, uid and creationTimestamp always. */
export type View<T extends KubeObject, P extends Part> = DeepReadonly<
  ('spec' extends P ? Omit<T, 'metadata' | 'status'> : unknown) &
    ('status' extends P ? Pick<T, Extract<keyof T, 'status'>> : unknown) & {
      readonly metadata: 'meta' extends P ? T['metadata'] : Pick<T['metadata'], IdentityField>
    }
>

/**
 * The clusters as one evaluation sees them: synchronous reads from the caches, every one of them tracked.
 * When what was read changes, the key is evaluated again; what was missing counts as read too.
 * Reading a kind (or namespace) that has not synced ends the evaluation: it runs again when it has.
 */
export interface World {
  /** The whole object. Any change to it wakes this key. */
  get<T extends KubeObject>(of: WatchedKind<T>, key: ObjectKey): DeepReadonly<T> | undefined
  /** All but metadata and status; wakes on changes of that only. */
  spec<T extends KubeObject>(of: WatchedKind<T>, key: ObjectKey): View<T, 'spec'> | undefined
  /** Labels, annotations, finalizers, owners, deletion; wakes on changes of these only. */
  meta<T extends KubeObject>(of: WatchedKind<T>, key: ObjectKey): View<T, 'meta'> | undefined
  /** The status; wakes on changes of it only. */
  status<T extends KubeObject>(of: WatchedKind<T>, key: ObjectKey): View<T, 'status'> | undefined
  /** Several parts at once: `world.read(hub.MirrorPeer, key, ['spec', 'meta'])`. */
  read<T extends KubeObject, P extends Part>(
    of: WatchedKind<T>,
    key: ObjectKey,
    parts: readonly P[],
  ): View<T, P> | undefined
  /**
   * The objects in one bucket of an index. Wakes on membership and on changes of the parts named.
   *
   * A kind that is watched in several namespaces is read as a whole: while one of them is forbidden or not listed
   * yet, nobody knows what the bucket lacks, and the evaluation ends. Where the bucket belongs to one namespace, say
   * `{ namespace }`: then only that one is read, believed and confirmed, and trouble elsewhere is no trouble here.
   */
  find<T extends KubeObject, P extends Part>(
    index: Index<T>,
    value: string,
    parts: readonly P[],
    options?: { readonly namespace?: string },
  ): readonly View<T, P>[]
  /** All objects of the kind that are watched: for aggregates. Ends the evaluation while a namespace is forbidden. */
  list<T extends KubeObject, P extends Part>(of: WatchedKind<T>, parts: readonly P[]): readonly View<T, P>[]
  /** What became of another derived object. A key nobody brought into being is evaluated because it is asked for. */
  state(derived: Derived, key: ObjectKey): State
  /**
   * Whether the object is known to have been missing for `ms` (seen deleted, or synced without it); if not yet,
   * this key is evaluated again when it will have been. A restart starts the count anew: the careful side.
   */
  goneFor(of: WatchedKind, key: ObjectKey, ms: number): boolean
  /** Whether the wall clock has passed `time` (milliseconds); if not, this key is evaluated again then. */
  passed(time: number): boolean
  /** Whether the server serves the kind at all; wakes when that changes. */
  served(of: WatchedKind): boolean
  /** The wall clock, milliseconds, to stamp what is written. Not tracked: use `passed` to wait for a time. */
  now(): number
}
