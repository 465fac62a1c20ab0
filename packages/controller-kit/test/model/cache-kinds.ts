import type { Kind } from '@odfmo/api-types/meta'
import { cluster, watch, type WatchedKind } from '../../src/watched-kind.ts'
import type { Thing } from './cache-table.ts'

const kindOf = (plural: string, kind: string, group = 'g'): Kind<Thing> => ({
  group,
  version: 'v1',
  kind,
  plural,
  namespaced: plural !== 'customresourcedefinitions',
})
const thing = kindOf('things', 'Thing')
const widget = kindOf('widgets', 'Widget')
export const c = cluster('c', {
  All: watch(thing),
  Ours: watch(thing, { labelSelector: 'ours' }),
  Some: watch(thing, { namespaces: 'dynamic' }),
  Widget: watch(widget),
})
export const kinds: readonly WatchedKind<Thing>[] = [c.All, c.Ours, c.Some, c.Widget]
export const namespaces = ['n1', 'n2', 'n3']
export const names = ['a', 'b', 'c']

/** What of the cache is told as one: a kind, or one namespace of it. */
export interface Scope {
  readonly of: WatchedKind<Thing>
  readonly namespace: string | undefined
}
export const scopes: readonly Scope[] = [
  ...[c.All, c.Ours, c.Widget].map((of) => ({ of, namespace: undefined })),
  ...namespaces.map((namespace) => ({ of: c.Some, namespace })),
]
