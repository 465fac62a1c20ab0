import { expect, it } from 'vitest'
import { runSeeds } from './cache-seeds.ts'
import { WatchModel } from './cache-watch-model.ts'

it('caches follow a server through whatever happens to it, and end as it is', async () => {
  const seen = { events: 0, compared: 0, restores: 0, restarts: 0, streams: 0, lists: 0, ownWrites: 0 }
  await runSeeds('cache-watch', 60, async (seed) => {
    const model = new WatchModel(seed)
    await model.run(400)
    for (const key of Object.keys(seen) as (keyof typeof seen)[]) seen[key] += model.counts[key]
  })
  // A run in which one of them never happened would prove nothing.
  for (const [what, count] of Object.entries(seen)) expect(count, what).toBeGreaterThan(0)
}, 600_000)
