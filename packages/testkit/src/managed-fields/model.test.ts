import { describe, expect, it } from 'vitest'
import { OwnerRun } from './test/owner-run.ts'

describe('fields and their owners', () => {
  let conflicts = 0
  const seeds = Array.from({ length: 40 }, (_, at) => at + 1)

  it.each(seeds)('are those of a plain computation, whoever writes what (seed %i)', (seed) => {
    const run = new OwnerRun(seed)
    for (let steps = 0; steps < 80; steps += 1) run.step()
    conflicts += run.conflicts
  })

  it('were refused often enough to count', () => {
    expect(conflicts).toBeGreaterThan(seeds.length)
  })
})
