import fc from 'fast-check'
import { expect, it } from 'vitest'
import { bytesStay, comesBack, damageIsHarmless } from './test/edit-properties.ts'

const minutes = Number(process.env['ODFMO_NIGHTLY_MINUTES'] ?? 1)
const numRuns = 500

it(
  'Ramen’s config is edited rightly in texts of all kinds, with seeds that no run had before',
  () => {
    const until = performance.now() + minutes * 60_000
    let seed = Math.trunc(Date.now() / 1000)
    do {
      // fast-check prints the seed of a run that fails; RAMEN_CONFIG_SEED runs it again in the ordinary test.
      for (const property of [bytesStay(), comesBack(), damageIsHarmless()])
        fc.assert(property as fc.IProperty<unknown>, { seed, numRuns })
      seed += 1
    } while (performance.now() < until)
    expect(performance.now()).toBeGreaterThanOrEqual(until)
  },
  Number.POSITIVE_INFINITY,
)
