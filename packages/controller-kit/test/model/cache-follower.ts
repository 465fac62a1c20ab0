import { keyText, type DeepReadonly, type ObjectKey } from '@odfmo/api-types/meta'
import type { CacheEvent } from '../../src/cache/cache.ts'
import { compareResourceVersions } from '../../src/cache/resource-version.ts'
import type { WatchedKind } from '../../src/watched-kind.ts'
import type { CacheServer } from './cache-server.ts'
import { stateText, type Thing } from './cache-table.ts'

/** Somebody who only follows the events of caches, and knows what the server ever had. */
export class CacheFollower {
  readonly #server: CacheServer
  readonly #objects = new Map<WatchedKind, Map<string, DeepReadonly<Thing>>>()
  /** By kind and key: how often the server had been restored when it was last told of. */
  readonly #told = new Map<string, number>()
  /** What was wrong with events: not thrown, for a cache survives listeners that throw. */
  readonly problems: string[] = []

  constructor(server: CacheServer) {
    this.#server = server
  }

  objects(of: WatchedKind): readonly DeepReadonly<Thing>[] {
    return [...this.#of(of).values()]
  }

  forget(of: WatchedKind, key: ObjectKey): void {
    this.#of(of).delete(keyText(key))
  }

  event({ of, key, old, object }: CacheEvent<Thing>): void {
    const text = keyText(key)
    const objects = this.#of(of)
    const wrong = (what: string): number => this.problems.push(`${of.name} ${text}: ${what}`)
    if (objects.get(text) !== old) wrong('old is not what was told before')
    if (object === undefined) {
      objects.delete(text)
      if (!this.#went(of, old)) wrong('never went')
      return
    }
    objects.set(text, object)
    const state = stateText(object)
    if (!this.#server.table(of.kind.plural).states.has(state)) wrong(`never was ${state}`)
    const place = `${of.name} ${text}`
    const isSameHistory = this.#told.get(place) === this.#server.restores
    if (old !== undefined && isSameHistory && !isLater(object, old))
      wrong(`from ${stateText(old)} to ${state}`)
    this.#told.set(place, this.#server.restores)
  }

  #of(of: WatchedKind): Map<string, DeepReadonly<Thing>> {
    const objects = this.#objects.get(of) ?? new Map<string, DeepReadonly<Thing>>()
    this.#objects.set(of, objects)
    return objects
  }

  #went(of: WatchedKind, old: DeepReadonly<Thing> | undefined): boolean {
    const { departed, wasAway } = this.#server.table(of.kind.plural)
    const uid = old?.metadata.uid ?? ''
    const isGone = departed.has(uid) || (of.labelSelector === 'ours' && departed.has(`${uid} ours`))
    return isGone || wasAway || this.#server.restores > 0
  }
}

const isLater = (a: DeepReadonly<Thing>, b: DeepReadonly<Thing>): boolean =>
  compareResourceVersions(a.metadata.resourceVersion ?? '', b.metadata.resourceVersion ?? '') > 0
