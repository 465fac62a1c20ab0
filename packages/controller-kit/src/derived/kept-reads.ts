import type { ObjectKey } from '@odfmo/api-types/meta'
import type { WatchedKind } from '../watched-kind.ts'
import type { BucketRead, ListRead, ObjectRead, Reads, StateRead } from './reads.ts'

/**
 * What is remembered of the reads of a key's last evaluation: there is one for every key, for as long as the key lives.
 * Lists no longer than they must be, without the texts by which reads are told apart while they are made.
 */
export interface KeptReads {
  readonly objects: readonly Readonly<ObjectRead>[]
  readonly buckets: readonly Readonly<BucketRead>[]
  readonly lists: readonly Readonly<ListRead>[]
  readonly states: readonly StateRead[]
  readonly kinds: readonly WatchedKind[]
  readonly waits: boolean
  readonly dueAt: number | undefined
}

/** Most evaluations read nothing of most sorts: an empty list of its own takes as much as a read. */
const none: readonly never[] = []

/** Of a key that was never evaluated. */
export const nothingRead: KeptReads = {
  objects: none,
  buckets: none,
  lists: none,
  states: none,
  kinds: none,
  waits: false,
  dueAt: undefined,
}

/** With the lists of `before` where the same was read: an evaluation mostly reads what the one before it did. */
export const keptReads = (reads: Reads, before: KeptReads): KeptReads => ({
  objects: kept(reads.objects, before.objects, isSameObject),
  buckets: kept(reads.buckets, before.buckets, isSameBucket),
  lists: kept(reads.lists, before.lists, isSameList),
  states: kept(reads.states, before.states, isSameState),
  kinds: kept(reads.kinds, before.kinds, (a, b) => a === b),
  waits: reads.waits,
  dueAt: reads.dueAt,
})

const kept = <R>(
  reads: ReadonlyMap<unknown, R> | readonly R[],
  before: readonly R[],
  isSame: (a: R, b: R) => boolean,
): readonly R[] => {
  const size = 'size' in reads ? reads.size : reads.length
  if (size === 0) return none
  // Made at its length: what grows is given room to grow further.
  const list = Array.from(reads.values())
  return size === before.length && list.every((read, at) => isSame(read, before[at] as R)) ? before : list
}

const isSameKey = (a: ObjectKey, b: ObjectKey): boolean => a.name === b.name && a.namespace === b.namespace

const isSameObject = (a: ObjectRead, b: ObjectRead): boolean =>
  a.of === b.of && a.mask === b.mask && isSameKey(a.key, b.key)

const isSameBucket = (a: BucketRead, b: BucketRead): boolean =>
  a.index === b.index && a.value === b.value && a.namespace === b.namespace && a.mask === b.mask

const isSameList = (a: ListRead, b: ListRead): boolean => a.of === b.of && a.mask === b.mask

const isSameState = (a: StateRead, b: StateRead): boolean =>
  a.derived === b.derived && a.wasPending === b.wasPending && isSameKey(a.key, b.key)
