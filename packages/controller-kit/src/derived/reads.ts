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
}

/** Everything one evaluation read, missing objects and empty buckets included. */
export class Reads {
  readonly objects = new Map<string, ObjectRead>()
  readonly buckets = new Map<string, BucketRead>()
  readonly lists = new Map<WatchedKind, ListRead>()
  /** Kinds whose sync state was asked for, by every kind of read. */
  readonly kinds = new Set<WatchedKind>()
  readonly states = new Map<string, StateRead>()
  /** Wall clock milliseconds at which the answer may change by itself. */
  dueAt: number | undefined

  object(of: WatchedKind, key: ObjectKey, mask: PartMask): void {
    const id = `${of.name} ${keyText(key)}`
    const read = this.objects.get(id)
    if (read === undefined) this.objects.set(id, { of, key, mask })
    else read.mask |= mask
  }

  bucket<T extends KubeObject>(index: Index<T>, value: string, mask: PartMask, namespace?: string): void {
    const id = `${index.of.name} ${index.name} ${value}${namespace === undefined ? '' : ` in ${namespace}`}`
    const read = this.buckets.get(id)
    if (read === undefined) this.buckets.set(id, { index, value, namespace, mask })
    else read.mask |= mask
  }

  list(of: WatchedKind, mask: PartMask): void {
    const read = this.lists.get(of)
    if (read === undefined) this.lists.set(of, { of, mask })
    else read.mask |= mask
  }

  due(time: number): void {
    this.dueAt = this.dueAt === undefined ? time : Math.min(this.dueAt, time)
  }
}
