import type { Kind, KubeObject } from '@odfmo/api-types/meta'
import type { CacheEvent } from '../src/cache/cache.ts'
import { Store } from '../src/cache/store.ts'
import { systemClock } from '../src/clock.ts'
import { cluster, watch } from '../src/watched-kind.ts'

/** What the stores of these tests hold. */
export interface Thing extends KubeObject {
  readonly value: string
}

const kind: Kind<Thing> = { group: 'g', version: 'v1', kind: 'Thing', plural: 'things', namespaced: true }
export const { Thing: things, Labelled: labelled } = cluster('c', {
  Thing: watch(kind),
  Labelled: watch(kind, { labelSelector: 'ours' }),
})

export const thing = (
  name: string,
  uid: string,
  version: number,
  value = 'v',
  labels?: Record<string, string>,
): Thing => ({
  metadata: {
    name,
    namespace: 'n',
    uid,
    resourceVersion: String(version),
    ...(labels === undefined ? {} : { labels }),
  },
  value,
})
export const key = (name: string) => ({ namespace: 'n', name })

/** An empty store, and the events it tells from now on. */
export const newStore = (of = things): { store: Store<Thing>; events: CacheEvent<Thing>[] } => {
  const store = new Store<Thing>(of, systemClock)
  const events: CacheEvent<Thing>[] = []
  store.onEvent((event) => events.push(event))
  return { store, events }
}
