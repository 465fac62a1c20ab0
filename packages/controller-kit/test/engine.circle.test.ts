import { describe, expect, it } from 'vitest'
import { derived, from, type Derived } from '../src/derived/derived.ts'
import { plan } from '../src/derived/plan.ts'
import { leave, waiting } from '../src/derived/wanted.ts'
import { bench, ownKey, wish } from './engine-bench.ts'
import { seedsOf, withSeed } from './model/each-seed.ts'
import { ModelClock } from './model/model-clock.ts'
import { c, type Wish } from './model/model-rules.ts'

/** Rules by name: whose states they read, and whether they read a kind that comes late. */
type Graph = Readonly<Record<string, { readonly reads: readonly string[]; readonly late?: boolean }>>

const graphs: Record<string, Graph> = {
  'a rule that reads itself': { a: { reads: ['a'] } },
  'two rules that read each other': { a: { reads: ['b'] }, b: { reads: ['a'] } },
  'three rules in a circle': { a: { reads: ['b'] }, b: { reads: ['c'] }, c: { reads: ['a'] } },
  'a circle with a late part': {
    a: { reads: ['b', 'd'] },
    b: { reads: ['a'] },
    d: { reads: [], late: true },
  },
  'a rule that reads a circle': { a: { reads: ['b'] }, b: { reads: ['c'] }, c: { reads: ['b'] } },
  // This one went round for ever when whoever reads a state that is about to change was pending too.
  'two circles, one of them late': {
    a: { reads: ['b'] },
    b: { reads: ['c'] },
    c: { reads: ['a', 'b'] },
    d: { reads: ['a', 'e'] },
    e: { reads: ['e'], late: true },
  },
}

const randomGraph = (seed: number): Graph => {
  const clock = new ModelClock(seed)
  const names = Array.from({ length: 1 + Math.floor(clock.random() * 7) }, (_, index) => `r${index}`)
  return Object.fromEntries(
    names.map((name) => [
      name,
      {
        reads: names.filter(() => clock.random() < 1.3 / names.length),
        late: clock.random() < 0.2,
      },
    ]),
  )
}

/** Each waits until all that it reads have nothing to wait for. */
const rulesOf = (graph: Graph): readonly Derived[] => {
  const rules = new Map<string, Derived>()
  for (const [name, { reads, late }] of Object.entries(graph)) {
    const rule = derived<Wish>({
      name,
      kind: c.Wish,
      subresource: 'status',
      keys: [from(c.Wish, ownKey)],
      wanted(key, world) {
        const states = reads.flatMap((other) => {
          const part = rules.get(other)
          return part === undefined ? [] : [world.state(part, key)]
        })
        if (late === true) world.get(c.Input, { name: 'i' })
        return states.every(({ is }) => is === 'left') ? leave() : waiting('Other', reads.join(' and '))
      },
    })
    rules.set(name, rule)
  }
  return [...rules.values()]
}

const readsLate = (graph: Graph, name: string, seen: ReadonlySet<string> = new Set()): boolean =>
  graph[name]?.late === true ||
  (!seen.has(name) &&
    (graph[name]?.reads ?? []).some((other) => readsLate(graph, other, new Set([...seen, name]))))

const tryGraph = async (graph: Graph): Promise<void> => {
  const { cache, run, server, stateOf } = bench(rulesOf(graph))
  server.userPut('Wish', wish('w', 'i'))
  await run([c.Wish, c.Copy])
  for (const name of Object.keys(graph))
    expect(stateOf('w', name)?.is === 'pending', name).toBe(readsLate(graph, name))
  cache.startList(c.Input)
  await run()
  for (const name of Object.keys(graph)) expect(stateOf('w', name)?.is, name).toMatch(/^(left|waiting)$/)
}

describe('rules that read each other’s states', () => {
  it.each(Object.entries(graphs))('are pending only for what still comes: %s', async (_, graph) => {
    await tryGraph(graph)
  })

  it('are pending only for what still comes, whoever reads whom', async () => {
    for (const seed of seedsOf(60)) await withSeed(seed, 'engine.circle', () => tryGraph(randomGraph(seed)))
  })

  it.each(Object.entries(graphs))('come to rest in a plan too: %s', async (_, graph) => {
    const { cache, run, server } = bench([])
    server.userPut('Wish', wish('w', 'i'))
    await run()
    expect(plan({ derived: rulesOf(graph), cache })).toEqual([])
  })
})
