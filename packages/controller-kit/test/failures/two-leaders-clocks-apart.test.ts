import type { InMemoryCluster } from '@odfmo/testkit'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { sleep, type Clock } from '../../src/clock.ts'
import { tickingClock, type TickingClock } from '../ticking-clock.ts'
import { Lease, lockKey, startLeaderCluster, startWriter, timings } from './leader-scene.ts'

let cluster: InMemoryCluster
let ours: TickingClock

beforeEach(async () => {
  ours = tickingClock()
  cluster = await startLeaderCluster()
})
afterEach(async () => {
  await cluster.stop()
  ours.stop()
})

/** A clock that goes so much faster than ours, and shows another time. */
const clockOf = (rate: number, aheadMs: number): Clock => {
  const began = ours.monotonic()
  return {
    monotonic: () => ours.monotonic() * rate,
    now: () => Math.floor(ours.now() + aheadMs + (ours.monotonic() - began) * (rate - 1)),
    after: (ms, callback) => ours.after(ms / rate, callback),
    random: () => ours.random(),
  }
}

const hourMs = 3_600_000

type Going = Parameters<typeof clockOf>

it.each<[string, Going, Going]>([
  ['an hour behind, and slower by a fifth', [1, hourMs], [0.8, -hourMs]],
  ['an hour ahead, and faster by a fifth', [0.9, -hourMs], [1.1, hourMs]],
])(
  "two leaders' clocks apart: the one that takes over is %s, and never do both write",
  async (_, slow, fast) => {
    const first = await startWriter(cluster, 'first', ours, clockOf(...slow))
    await first.more(3)
    const second = await startWriter(cluster, 'second', ours, clockOf(...fast))
    // It sees a lease that was renewed two hours ago, or will be in two hours, for longer than a lease lasts.
    await sleep(ours, timings.leaseDurationMs * 1.5)
    await first.more(3)
    expect(second.begun).toEqual([])
    expect(second.manager.canWrite()).toBe(false)

    cluster.faults.add({
      match: { resource: 'leases.coordination.k8s.io', verb: 'update', user: 'first' },
      fault: { kind: 'reset', when: 'before' },
    })
    await second.more(3)
    expect(first.manager.canWrite()).toBe(false)
    expect(second.begun[0]).toBeGreaterThan(first.begun.at(-1) ?? Infinity)
    expect(String(await first.run)).toContain('not renewed')
    expect(cluster.get(Lease, lockKey)).toMatchObject({
      spec: { holderIdentity: 'second', leaseTransitions: 1 },
    })
    second.stop()
    expect(await second.run).toBeUndefined()
  },
)
