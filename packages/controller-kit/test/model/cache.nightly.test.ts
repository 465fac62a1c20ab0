import { expect, it } from 'vitest'
import { runSeedsForMinutes } from './cache-seeds.ts'
import { StoreModel } from './cache-store-model.ts'
import { WatchModel } from './cache-watch-model.ts'

/** Of both, whatever the time. */
const seeds = 1000

it('a store holds what was told of the server, with seeds that no run had before', async () => {
  const runs = await runSeedsForMinutes('cache-store', seeds, (seed) => new StoreModel(seed).run(400))
  expect(runs).toBeGreaterThanOrEqual(seeds)
})

it('caches follow a server and end as it is, with seeds that no run had before', async () => {
  const runs = await runSeedsForMinutes('cache-watch', seeds, (seed) => new WatchModel(seed).run(400))
  expect(runs).toBeGreaterThanOrEqual(seeds)
})
