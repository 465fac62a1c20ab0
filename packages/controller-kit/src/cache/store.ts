import { keyOf, keyText, type DeepReadonly, type KubeObject, type ObjectKey } from '@odfmo/api-types/meta'
import type { Clock } from '../clock.ts'
import type { Index, WatchedKind } from '../watched-kind.ts'
import type { CacheEvent } from './cache.ts'
import { compareResourceVersions } from './resource-version.ts'
import { selectedBy } from './selector.ts'

/** How long a deletion is remembered: far longer than a watch lags, short enough to cost nothing. */
const forgetDeletionAfterMs = 15 * 60_000

type Bucket<T> = Map<string, DeepReadonly<T>>

/**
 * The objects of one watched kind, with indexes. Fed by a reflector (`upsert`, `remove`, `replace`) and by
 * own writes (`wrote`, `deleted`), in any order of arrival: what is older than what stands here is dropped,
 * compared by resourceVersion; a deleted object never comes back; a list never undoes a newer own write.
 */
export class Store<T extends KubeObject> {
  readonly of: WatchedKind<T>
  readonly #clock: Clock
  readonly #selected: (object: KubeObject) => boolean
  readonly #objects = new Map<string, DeepReadonly<T>>()
  readonly #indexes = new Map<Index<T>, Map<string, Bucket<T>>>()
  readonly #listeners = new Set<(event: CacheEvent<T>) => void>()
  /** uid → what is known to be over: everything of it up to `version`, or all of it. */
  readonly #tombstones = new Map<string, { readonly at: number; readonly version: string | undefined }>()
  /** key → when it was seen to go. */
  readonly #gone = new Map<string, number>()
  /** namespace ('' for all) → when it was first listed. */
  readonly #syncedAt = new Map<string, number>()
  /** namespace ('' for all) → the version of its last list. */
  readonly #listedVersions = new Map<string, string>()

  constructor(of: WatchedKind<T>, clock: Clock) {
    this.of = of
    this.#clock = clock
    this.#selected = selectedBy(of)
  }

