import type { DeepReadonly, KubeObject, ObjectKey } from '@odfmo/api-types/meta'
import type { CacheReader } from '../cache/cache.ts'
import type { Index, WatchedKind } from '../watched-kind.ts'
import { nodeId } from './node.ts'
import type { Derived } from './derived.ts'
import { allParts, maskOf, type PartMask } from './parts.ts'
import type { Reads } from './reads.ts'
import type { State } from './state.ts'
import type { Part, View, World } from './world.ts'

/** Ends an evaluation that read a kind which cannot be believed yet. Caught by `evaluate`, never by a rule. */
export class UnsyncedRead extends Error {
  override readonly name = 'UnsyncedRead'
  readonly forbidden: boolean

  constructor(of: WatchedKind, why: string, forbidden: boolean) {
    super(`${of.name}: ${why}`)
    this.forbidden = forbidden
  }
}

export interface TrackedWorldOptions {
  readonly cache: CacheReader
  readonly reads: Reads
  readonly stateOf: (derived: Derived, key: ObjectKey) => State
  /** Wall clock, milliseconds. */
  readonly now: number
}

/** A world that writes down what is read from it. */
export class TrackedWorld implements World {
  readonly #cache: CacheReader
  readonly #reads: Reads
  readonly #stateOf: TrackedWorldOptions['stateOf']
  readonly #now: number

  constructor({ cache, reads, stateOf, now }: TrackedWorldOptions) {
    this.#cache = cache
    this.#reads = reads
    this.#stateOf = stateOf
    this.#now = now
  }

  get<T extends KubeObject>(of: WatchedKind<T>, key: ObjectKey): DeepReadonly<T> | undefined {
    return this.#object(of, key, allParts)
  }

  spec<T extends KubeObject>(of: WatchedKind<T>, key: ObjectKey): View<T, 'spec'> | undefined {
    return this.read(of, key, ['spec'])
  }

  meta<T extends KubeObject>(of: WatchedKind<T>, key: ObjectKey): View<T, 'meta'> | undefined {
    return this.read(of, key, ['meta'])
  }

  status<T extends KubeObject>(of: WatchedKind<T>, key: ObjectKey): View<T, 'status'> | undefined {
    return this.read(of, key, ['status'])
  }

  read<T extends KubeObject, P extends Part>(
    of: WatchedKind<T>,
    key: ObjectKey,
    parts: readonly P[],
  ): View<T, P> | undefined {
    return this.#object(of, key, maskOf(parts)) as View<T, P> | undefined
  }

  find<T extends KubeObject, P extends Part>(
    index: Index<T>,
    value: string,
    parts: readonly P[],
    { namespace }: { readonly namespace?: string } = {},
  ): readonly View<T, P>[] {
    this.#reads.bucket(index, value, maskOf(parts), namespace)
    this.#mustBeSynced(index.of, namespace)
    const found = this.#cache.find(index, value, namespace)
    const here = namespace === undefined ? found : found.filter((one) => one.metadata.namespace === namespace)
    return inOrder(here) as readonly View<T, P>[]
  }

  list<T extends KubeObject, P extends Part>(of: WatchedKind<T>, parts: readonly P[]): readonly View<T, P>[] {
    this.#reads.list(of, maskOf(parts))
    this.#mustBeSynced(of)
    return inOrder(this.#cache.list(of)) as readonly View<T, P>[]
  }

  state(derived: Derived, key: ObjectKey): State {
    const state = this.#stateOf(derived, key)
    this.#reads.state(nodeId(derived, key), { derived, key, wasPending: state.is === 'pending' })
    return state
  }

  goneFor(of: WatchedKind, key: ObjectKey, ms: number): boolean {
    if (this.#object(of, key, 0) !== undefined) return false
    const since = this.#cache.goneSince(of, key)
    return since !== undefined && this.passed(since + ms)
  }

  passed(time: number): boolean {
    if (this.#now >= time) return true
    this.#reads.due(time)
    return false
  }

  served(of: WatchedKind): boolean {
    this.#reads.kind(of)
    return this.#cache.sync(of).is !== 'notServed'
  }

  now(): number {
    return this.#now
  }

  #object<T extends KubeObject>(
    of: WatchedKind<T>,
    key: ObjectKey,
    mask: PartMask,
  ): DeepReadonly<T> | undefined {
    this.#reads.object(of, key, mask)
    this.#mustBeSynced(of, key.namespace)
    return this.#cache.get(of, key)
  }

  #mustBeSynced(of: WatchedKind, namespace?: string): void {
    this.#reads.kind(of)
    const state = this.#cache.sync(of, namespace)
    switch (state.is) {
      case 'synced':
      case 'notServed':
        return
      case 'syncing':
        throw new UnsyncedRead(of, state.why, false)
      case 'forbidden':
        throw new UnsyncedRead(of, state.why, true)
    }
  }
}

/** By namespace and name, so that the same world gives the same answer whatever order events came in. */
const inOrder = <T extends KubeObject>(objects: readonly DeepReadonly<T>[]): readonly DeepReadonly<T>[] =>
  objects.length < 2 ? objects : [...objects].sort(byKey)

const byKey = (a: DeepReadonly<KubeObject>, b: DeepReadonly<KubeObject>): number =>
  compareText(a.metadata.namespace ?? '', b.metadata.namespace ?? '') ||
  compareText(a.metadata.name ?? '', b.metadata.name ?? '')

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
