import { expect, it } from 'vitest'
import { StoreModel } from './cache-store-model.ts'
import { runSeeds } from './cache-seeds.ts'

it('a store holds what was told of the server, whatever mixture of lists, events, own answers and restores that was', async () => {
  const seen = { events: 0, lists: 0, answers: 0, forgotten: 0, restarts: 0, restores: 0 }
  await runSeeds('cache-store', 100, (seed) => {
    const model = new StoreModel(seed)
    model.run(400)
    for (const key of Object.keys(seen) as (keyof typeof seen)[]) seen[key] += model.counts[key]
  })
  // A run in which one of them never happened would prove nothing.
  for (const [what, count] of Object.entries(seen)) expect(count, what).toBeGreaterThan(0)
}, 600_000)