  /** Adds an index, filled from what is here; `find` does it by itself at the first look-up. */
  addIndex(index: Index<T>): void {
    if (this.#indexes.has(index)) return
    this.#indexes.set(index, new Map())
    for (const [text, object] of this.#objects) this.#file(index, text, undefined, object)
  }

  get size(): number {
    return this.#objects.size
  }

  get(key: ObjectKey): DeepReadonly<T> | undefined {
    return this.#objects.get(keyText(key))
  }

  list(): readonly DeepReadonly<T>[] {
    return [...this.#objects.values()]
  }

  find(index: Index<T>, value: string): readonly DeepReadonly<T>[] {
    this.addIndex(index)
    const bucket = this.#indexes.get(index)?.get(value)
    return bucket === undefined ? [] : [...bucket.values()]
  }

  /** See `CacheReader.goneSince`. */
  goneSince(key: ObjectKey): number | undefined {
    const text = keyText(key)
    if (this.#objects.has(text)) return undefined
    return this.#gone.get(text) ?? this.#syncedAt.get('') ?? this.#syncedAt.get(key.namespace ?? '')
  }

  /** A watch event ADDED or MODIFIED. */
  upsert(object: T): void {
    this.#put(object)
  }

  /** A watch event DELETED, with the last state of the object. */
  remove(object: T): void {
    const key = keyOf(object)
    const text = keyText(key)
    const here = this.#objects.get(text)
    if (here === undefined || here.metadata.uid !== object.metadata.uid) {
      // The answer to an own write may still be on its way: it must not bring the object back.
      this.#bury(object.metadata.uid, object.metadata.resourceVersion)
      return
    }
    // An object that left the selection and came back is announced as DELETED, then ADDED: an own write may
    // have brought it back before the first of the two arrives.
    if (isNewer(here, object)) return
    this.#bury(object.metadata.uid, object.metadata.resourceVersion)
    this.#drop(text, key)
  }

  /**
   * A complete list as of `resourceVersion`, of all that is watched or of one namespace: only real changes
   * are announced.
   */
  replace(objects: readonly T[], resourceVersion: string, namespace?: string): void {
    const listed = new Set<string>()
    for (const object of objects) {
      listed.add(keyText(keyOf(object)))
      this.#put(object)
    }
    for (const [text, here] of [...this.#objects]) {
      if (listed.has(text) || (namespace !== undefined && here.metadata.namespace !== namespace)) continue
      // Newer than the list: written by ourselves after it was taken.
      if (compareResourceVersions(here.metadata.resourceVersion ?? '', resourceVersion) > 0) continue
      this.#bury(here.metadata.uid, resourceVersion)
      this.#drop(text, keyOf(here))
    }
    this.#listedVersions.set(namespace ?? '', resourceVersion)
    this.#synced(namespace)
  }

  /**
   * A complete list of a server whose history began anew: what is not in it is gone, however new it seemed, and
   * what was deleted may be there again.
   */
  restart(objects: readonly T[], resourceVersion: string, namespace?: string): void {
    const listed = new Map(objects.map((object) => [keyText(keyOf(object)), object]))
    this.#tombstones.clear()
    for (const [text, here] of [...this.#objects]) {
      if (namespace !== undefined && here.metadata.namespace !== namespace) continue
      const { uid, resourceVersion: version } = listed.get(text)?.metadata ?? {}
      if (uid !== here.metadata.uid || version !== here.metadata.resourceVersion)
        this.#drop(text, keyOf(here))
    }
    this.replace(objects, resourceVersion, namespace)
  }

  /**
   * The kind is not served (in one namespace): nothing of it is there. No deletion is remembered, for the same
   * objects are back when it is served again after a moment.
   */
  clear(namespace?: string): void {
    for (const [text, here] of [...this.#objects]) {
      if (namespace === undefined || here.metadata.namespace === namespace) this.#drop(text, keyOf(here))
    }
    this.#listedVersions.delete(namespace ?? '')
    this.#synced(namespace)
  }

  /** The object as the server answered an own write or read; outside the selection it counts as gone from here. */
  wrote(object: T): void {
    if (!this.#selected(object)) this.remove(object)
    else if (!this.#wasListedWithout(object)) this.#put(object)
  }

  /** An answer that comes after a list which is newer and does not have it: it is gone, and no event will say so. */
  #wasListedWithout(object: T): boolean {
    if (this.#objects.has(keyText(keyOf(object)))) return false
    const { namespace = '', resourceVersion = '' } = object.metadata
    return ['', namespace].some((scope) => {
      const listed = this.#listedVersions.get(scope)
      return listed !== undefined && compareResourceVersions(resourceVersion, listed) <= 0
    })
  }

  /** An own delete that took effect: whatever still arrives of that uid is old. */
  deleted(key: ObjectKey, uid: string): void {
    const text = keyText(key)
    this.#bury(uid, undefined)
    if (this.#objects.get(text)?.metadata.uid === uid) this.#drop(text, key)
  }

  /** A namespace is watched no longer: its objects, which are answered, leave without being announced as deleted. */
  forgetNamespace(namespace: string | undefined): readonly DeepReadonly<T>[] {
    const forgotten: DeepReadonly<T>[] = []
    for (const [text, object] of [...this.#objects]) {
      if (object.metadata.namespace !== namespace) continue
      this.#objects.delete(text)
      forgotten.push(object)
      for (const index of this.#indexes.keys()) this.#file(index, text, object, undefined)
    }
    this.#syncedAt.delete(namespace ?? '')
    this.#listedVersions.delete(namespace ?? '')
    return forgotten
  }

  /** Called after each change is visible to reads; the answer unsubscribes. */
  onEvent(listener: (event: CacheEvent<T>) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #put(incoming: T): void {
    const { uid } = incoming.metadata
    if (uid !== undefined && this.#isBuried(uid, incoming.metadata.resourceVersion)) return
    const key = keyOf(incoming)
    const text = keyText(key)
    const old = this.#objects.get(text)
    if (old !== undefined && !isNewer(incoming, old)) return
    const object = withoutManagedFields(incoming) as DeepReadonly<T>
    this.#objects.set(text, object)
    this.#gone.delete(text)
    for (const index of this.#indexes.keys()) this.#file(index, text, old, object)
    this.#announce(old === undefined ? { of: this.of, key, object } : { of: this.of, key, old, object })
  }

  #synced(namespace: string | undefined): void {
    const scope = namespace ?? ''
    if (!this.#syncedAt.has(scope)) this.#syncedAt.set(scope, this.#clock.now())
  }

  #drop(text: string, key: ObjectKey): void {
    const old = this.#objects.get(text)
    if (old === undefined) return
    this.#objects.delete(text)
    const now = this.#clock.now()
    this.#gone.delete(text)
    this.#gone.set(text, now)
    for (const index of this.#indexes.keys()) this.#file(index, text, old, undefined)
    forgetOld(this.#gone, (at) => now - at)
    this.#announce({ of: this.of, key, old })
  }

  #file(
    index: Index<T>,
    text: string,
    old: DeepReadonly<T> | undefined,
    object: DeepReadonly<T> | undefined,
  ): void {
    const buckets = this.#indexes.get(index)
    if (buckets === undefined) return
    for (const value of old === undefined ? [] : index.values(old as T)) {
      const bucket = buckets.get(value)
      bucket?.delete(text)
      if (bucket?.size === 0) buckets.delete(value)
    }
    for (const value of object === undefined ? [] : index.values(object as T)) {
      const bucket = buckets.get(value) ?? new Map<string, DeepReadonly<T>>()
      buckets.set(value, bucket)
      bucket.set(text, object as DeepReadonly<T>)
    }
  }

  /** An object that left the selection may come back under its uid, newer: hence the version. */
  #bury(uid: string | undefined, version: string | undefined): void {
    if (uid === undefined) return
    const at = this.#clock.now()
    const known = this.#tombstones.get(uid)
    // Departures may be told in any order: the newest counts.
    const newer =
      known === undefined || version === undefined
        ? version
        : known.version === undefined || compareResourceVersions(known.version, version) > 0
          ? known.version
          : version
    // At the end of the map, where the youngest stand.
    this.#tombstones.delete(uid)
    this.#tombstones.set(uid, { at, version: newer })
    forgetOld(this.#tombstones, (tombstone) => at - tombstone.at)
  }

  #isBuried(uid: string, version: string | undefined): boolean {
    const tombstone = this.#tombstones.get(uid)
    if (tombstone === undefined) return false
    return tombstone.version === undefined || compareResourceVersions(version ?? '', tombstone.version) <= 0
  }

  #announce(event: CacheEvent<T>): void {
    for (const listener of this.#listeners) listener(event)
  }
}

/** Maps keep insertion order, so the old ones stand first. */
const forgetOld = <T>(map: Map<string, T>, ageMsOf: (entry: T) => number): void => {
  for (const [text, entry] of map) {
    if (ageMsOf(entry) < forgetDeletionAfterMs) return
    map.delete(text)
  }
}

const isNewer = (
  a: DeepReadonly<KubeObject> | KubeObject,
  b: DeepReadonly<KubeObject> | KubeObject,
): boolean => compareResourceVersions(a.metadata.resourceVersion ?? '', b.metadata.resourceVersion ?? '') > 0

const withoutManagedFields = <T extends KubeObject>(object: T): T => {
  if (object.metadata.managedFields === undefined) return object
  const { managedFields: _, ...metadata } = object.metadata
  return { ...object, metadata }
}
