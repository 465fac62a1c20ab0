import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seededRandom } from '../clock/seeded-random.ts'
import type { KubeObject } from '../kube-object.ts'
import { parseLabelSelector } from '../selectors/label-selector.ts'
import { selectedChange } from '../verbs/watch-objects.ts'
import { CompactedError, Store } from './store.ts'
import type { StoredObject } from './stored-object.ts'

const object = (name: string, labels: Record<string, string> = {}, value = ''): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'n', uid: name, labels },
  data: { value },
})

const shown = (state: ReadonlyMap<string, StoredObject>): string[] =>
  [...state.values()].map(({ json }) => json).sort()

describe('Store', () => {
  it('gives out copies: what is done to them never reaches it', () => {
    const store = new Store({ historyLimit: 10 })
    const stored = store.put('t', object('a', { x: '1' }))
    const copy = stored.read()
    copy.metadata.labels = { x: '2' }
    expect(store.get('t', 'n', 'a')?.read().metadata.labels).toEqual({ x: '1' })
  })

  it('forgets the oldest changes, never the newest', () => {
    const store = new Store({ historyLimit: 10 })
    for (let count = 0; count < 100; count++) store.put('t', object('a', {}, String(count)))
    expect(store.changesAfter('t', store.revision - 10)).toHaveLength(10)
    expect(() => store.changesAfter('t', store.compactedRevision - 1)).toThrow(CompactedError)
    expect(store.changesAfter('t', store.compactedRevision).length).toBeGreaterThanOrEqual(10)
  })

  it('knows every state of the past, and a watch from any of them leads to the present', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000 }), (seed) => {
        const random = seededRandom(seed)
        const store = new Store({ historyLimit: 1_000 })
        const matches = parseLabelSelector('in=yes') ?? (() => true)
        const selection = {
          namespace: '',
          isEverything: false,
          matches: ({ labels }: StoredObject) => matches(labels),
        }
        const pasts: { revision: number; all: string[]; selected: Map<string, string> }[] = []
        for (let step = 0; step < 60; step++) {
          const name = `o${Math.floor(random() * 5)}`
          const table = random() < 0.8 ? 't' : 'other'
          if (random() < 0.3) store.remove(table, 'n', name)
          else store.put(table, object(name, { in: random() < 0.5 ? 'yes' : 'no' }, String(step)))
          const { entries } = store.table('t')
          const selected = [...entries.values()]
            .filter(selection.matches)
            .map(({ name: key, json }) => [key, json] as const)
          pasts.push({ revision: store.revision, all: shown(entries), selected: new Map(selected) })
        }
        const present = pasts.at(-1)
        for (const { revision, all, selected } of pasts) {
          expect(shown(store.stateAt('t', revision))).toEqual(all)
          const followed = new Map(selected)
          for (const change of store.changesAfter('t', revision)) {
            const event = selectedChange(selection, change)
            if (event === undefined) continue
            const { name } = event.stored
            expect(followed.has(name)).toBe(event.type !== 'ADDED')
            expect(event.stored.revision).toBe(change.revision)
            if (event.type === 'DELETED') followed.delete(name)
            else followed.set(name, event.stored.json)
          }
          expect(followed).toEqual(present?.selected)
        }
      }),
      { numRuns: 50 },
    )
  })
})
