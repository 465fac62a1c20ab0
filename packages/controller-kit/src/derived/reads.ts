import { keyText, type KubeObject, type ObjectKey } from '@odfmo/api-types/meta'
import type { Index, WatchedKind } from '../watched-kind.ts'
import type { PartMask } from './parts.ts'

export interface ObjectRead {
  readonly of: WatchedKind
  readonly key: ObjectKey
  mask: PartMask
}

export interface BucketRead {
  readonly index: Index
  readonly value: string
  /** Read of this namespace only; undefined: of all that are watched. */
  readonly namespace: string | undefined
  mask: PartMask
}

export interface ListRead {
  readonly of: WatchedKind
  mask: PartMask
}

export interface StateRead {
  readonly derived: { readonly name: string }
  readonly key: ObjectKey
  /** When it was read. */
  readonly wasPending: boolean
}

const nothing: ReadonlyMap<never, never> = new Map<never, never>()

/** `hub.Secret namespace/name`. */
export const nameOfObject = (of: WatchedKind, key: ObjectKey): string => `${of.name} ${keyText(key)}`

/** `hub.Secret byType blue in namespace`. */
export const nameOfBucket = ({
  index,
  value,
  namespace,
}: Pick<BucketRead, 'value' | 'namespace'> & {
  readonly index: { readonly name: string; readonly of: { readonly name: string } }
}): string => `${index.of.name} ${index.name} ${value}${namespace === undefined ? '' : ` in ${namespace}`}`

/** Everything one evaluation read, missing objects and empty buckets included; what is remembered of it is `KeptReads`. */
export class Reads {
  #objects: Map<string, ObjectRead> | undefined
  #buckets: Map<string, BucketRead> | undefined
  #lists: Map<WatchedKind, ListRead> | undefined
  #states: Map<string, StateRead> | undefined
  readonly #kinds: WatchedKind[] = []
  /** The answer was to wait; like `waitsForPending` said by the node table, when it takes the reads over. */
  waits = false
  /** It waits, and perhaps only for want of a state that is `pending` and may still become another. */
  waitsForPending = false
  /** Wall clock milliseconds at which the answer may change by itself. */
  dueAt: number | undefined

  get objects(): ReadonlyMap<string, ObjectRead> {
    return this.#objects ?? nothing
  }

  get buckets(): ReadonlyMap<string, BucketRead> {
    return this.#buckets ?? nothing
  }

  get lists(): ReadonlyMap<WatchedKind, ListRead> {
    return this.#lists ?? nothing
  }

  get states(): ReadonlyMap<string, StateRead> {
    return this.#states ?? nothing
  }

  /** Kinds whose sync state was asked for, by every kind of read; each once. */
  get kinds(): readonly WatchedKind[] {
    return this.#kinds
  }

  object(of: WatchedKind, key: ObjectKey, mask: PartMask): void {
    const id = nameOfObject(of, key)
    this.#objects ??= new Map()
    const read = this.#objects.get(id)
    if (read === undefined) this.#objects.set(id, { of, key, mask })
    else read.mask |= mask
  }

  bucket<T extends KubeObject>(index: Index<T>, value: string, mask: PartMask, namespace?: string): void {
    const id = nameOfBucket({ index, value, namespace })
    this.#buckets ??= new Map()
    const read = this.#buckets.get(id)
    if (read === undefined) this.#buckets.set(id, { index, value, namespace, mask })
    else read.mask |= mask
  }

  list(of: WatchedKind, mask: PartMask): void {
    this.#lists ??= new Map()
    const read = this.#lists.get(of)
    if (read === undefined) this.#lists.set(of, { of, mask })
    else read.mask |= mask
  }

  state(id: string, read: StateRead): void {
    this.#states ??= new Map()
    this.#states.set(id, read)
  }

  kind(of: WatchedKind): void {
    if (!this.#kinds.includes(of)) this.#kinds.push(of)
  }

  due(time: number): void {
    this.dueAt = this.dueAt === undefined ? time : Math.min(this.dueAt, time)
  }
}
