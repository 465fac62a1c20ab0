import { keyOf, keyText, type DeepReadonly } from '@odfmo/api-types/meta'
import { expect } from 'vitest'
import type { CacheEvent } from '../../src/cache/cache.ts'
import { Store } from '../../src/cache/store.ts'
import { same, type Thing } from './cache-same.ts'
import type { Change, ListAnswer } from './cache-store-parts.ts'
import { byDigit, byValue, names, namespaces, selected, things } from './cache-store-kinds.ts'
import { ModelClock } from './model-clock.ts'

/**
 * A store beside a plain map. The map is drawn from what the server had: of each key it is known up to which version the
 * store was told of it (by a list, an event, or an answer), and the store must hold exactly what stood there then.
 */
export class StoreModel {
  readonly #clock: ModelClock
  readonly #server = new Map<string, Thing>()
  /** By key, in order. */
  readonly #history = new Map<string, Change[]>()
  /** What a watch tells, by namespace. */
  readonly #events = new Map<string, Change[]>(namespaces.map((namespace) => [namespace, []]))
  #version = 100
  #uids = 0
  #store: Store<Thing>
  /** What somebody would hold who only follows the events. */
  #followed = new Map<string, DeepReadonly<Thing>>()
  readonly #known = new Map<string, number>()
  /** The uids of own deletes: all the store is told of those. */
  readonly #deleted = new Set<string>()
  /** Where the watch of a namespace stands, and where its list ended. */
  readonly #watched = new Map<string, { listed: number; at: number }>()
  readonly #lists: ListAnswer[] = []
  readonly #answers: { key: string; arrive: () => void }[] = []
  /** What happened, so that a run which proves nothing is noticed. */
  readonly counts = { events: 0, lists: 0, answers: 0, forgotten: 0, restarts: 0, restores: 0 }

  constructor(seed: number) {
    this.#clock = new ModelClock(seed)
    this.#store = this.#newStore()
  }

  run(steps: number): void {
    for (let step = 0; step < steps; step++) {
      this.#step()
      this.#check(step)
    }
    // Calm: everything that is on its way arrives.
    for (const { arrive } of this.#answers.splice(0)) arrive()
    for (const namespace of namespaces) {
      if (!this.#watched.has(namespace)) this.#watchNamespace(namespace)
      while (this.#deliver(namespace));
    }
    this.#check(steps)
    expect([...this.#followed.keys()].toSorted()).toEqual(
      [...this.#server].flatMap(([text, object]) => (selected(object) ? [text] : [])).toSorted(),
    )
  }

  #step(): void {
    const clock = this.#clock
    const namespace = clock.pick(namespaces) ?? ''
    this.#clock.advance(clock.below(2000))
    switch (clock.below(16)) {
      case 0:
      case 1:
      case 2:
      case 3:
        return this.#write(namespace)
      case 4:
      case 5:
      case 6:
      case 7:
      case 8:
        this.#deliver(namespace)
        return
      case 9:
        // A watch that goes on from an older bookmark tells again what was told.
        if (clock.below(4) === 0) this.#rewind(namespace)
        return
      case 10:
      case 11:
        return this.#askList(namespace)
      case 12:
        return this.#listArrives()
      case 13:
        return this.#answers.splice(clock.below(this.#answers.length), 1)[0]?.arrive()
      case 14:
        if (clock.below(6) === 0) this.#forget(namespace)
        return
      case 15:
        if (clock.below(40) === 0) this.#restart()
        else if (clock.below(20) === 0) this.#restore(clock.below(2) === 0)
        return
    }
  }

  #newStore(): Store<Thing> {
    const store = new Store<Thing>(things, this.#clock)
    store.addIndex(byValue)
    store.onEvent((event) => this.#follow(event))
    return store
  }

  #follow({ key, old, object }: CacheEvent<Thing>): void {
    this.counts.events += 1
    const text = keyText(key)
    expect(this.#followed.get(text), `old of ${text}`).toBe(old)
    expect(object, `a change of ${text}`).not.toBe(old)
    expect(this.#store.get(key), `${text} as listeners see it`).toBe(object)
    if (object === undefined) this.#followed.delete(text)
    else this.#followed.set(text, object)
  }

  /** Somebody writes, perhaps we: then the answer comes sooner or later, or at once for a delete. */
  #write(namespace: string): void {
    const clock = this.#clock
    const key = { namespace, name: clock.pick(names) ?? '' }
    const text = keyText(key)
    const before = this.#server.get(text)
    this.#version += 1 + clock.below(3)
    const version = this.#version
    const own = clock.below(2) === 0
    if (before !== undefined && clock.below(4) === 0) {
      this.#record(text, { version, before, after: undefined })
      if (!own) return
      this.#answersOf(text)
      this.#store.deleted(key, before.metadata.uid ?? '')
      this.#deleted.add(before.metadata.uid ?? '')
      return
    }
    this.#uids += before === undefined ? 1 : 0
    const after: Thing = {
      metadata: {
        ...key,
        uid: before?.metadata.uid ?? `u${this.#uids}`,
        resourceVersion: String(version),
        labels: clock.below(4) === 0 ? {} : { ours: '' },
      },
      value: String(10 + clock.below(40)),
    }
    this.#record(text, { version, before, after })
    if (!own) return
    this.#answers.push({
      key: text,
      arrive: () => {
        this.counts.answers += 1
        if (!this.#watched.has(namespace)) return
        this.#store.wrote(structuredClone(after))
        this.#know(text, version)
      },
    })
  }

  /** Nobody deletes what he is still writing. */
  #answersOf(text: string): void {
    const arrived = this.#answers.filter(({ key }) => key === text)
    for (const answer of arrived) {
      this.#answers.splice(this.#answers.indexOf(answer), 1)
      answer.arrive()
    }
  }

  #record(text: string, change: Change): void {
    const history = this.#history.get(text) ?? []
    this.#history.set(text, history)
    history.push(change)
    if (change.after === undefined) this.#server.delete(text)
    else this.#server.set(text, change.after)
    this.#events.get(text.split('/')[0] ?? '')?.push(change)
  }

  #know(text: string, version: number): void {
    this.#known.set(text, Math.max(this.#known.get(text) ?? 0, version))
  }

  /** The next event of a namespace's watch; false when there is none. */
  #deliver(namespace: string): boolean {
    const watched = this.#watched.get(namespace)
    const change = this.#events.get(namespace)?.find(({ version }) => version > (watched?.at ?? Infinity))
    if (watched === undefined || change === undefined) return false
    watched.at = change.version
    const { before, after, version } = change
    const isIn = after !== undefined && selected(after)
    const wasIn = before !== undefined && selected(before)
    if (isIn) this.#store.upsert(structuredClone(after))
    else if (wasIn) {
      const last = structuredClone(before)
      this.#store.remove({ ...last, metadata: { ...last.metadata, resourceVersion: String(version) } })
    } else return true
    this.#know(keyText(keyOf(after ?? before ?? { metadata: {} })), version)
    return true
  }

