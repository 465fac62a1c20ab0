import type { Kind, KubeObject } from '@odfmo/api-types/meta'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { staticCache } from '../cache/static-cache.ts'
import { cluster, index, watch } from '../watched-kind.ts'
import { derived } from './derived.ts'
import { evaluation } from './evaluate.ts'
import { keptReads, nothingRead } from './kept-reads.ts'
import { newNode } from './node.ts'
import { Subscriptions } from './subscriptions.ts'
import { leave } from './wanted.ts'
import type { Part, World } from './world.ts'

interface Thing extends KubeObject {
  readonly value: string
  readonly status?: { readonly phase: string }
}

const kind: Kind<Thing> = { group: 'g', version: 'v1', kind: 'Thing', plural: 'things', namespaced: false }
const { Thing: things } = cluster('c', { Thing: watch(kind) })
const byValue = index(things, 'by-value', (thing) => [thing.value, thing.value === 'x' ? 'xx' : 'other'])

type Read =
  | { readonly how: 'object'; readonly name: string; readonly parts: readonly Part[] }
  | { readonly how: 'find'; readonly value: string; readonly parts: readonly Part[] }
  | { readonly how: 'list'; readonly parts: readonly Part[] }

const parts = fc.uniqueArray(fc.constantFrom<Part>('spec', 'meta', 'status'), { minLength: 1 })
const read: fc.Arbitrary<Read> = fc.oneof(
  fc.record({ how: fc.constant('object' as const), name: fc.constantFrom('a', 'b'), parts }),
  fc.record({ how: fc.constant('find' as const), value: fc.constantFrom('x', 'y', 'xx', 'other'), parts }),
  fc.record({ how: fc.constant('list' as const), parts }),
)
const thing = (name: string): fc.Arbitrary<Thing | undefined> =>
  fc.option(
    fc.record({
      metadata: fc.record({
        name: fc.constant(name),
        uid: fc.constant(`uid-${name}`),
        resourceVersion: fc.nat(1_000).map(String),
        labels: fc.record({ l: fc.constantFrom('1', '2') }),
      }),
      value: fc.constantFrom('x', 'y'),
      status: fc.record({ phase: fc.constantFrom('p', 'q') }),
    }),
    { nil: undefined },
  )

/** What a reader of these parts can see of an object. */
const visible = (object: KubeObject | undefined, wanted: readonly Part[]): unknown => {
  if (object === undefined) return undefined
  const { value, status } = object as Thing
  const { name, uid, labels } = object.metadata
  return {
    name,
    uid,
    ...(wanted.includes('spec') ? { value } : {}),
    ...(wanted.includes('meta') ? { labels } : {}),
    ...(wanted.includes('status') ? { status } : {}),
  }
}

const see = (world: World, { how, ...what }: Read): unknown => {
  const { parts: wanted } = what
  if (how === 'object' && 'name' in what)
    return visible(world.read(things, { name: what.name }, wanted) as KubeObject | undefined, wanted)
  const found =
    how === 'find' && 'value' in what ? world.find(byValue, what.value, wanted) : world.list(things, wanted)
  return found.map((object) => visible(object as KubeObject, wanted))
}

describe('who is woken by an event', () => {
  it('is exactly who would see something else', () => {
    fc.assert(
      fc.property(
        fc.array(read, { minLength: 1, maxLength: 4 }),
        thing('a'),
        thing('b'),
        thing('a'),
        (reads, old, other, object) => {
          fc.pre(old !== undefined || object !== undefined)
          const run = (
            contents: readonly (Thing | undefined)[],
          ): { seen: unknown; reads: ReturnType<typeof evaluation>['reads'] } => {
            let seen: unknown
            const rule = derived<Thing>({
              name: 'rule',
              kind: things,
              keys: [],
              wanted: (_key, world) => {
                seen = reads.map((one) => see(world, one))
                return leave()
              },
            })
            const cache = staticCache([[things, contents.filter((one) => one !== undefined)]])
            return { reads: evaluation(rule, { name: 'k' }, cache).reads, seen }
          }
          const before = run([old, other])
          const after = run([object, other])
          const node = newNode(
            derived<Thing>({ name: 'rule', kind: things, keys: [], wanted: () => leave() }),
            { name: 'k' },
          )
          const subscriptions = new Subscriptions()
          const kept = keptReads(before.reads, nothingRead)
          subscriptions.change(node, nothingRead, kept)
          const event = {
            of: things,
            key: { name: 'a' },
            ...(old === undefined ? {} : { old }),
            ...(object === undefined ? {} : { object }),
          }
          const woken = subscriptions.concernedBy(event).has(node)
          expect(woken).toBe(JSON.stringify(before.seen) !== JSON.stringify(after.seen))
          subscriptions.change(node, kept, nothingRead)
          expect(subscriptions.concernedBy(event).size).toBe(0)
        },
      ),
      { numRuns: 2_000 },
    )
  })
})
