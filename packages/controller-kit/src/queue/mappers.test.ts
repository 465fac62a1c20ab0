import { expect, it } from 'vitest'
import { configMaps, namespaces, widgets } from '../../test/clients.ts'
import { staticCache } from '../cache/static-cache.ts'
import type { CacheEvent } from '../cache/cache.ts'
import { cluster, index, watch } from '../watched-kind.ts'
import {
  allOf,
  anyOf,
  deletionChanged,
  finalizersChanged,
  generationChanged,
  labelsChanged,
  not,
} from './event-filter.ts'
import { byIndex, byLabel, byOwner, itself } from './mappers.ts'

const owner = (apiVersion: string, kind: string, name: string) => ({ apiVersion, kind, name, uid: name })
const owned = {
  metadata: {
    namespace: 'ns',
    name: 'a',
    labels: { peer: 'p' },
    ownerReferences: [
      owner('test.io/v1beta1', 'Widget', 'w'),
      owner('other.io/v1', 'Widget', 'x'),
      owner('v1', 'Namespace', 'n'),
    ],
  },
}

it('mappers give keys by name, owner, label and reference', () => {
  const home = cluster('home', { Widget: watch(widgets) })
  const byTarget = index(home.Widget, 'by-target', ({ spec = {} }) =>
    'target' in spec ? [String(spec.target)] : [],
  )
  const referring = { metadata: { namespace: 'ns', name: 'w' }, spec: { target: 'ns/a' } }
  const cache = staticCache([[home.Widget, [referring]]])
  expect(itself(owned)).toEqual(['ns/a'])
  expect(byOwner(widgets)(owned)).toEqual(['ns/w'])
  expect(byOwner(namespaces)(owned)).toEqual(['n'])
  expect(byLabel('peer')(owned)).toEqual(['p'])
  expect(byLabel('none')(owned)).toEqual([])
  expect(byIndex(cache, byTarget)(owned)).toEqual(['ns/w'])
})

it('filters look at one thing each and can be combined', () => {
  const of = cluster('home', { ConfigMap: watch(configMaps) }).ConfigMap
  const change = (before: object, after: object): CacheEvent => ({
    of,
    key: { name: 'a' },
    old: { metadata: before },
    object: { metadata: after },
  })
  const came: CacheEvent = { of, key: { name: 'a' }, object: { metadata: {} } }
  const relabelled = change({ generation: 1 }, { generation: 1, labels: { a: 'b' } })
  expect(generationChanged(relabelled)).toBe(false)
  expect(labelsChanged(relabelled)).toBe(true)
  expect(generationChanged(came)).toBe(true)
  expect(deletionChanged(change({}, { deletionTimestamp: '2026-01-01T00:00:00Z' }))).toBe(true)
  expect(finalizersChanged(change({ finalizers: ['a'] }, {}))).toBe(true)
  expect(anyOf(generationChanged, labelsChanged)(relabelled)).toBe(true)
  expect(allOf(generationChanged, labelsChanged)(relabelled)).toBe(false)
  expect(not(generationChanged)(relabelled)).toBe(true)
})
