import { keyOf, keyText, type DeepReadonly, type KubeObject, type ObjectKey } from '@odfmo/api-types/meta'
import type { Clock } from '../clock.ts'
import type { Index, WatchedKind } from '../watched-kind.ts'
import type { CacheEvent } from './cache.ts'
import { Departures } from './departures.ts'
import { Indexes } from './indexes.ts'
import { compareResourceVersions } from './resource-version.ts'
import { selectedBy } from './selector.ts'
import { sharing } from './sharing.ts'
import { ServerHistory, type HistoryMark } from './server-history.ts'
import { graves, Tombstones } from './tombstones.ts'
import { withoutManagedFields } from './without-managed-fields.ts'
import { equal } from '../writing/equal.ts'

/** What a store knew when a list was asked for: the list knows at least that. */
export interface StoreMark extends HistoryMark {
  /** How many own deletes it had been told. */
  readonly ownDeletes: number
}

const nothingKnown: StoreMark = { newest: '', era: 0, ownDeletes: 0 }

export interface ReplaceOptions {
  /** Left out: a list of all that is watched. */
  readonly namespace?: string
  /** Taken before the list was asked for. Left out: nothing is known of when that was. */
  readonly since?: StoreMark
}

const versionOf = ({ metadata }: KubeObject | DeepReadonly<KubeObject>): string =>
  metadata.resourceVersion ?? ''

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
  /** The newest: the next one shares with it what they have in common. */
  #last: DeepReadonly<T> | undefined
  readonly #indexes: Indexes<T>
  readonly #listeners = new Set<(event: CacheEvent<T>) => void>()
  readonly #tombstones = new Tombstones()
  readonly #departures = new Departures()
  /** namespace ('' for all) → when it was first listed. */
  readonly #syncedAt = new Map<string, number>()
  /** namespace ('' for all) → the version of its last list. */
  readonly #listedVersions = new Map<string, string>()
  readonly #history = new ServerHistory()

  /** `onThrow` hears of an index that threw: the object stands in none of its buckets then. Default: throws. */
  constructor(
    of: WatchedKind<T>,
    clock: Clock,
    onThrow: (error: unknown) => void = (error) => {
      throw error
    },
  ) {
    this.of = of
    this.#clock = clock
    this.#selected = selectedBy(of)
    this.#indexes = new Indexes(onThrow)
  }

  /** Adds an index, filled from what is here; `find` does it by itself at the first look-up. */
  addIndex(index: Index<T>): void {
    this.#indexes.add(index, this.#objects)
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
    return this.#indexes.find(index, value)
  }

  /** See `CacheReader.goneSince`. */
  goneSince(key: ObjectKey): number | undefined {
    const text = keyText(key)
    if (this.#objects.has(text)) return undefined
    const syncedAt = this.#syncedAt.get('') ?? this.#syncedAt.get(key.namespace ?? '')
    return this.#departures.since(text, syncedAt)
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
    const isOlder = here !== undefined && !isNewer(here, object)
    // An object that left the selection and came back is announced as DELETED, then ADDED: an own write may
    // have brought it back before the first of the two arrives.
    if (here !== undefined && here.metadata.uid === object.metadata.uid && !isOlder) return
    this.#history.saw(versionOf(object))
    // Also what is not here: the answer to an own write may still be on its way, and must not bring it back.
    this.#bury(object, text, versionOf(object))
    if (!isOlder) return
    // Perhaps a predecessor of the same name, which must have gone before.
    this.#bury(here, text, versionOf(object))
    this.#drop(text, key)
  }

  /** To be taken before a list is asked for, and given to `replace` with it. */
  mark(): StoreMark {
    return { ...this.#history.mark(), ownDeletes: this.#tombstones.ownDeletes }
  }

  /** What stands here, if it equals `object`: so that a list of what is known takes no memory. */
  held(object: T): T | undefined {
    const here = this.#objects.get(keyText(keyOf(object)))
    return isSame(here, object) && equal(here, object) ? (here as T) : undefined
  }

  /**
   * A complete and consistent list as of `resourceVersion`: only real changes are announced. What is known up to that
   * version the list knows better, also where it goes back in time: a backup was restored. What is newer is kept, for
   * it was written by ourselves after the list was taken; unless it was known before the list was asked for: then
   * the server has another history than the one known.
   */
  replace(
    objects: readonly T[],
    resourceVersion: string,
    { namespace, since = nothingKnown }: ReplaceOptions = {},
  ): void {
    const scope = namespace ?? ''
    const isAnother = this.#history.isAnother(scope, resourceVersion, since, () => this.#scopes())
    if (isAnother) this.#tombstones.clear(since.ownDeletes)
    const isNewerThanList = (object: DeepReadonly<T>): boolean =>
      !isAnother && compareResourceVersions(versionOf(object), resourceVersion) > 0
    const listed = new Set<string>()
    for (const object of objects) {
      const key = keyOf(object)
      const text = keyText(key)
      listed.add(text)
      const here = this.#objects.get(text)
      if (here !== undefined && isNewerThanList(here)) continue
      for (const grave of graves(object, text)) {
        this.#tombstones.digUp(grave, resourceVersion, since.ownDeletes)
      }
      // Another history may have given the same version to something else.
      const isOther = isAnother && isSame(here, object) && !equal(here, object)
      if (here !== undefined && (isOther || isNewer(here, object))) this.#drop(text, key)
      this.#put(object)
    }
    for (const [text, here] of [...this.#objects]) {
      if (listed.has(text) || (namespace !== undefined && here.metadata.namespace !== namespace)) continue
      if (isNewerThanList(here)) continue
      this.#bury(here, text, resourceVersion)
      this.#drop(text, keyOf(here))
    }
    this.#tombstones.date(resourceVersion, since.ownDeletes)
    this.#history.saw(resourceVersion)
    this.#listedVersions.set(scope, resourceVersion)
    this.#synced(namespace)
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

  /**
   * The object as the server answered an own write or read, and what is kept of it; outside the selection it counts as gone
   * from here.
   */
  wrote(object: T, kept = object): void {
    if (!this.#selected(object)) this.remove(kept)
    else if (!this.#wasListedWithout(kept)) this.#put(kept)
  }

  /** An answer that comes after a list which is newer and does not have it: it is gone, and no event will say so. */
  #wasListedWithout(object: T): boolean {
    if (this.#objects.has(keyText(keyOf(object)))) return false
    return ['', object.metadata.namespace ?? ''].some((scope) => {
      const listed = this.#listedVersions.get(scope)
      return listed !== undefined && compareResourceVersions(versionOf(object), listed) <= 0
    })
  }

  /** An own delete that took effect: whatever still arrives of that uid is old. */
  deleted(key: ObjectKey, uid: string): void {
    const text = keyText(key)
    this.#tombstones.buryForGood(uid, this.#clock.monotonic())
    const here = this.#objects.get(text)
    if (here === undefined || here.metadata.uid !== uid) return
    // What had its name before it is over too.
    this.#bury(here, text, versionOf(here))
    this.#drop(text, key)
  }

  /** A namespace is watched no longer: its objects, which are answered, leave without being announced as deleted. */
  forgetNamespace(namespace: string | undefined): readonly DeepReadonly<T>[] {
    const forgotten: DeepReadonly<T>[] = []
    for (const [text, object] of [...this.#objects]) {
      if (object.metadata.namespace !== namespace) continue
      this.#objects.delete(text)
      forgotten.push(object)
      this.#indexes.update(text, object, undefined)
    }
    this.#departures.forgetAll(namespace === undefined ? '' : keyText({ namespace, name: '' }))
    this.#syncedAt.delete(namespace ?? '')
    this.#history.forget(namespace ?? '')
    this.#listedVersions.delete(namespace ?? '')
    return forgotten
  }

  /** Called after each change is visible to reads; the answer unsubscribes. */
  onEvent(listener: (event: CacheEvent<T>) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #put(incoming: T): void {
    const version = versionOf(incoming)
    this.#history.saw(version)
    const key = keyOf(incoming)
    const text = keyText(key)
    const old = this.#objects.get(text)
    if (old !== undefined && !isNewer(incoming, old)) return
    // Asked first whether there are any: their names are strings to be made, for each event.
    if (
      !this.#tombstones.isEmpty &&
      graves(incoming, text).some((grave) => this.#tombstones.has(grave, version))
    ) {
      // It is over, and so is what had its name before.
      if (old !== undefined && old.metadata.uid !== incoming.metadata.uid) this.#drop(text, key)
      return
    }
    const object = sharing(withoutManagedFields(incoming), old ?? this.#last) as DeepReadonly<T>
    this.#last = object
    this.#objects.set(text, object)
    this.#departures.cameBack(text)
    this.#indexes.update(text, old, object)
    this.#announce(old === undefined ? { of: this.of, key, object } : { of: this.of, key, old, object })
  }

  /** Of which something is known; by own writes also before the first list. */
  #scopes(): Iterable<string> {
    const written = [...this.#objects.values()].map(({ metadata }) => metadata.namespace ?? '')
    return new Set([...this.#syncedAt.keys(), ...written])
  }

  #synced(namespace: string | undefined): void {
    const scope = namespace ?? ''
    if (!this.#syncedAt.has(scope)) this.#syncedAt.set(scope, this.#clock.now())
  }

  #bury(object: DeepReadonly<KubeObject> | KubeObject, text: string, version: string): void {
    const at = this.#clock.monotonic()
    for (const grave of graves(object, text)) this.#tombstones.bury(grave, version, at)
  }

  #drop(text: string, key: ObjectKey): void {
    const old = this.#objects.get(text)
    if (old === undefined) return
    this.#objects.delete(text)
    this.#departures.went(text, this.#clock.now())
    this.#indexes.update(text, old, undefined)
    this.#announce({ of: this.of, key, old })
  }

  #announce(event: CacheEvent<T>): void {
    for (const listener of this.#listeners) listener(event)
  }
}

const isNewer = (
  a: DeepReadonly<KubeObject> | KubeObject,
  b: DeepReadonly<KubeObject> | KubeObject,
): boolean => compareResourceVersions(versionOf(a), versionOf(b)) > 0

const isSame = (here: DeepReadonly<KubeObject> | undefined, object: KubeObject): boolean =>
  here !== undefined && here.metadata.uid === object.metadata.uid && versionOf(here) === versionOf(object)
