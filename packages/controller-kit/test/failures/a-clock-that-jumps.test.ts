import type { KubeObject } from '@odfmo/api-types/meta'
import type { InMemoryCluster } from '@odfmo/testkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Store } from '../../src/cache/store.ts'
import { RateLimiter } from '../../src/client/rate-limit.ts'
import { sleep, type Clock } from '../../src/clock.ts'
import { EventRecorder } from '../../src/manager/event-recorder.ts'
import { leaseHeartbeat } from '../../src/manager/lease-heartbeat.ts'
import { ManualClock } from '../../src/manual-clock.ts'
import { WorkQueue } from '../../src/queue/work-queue.ts'
import { informersOf, memory, MemoryObjects, turns } from '../memory-objects.ts'
import { tickingClock, type TickingClock } from '../ticking-clock.ts'
import { Lease, lockKey, startLeaderCluster, startWriter, timings } from './leader-scene.ts'

const dayMs = 86_400_000
const jumps = [
  ['a day forward', dayMs],
  ['a day back', -dayMs],
] as const

describe.each(jumps)('a clock that jumps %s', (_name, jumpMs) => {
  it('does not change when a key is tried again or looked at later', () => {
    const clock = new ManualClock()
    const queue = new WorkQueue({ clock })
    queue.addAfter('later', 1000)
    for (let failure = 0; failure < 8; failure++) queue.addRateLimited('failed')
    clock.jump(jumpMs)
    expect(queue.length).toBe(0)
    clock.advance(999)
    clock.jump(-2 * jumpMs)
    expect(queue.waiting).toBe(1)
    clock.advance(1)
    expect(queue.waiting).toBe(0)
    expect(queue.unfinished()).toEqual({ totalMs: 0, longestMs: 0 })
  })

  it('does not change when a watch that failed is opened again', async () => {
    const clock = new ManualClock()
    const objects = new MemoryObjects()
    let lists = 0
    const failing = {
      list: () => {
        lists += 1
        return Promise.reject(new Error('away'))
      },
      // Neither by a stream nor by pages.
      watch: () => {
        lists += 1
        throw new Error('away')
      },
    }
    const stop = new AbortController()
    const ended = informersOf(failing, clock).start(stop.signal)
    await turns()
    const before = lists
    const waitMs = clock.nextTimer() ?? 0
    expect(waitMs).toBeGreaterThanOrEqual(600)
    clock.jump(jumpMs)
    clock.advance(waitMs - 1)
    await turns()
    expect(lists).toBe(before)
    clock.advance(1)
    await turns()
    expect(lists).toBeGreaterThan(before)
    stop.abort()
    await ended
    expect(objects.watches).toBe(0)
  })

  it('does not bring back an object that was deleted', () => {
    const clock = new ManualClock()
    const store = new Store<KubeObject>(memory.ConfigMap, clock)
    const object = (name: string, resourceVersion: string): KubeObject => ({
      metadata: { namespace: 'default', name, uid: `uid-${name}`, resourceVersion },
    })
    store.upsert(object('a', '5'))
    store.deleted({ namespace: 'default', name: 'a' }, 'uid-a')
    clock.jump(jumpMs)
    // Tombstones are looked through when one is added.
    store.upsert(object('b', '6'))
    store.deleted({ namespace: 'default', name: 'b' }, 'uid-b')
    store.upsert(object('a', '7'))
    store.upsert(object('b', '8'))
    expect(store.list()).toEqual([])
  })

  it('neither frees nor stops requests that are limited', async () => {
    const clock = new ManualClock()
    const limiter = new RateLimiter({ perSecond: 1, burst: 1 }, clock)
    await limiter.pass()
    let passed = false
    void limiter.pass().then(() => (passed = true))
    clock.jump(jumpMs)
    clock.advance(999)
    await turns()
    expect(passed).toBe(false)
    clock.advance(1)
    await turns()
    expect(passed).toBe(true)
  })

  it('neither ends a series of events nor lets more of them through', async () => {
    const clock = new ManualClock()
    const created: KubeObject[] = []
    const patches: unknown[] = []
    const recorder = new EventRecorder({
      client: {
        create: (_kind, object) => {
          created.push(object)
          return Promise.resolve(object)
        },
        patch: (_kind, _key, _type, body) => {
          patches.push(body)
          return Promise.resolve({} as never)
        },
      },
      controller: 'test',
      instance: 'one',
      clock,
    })
    const peer = { apiVersion: 'test.io/v1', kind: 'Peer', metadata: { name: 'p', uid: 'u' } }
    const note = { type: 'Normal', reason: 'Exchanged', action: 'Exchange', note: 'done' } as const
    recorder.record(peer, note)
    clock.jump(jumpMs)
    recorder.record(peer, note)
    expect(created).toHaveLength(1)
    clock.advance(59_999)
    expect(patches).toEqual([])
    clock.advance(1)
    // Written once, with the count, and with the time that the clock showed then.
    const lastObservedTime = new Date(Date.UTC(2026, 0, 1) + jumpMs).toISOString().replace('Z', '000Z')
    expect(patches).toEqual([{ series: { count: 2, lastObservedTime } }])
    for (let index = 0; index < 40; index++) recorder.record(peer, { ...note, reason: `R${index}` })
    clock.jump(jumpMs)
    for (let index = 40; index < 80; index++) recorder.record(peer, { ...note, reason: `R${index}` })
    expect(created).toHaveLength(25)
    await recorder.stop()
  })

  it('does not change when a heartbeat beats', async () => {
    const clock = new ManualClock()
    let beats = 0
    const client = {
      patch: () => {
        beats += 1
        return Promise.resolve({} as never)
      },
      create: () => Promise.reject(new Error('not needed')),
    }
    const stop = new AbortController()
    const key = { namespace: 'default', name: 'beat' }
    const ended = leaseHeartbeat({ client, key, holderIdentity: 'me', clock }).start(stop.signal)
    await turns()
    clock.jump(jumpMs)
    clock.advance(53_999)
    await turns()
    expect(beats).toBe(1)
    clock.advance(12_001)
    await turns()
    expect(beats).toBe(2)
    stop.abort()
    await ended
  })
})

describe('a clock that jumps while its process leads', () => {
  let cluster: InMemoryCluster
  let common: TickingClock

  beforeEach(async () => {
    common = tickingClock()
    cluster = await startLeaderCluster()
  })
  afterEach(async () => {
    await cluster.stop()
    common.stop()
  })

  /** Each look at the wall clock finds it somewhere else. */
  const jumpingClock = (): Clock => {
    let looks = 0
    const aheads = [0, dayMs, -dayMs, 5000, -5000, -900, 40_000]
    return {
      monotonic: () => common.monotonic(),
      now: () => common.now() + (aheads[looks++ % aheads.length] ?? 0),
      after: (ms, callback) => common.after(ms, callback),
      random: () => common.random(),
    }
  }

  it('loses nothing: the lease is renewed in time, and nobody takes it', async () => {
    const first = await startWriter(cluster, 'first', common, jumpingClock())
    await first.more(3)
    const second = await startWriter(cluster, 'second', common, jumpingClock())
    await sleep(common, 2 * timings.leaseDurationMs)
    await first.more(3)
    expect(second.begun).toEqual([])
    expect(cluster.get(Lease, lockKey)).toMatchObject({
      spec: { holderIdentity: 'first', leaseTransitions: 0 },
    })
    for (const writer of [first, second]) {
      writer.stop()
      expect(await writer.run).toBeUndefined()
    }
  })
})
