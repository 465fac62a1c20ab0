import type { Condition, OwnerReference } from '@odfmo/api-types/meta'
import { equal } from './equal.ts'
import { isMap, type Json } from './merge-patch.ts'

/** What an edit needs besides the list. */
export interface EditContext {
  /** Since the epoch. */
  readonly nowMs: number
  /** One entry with the fields of a given one laid over it. */
  readonly lay: (
    live: Readonly<Record<string, unknown>>,
    given: Readonly<Record<string, unknown>>,
  ) => Readonly<Record<string, unknown>>
}

/** What makes the list as it should be of the live one. Pure. */
export type Edit = (live: readonly unknown[], context: EditContext) => readonly unknown[]

/**
 * A change of a list in which others have entries too, given where the list would stand in an intent. What it
 * does not name stays, in its order. Made by `members`, `entries`, `ownerReferences`, `conditions` and `exactly`.
 */
export class ListEdit {
  readonly #edit: Edit

  constructor(edit: Edit) {
    this.#edit = edit
  }

  /** The list as it should be; `live` itself when it is so already. Pure. */
  of(live: readonly unknown[], context: EditContext): readonly unknown[] {
    const edited = this.#edit(live, context)
    return equal(live, edited) ? live : edited
  }
}

const refuseTwice = (what: string, names: readonly string[]): void => {
  const twice = names.find((name, at) => names.indexOf(name) !== at)
  if (twice !== undefined) throw new TypeError(`${what}: "${twice}" is named twice`)
}

/**
 * A set of strings, such as finalizers. New ones come at the end.
 * Throws a TypeError when a member is named twice, or both added and removed.
 */
export const members = (change: {
  readonly add?: readonly string[]
  readonly remove?: readonly string[]
}): ListEdit => {
  const { add = [], remove = [] } = change
  refuseTwice('members', [...add, ...remove])
  const gone = new Set<unknown>(remove)
  return new ListEdit((live) => [
    ...live.filter((member) => !gone.has(member)),
    ...add.filter((member) => !live.includes(member)),
  ])
}

/** Entries of a keyed list that should be there with these fields, or not at all. */
export interface EntriesChange<E> {
  /** Laid over the entry of the same key, whose other fields stay; new ones come at the end. */
  readonly set?: readonly E[]
  /** Keys of entries that should not be there. */
  readonly remove?: readonly string[]
}

type Merge = (live: Json | undefined, given: Json, context: EditContext) => Json

const laid: Merge = (live = {}, given, { lay }) => lay(live, given)

const keyed = (by: string, { set = [], remove = [] }: EntriesChange<Json>, merge: Merge): ListEdit => {
  const given = set.map((entry) => {
    const key = entry[by]
    if (typeof key !== 'string') throw new TypeError(`entries by ${by}: one of them has no ${by}`)
    return { key, entry }
  })
  refuseTwice(`entries by ${by}`, [...given.map(({ key }) => key), ...remove])
  const gone = new Set<unknown>(remove)
  const keyIn = (entry: unknown): unknown => (isMap(entry) ? entry[by] : undefined)
  return new ListEdit((live, context) =>
    given.reduce<readonly unknown[]>(
      (list, { key, entry }) => {
        const at = list.findIndex((other) => keyIn(other) === key)
        if (at === -1) return [...list, merge(undefined, entry, context)]
        return list.with(at, merge(list[at] as Json, entry, context))
      },
      live.filter((entry) => !gone.has(keyIn(entry))),
    ),
  )
}

/**
 * A list of maps told apart by one field: `entries('name', { set: [container] })`.
 * Throws a TypeError when an entry lacks the field or a key is named twice.
 */
export const entries = <E extends object>(by: string & keyof E, change: EntriesChange<E>): ListEdit =>
  keyed(by, change as EntriesChange<Json>, laid)

/** `metadata.ownerReferences`, told apart by uid; `remove` names uids. Throws as `entries`. */
export const ownerReferences = (change: EntriesChange<OwnerReference>): ListEdit => entries('uid', change)

/** A condition as an intent gives it: the time of its transition is found out, or given for a known one. */
export type GivenCondition = Omit<Condition, 'lastTransitionTime'> &
  Partial<Pick<Condition, 'lastTransitionTime'>>

/** RFC 3339 without fractions, as Kubernetes writes times. */
const timeText = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`

/** The rule of apimachinery's `meta.SetStatusCondition`: the time moves only with the status. */
const transitioned: Merge = (live = {}, given, { lay, nowMs }) => {
  const kept = live['status'] === given['status'] ? live['lastTransitionTime'] : undefined
  const lastTransitionTime = kept ?? given['lastTransitionTime'] ?? timeText(nowMs)
  return lay(live, { ...given, lastTransitionTime })
}

/** `status.conditions`, told apart by type; `remove` names types. Throws as `entries`. */
export const conditions = (change: EntriesChange<GivenCondition>): ListEdit =>
  keyed('type', change, transitioned)

/** The whole list is ours, also where lists are merged by default. */
export const exactly = <E>(items: readonly E[]): ListEdit => new ListEdit(() => items)