  #rewind(namespace: string): void {
    const watched = this.#watched.get(namespace)
    if (watched !== undefined) watched.at = watched.listed
  }

  /** The server answers a list; it arrives later. */
  #askList(namespace: string): void {
    const since = this.#store.mark()
    const items = this.#listed(namespace)
    this.#lists.push({ namespace, version: this.#version, items, since })
  }

  #listed(namespace: string): Thing[] {
    return [...this.#server.values()]
      .filter((object) => object.metadata.namespace === namespace && selected(object))
      .map((object) => structuredClone(object))
  }

  #listArrives(): void {
    const list = this.#lists.splice(this.#clock.below(this.#lists.length), 1)[0]
    const at = list === undefined ? undefined : this.#watched.get(list.namespace)?.at
    // One reflector lists and watches in turns: its lists are never older than what its watch has told.
    if (list === undefined || (at !== undefined && list.version < at)) return
    this.#apply(list)
  }

  #watchNamespace(namespace: string): void {
    const since = this.#store.mark()
    this.#apply({ namespace, version: this.#version, items: this.#listed(namespace), since })
  }

  #apply({ namespace, version, items, since }: ListAnswer): void {
    this.counts.lists += 1
    this.#store.replace(items, String(version), { namespace, since })
    this.#watched.set(namespace, { listed: version, at: version })
    for (const name of names) this.#know(keyText({ namespace, name }), version)
  }

  #forget(namespace: string): void {
    if (!this.#watched.delete(namespace)) return
    this.counts.forgotten += 1
    this.#lists.splice(0, Infinity, ...this.#lists.filter((list) => list.namespace !== namespace))
    for (const object of this.#store.forgetNamespace(namespace)) this.#followed.delete(keyText(keyOf(object)))
    for (const name of names) this.#known.delete(keyText({ namespace, name }))
  }

  /** The process starts again: it knows nothing, and no answer comes. */
  #restart(): void {
    this.counts.restarts += 1
    this.#dropConnections()
    this.#watched.clear()
    this.#known.clear()
    this.#deleted.clear()
    this.#followed = new Map()
    this.#store = this.#newStore()
  }

  /** The server is what it was a while ago; its versions go back too, or on as is recommended for etcd. */
  #restore(versionsGoOn: boolean): void {
    this.counts.restores += 1
    const to = this.#version - this.#clock.below(60)
    this.#server.clear()
    for (const [text, history] of this.#history) {
      const kept = history.filter(({ version }) => version <= to)
      const last = kept.at(-1)?.after
      if (last !== undefined) this.#server.set(text, last)
      this.#history.set(text, kept)
    }
    for (const events of this.#events.values()) events.length = 0
    this.#version = versionsGoOn ? this.#version + 1000 : to
    this.#dropConnections()
    const watched = [...this.#watched.keys()]
    this.#known.clear()
    this.#deleted.clear()
    for (const namespace of watched) this.#watchNamespace(namespace)
  }

  #dropConnections(): void {
    this.#lists.length = 0
    this.#answers.length = 0
  }

  #check(step: number): void {
    const expected = new Map<string, Thing>()
    for (const [text, known] of this.#known) {
      const change = this.#history.get(text)?.findLast(({ version }) => version <= known)
      const object = change?.after
      if (object === undefined || !selected(object)) continue
      if (!this.#deleted.has(object.metadata.uid ?? '')) expected.set(text, object)
    }
    const where = `step ${step}`
    const here = new Map(this.#store.list().map((object) => [keyText(keyOf(object)), object]))
    same([...here.values()], [...expected.values()], where)
    same([...this.#followed.values()], [...here.values()], where)
    for (const by of [byValue, byDigit]) {
      const value = String(this.#clock.below(50))
      const wanted = [...expected.values()].filter((object) => by.values(object).includes(value))
      same(this.#store.find(by, value), wanted, `${where}, ${by.name} ${value}`)
    }
    for (const text of this.#known.keys()) {
      const [namespace = '', name = ''] = text.split('/')
      const isMissing = this.#store.goneSince({ namespace, name }) !== undefined
      if (isMissing === expected.has(text)) throw new Error(`${where}: ${text} is missing: ${isMissing}`)
    }
  }
}
