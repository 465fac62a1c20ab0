import type { DeepReadonly, KubeObject } from '@odfmo/api-types/meta'
import { compareResourceVersions } from './resource-version.ts'
import { forgetOld } from './forget-old.ts'

interface Tombstone {
  readonly at: number
  /** Everything of the uid up to this resourceVersion is over; undefined: all of it, by an own delete. */
  readonly version: string | undefined
  /** How many own deletes there had been with it; 0 when it was none. */
  readonly ownDeletes: number
}

/** Which uids are known to be gone, so that nothing old brings them back. Times are milliseconds of one clock. */
export class Tombstones {
  readonly #of = new Map<string, Tombstone>()
  #ownDeletes = 0

  get isEmpty(): boolean {
    return this.#of.size === 0
  }

  /** How many own deletes were told. */
  get ownDeletes(): number {
    return this.#ownDeletes
  }

  /** Seen to go at `version`; it may come back newer: an object that left a selection does. */
  bury(uid: string, version: string, at: number): void {
    const known = this.#of.get(uid)
    if (known === undefined) return this.#set(uid, { at, version, ownDeletes: 0 })
    // Departures may be told in any order: the newest counts.
    const isKnown = known.version === undefined || compareResourceVersions(known.version, version) > 0
    this.#set(uid, { at, version: isKnown ? known.version : version, ownDeletes: known.ownDeletes })
  }

  /** Deleted by ourselves: it never comes back. */
  buryForGood(uid: string, at: number): void {
    this.#ownDeletes += 1
    this.#set(uid, { at, version: undefined, ownDeletes: this.#ownDeletes })
  }

  /** Whether what is told of this uid at this version is over. */
  has(uid: string, version: string): boolean {
    const tombstone = this.#of.get(uid)
    if (tombstone === undefined) return false
    return tombstone.version === undefined || compareResourceVersions(version, tombstone.version) <= 0
  }

  /**
   * It is in a list as of `listVersion` that was asked for after so many own deletes. A list knows all that had
   * happened until then: what it has is there, however it came back.
   */
  digUp(uid: string, listVersion: string, ownDeletes: number): void {
    const tombstone = this.#of.get(uid)
    if (tombstone === undefined) return
    const { version } = tombstone
    const listKnew =
      tombstone.ownDeletes === 0 && version !== undefined
        ? compareResourceVersions(version, listVersion) <= 0
        : tombstone.ownDeletes <= ownDeletes
    if (listKnew) this.#of.delete(uid)
  }

  /**
   * A list as of `listVersion` was asked for after so many own deletes: those had happened by then. What is told of
   * their uids at a later version is true: somebody restored them.
   */
  date(listVersion: string, ownDeletes: number): void {
    for (const [uid, tombstone] of this.#of) {
      if (tombstone.version === undefined && tombstone.ownDeletes <= ownDeletes)
        this.#of.set(uid, { ...tombstone, version: listVersion })
    }
  }

  /** Forgets what is over, but for own deletes after the first so many. */
  clear(ownDeletes: number): void {
    for (const [uid, tombstone] of this.#of) if (tombstone.ownDeletes <= ownDeletes) this.#of.delete(uid)
  }

  #set(uid: string, tombstone: Tombstone): void {
    // At the end of the map, where the youngest stand.
    this.#of.delete(uid)
    this.#of.set(uid, tombstone)
    forgetOld(this.#of, ({ at }) => tombstone.at - at)
  }
}

/** What is over when an object went: it, and what had its name before it. No uid has a slash. */
export const graves = (
  { metadata }: DeepReadonly<KubeObject> | KubeObject,
  text: string,
): readonly string[] => (metadata.uid === undefined ? [`/${text}`] : [`/${text}`, metadata.uid])
