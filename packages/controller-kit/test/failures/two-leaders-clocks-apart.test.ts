import type { InMemoryCluster } from '@odfmo/testkit'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { systemClock, type Clock } from '../../src/clock.ts'
import { Lease, lockKey, startLeaderCluster, startWriter, timings } from './leader-scene.ts'

let cluster: InMemoryCluster

beforeEach(async () => (cluster = await startLeaderCluster()))
afterEach(() => cluster.stop())

/** A clock that goes so much faster than ours, and shows another time. */
const clockOf = (rate: number, aheadMs: number): Clock => {
  const began = systemClock.monotonic()
  return {
    monotonic: () => systemClock.monotonic() * rate,
    now: () => Math.floor(systemClock.now() + aheadMs + (systemClock.monotonic() - began) * (rate - 1)),
    after: (ms, callback) => systemClock.after(ms / rate, callback),
    random: systemClock.random,
  }
}

const hourMs = 3_600_000

it.each([
  ['an hour behind, and slower by a fifth', clockOf(1, hourMs), clockOf(0.8, -hourMs)],
  ['an hour ahead, and faster by a fifth', clockOf(0.9, -hourMs), clockOf(1.1, hourMs)],
])(
  "two leaders' clocks apart: the one that takes over is %s, and never do both write",
  async (_, slow, fast) => {
    const first = await startWriter(cluster, 'first', slow)
    await first.more(3)
    const second = await startWriter(cluster, 'second', fast)
    // It sees a lease that was renewed two hours ago, or will be in two hours, for longer than a lease lasts.
    await new Promise<void>((resolve) => systemClock.after(timings.leaseDurationMs * 1.5, resolve))
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
