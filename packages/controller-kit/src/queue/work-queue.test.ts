import { describe, expect, it } from 'vitest'
import { ManualClock } from '../manual-clock.ts'
import { backOffMs, keyBackOff } from './back-off.ts'
import { WorkQueue } from './work-queue.ts'

const setUp = () => {
  const clock = new ManualClock()
  return { clock, queue: new WorkQueue({ clock }) }
}

describe('WorkQueue', () => {
  it('holds a key once', async () => {
    const { queue } = setUp()
    queue.add('a')
    queue.add('a')
    expect(queue.length).toBe(1)
    expect(await queue.get()).toBe('a')
    expect(queue.length).toBe(0)
  })

  it('gives a key that was added while in work once more, after it is done', async () => {
    const { queue } = setUp()
    queue.add('a')
    await queue.get()
    queue.add('a')
    queue.add('a')
    expect(queue.length).toBe(0)
    queue.done('a')
    expect(queue.length).toBe(1)
  })

  it('gives events before resyncs, and promotes a resync that becomes an event', async () => {
    const { queue } = setUp()
    queue.add('r1', 'resync')
    queue.add('r2', 'resync')
    queue.add('e1')
    queue.add('r2')
    expect([await queue.get(), await queue.get(), await queue.get()]).toEqual(['e1', 'r2', 'r1'])
  })

  it('gives what is urgent first, also when its time has come or it failed', async () => {
    const { clock } = setUp()
    const queue = new WorkQueue({ clock, priorityOf: (key) => (key.startsWith('u') ? 'urgent' : 'event') })
    queue.addAfter('u1', 10)
    queue.addRateLimited('u2')
    clock.advance(20)
    for (const key of ['e1', 'u3', 'e2']) queue.add(key)
    queue.add('e2', 'urgent')
    const taken = [
      await queue.get(),
      await queue.get(),
      await queue.get(),
      await queue.get(),
      await queue.get(),
    ]
    expect(new Set(taken.slice(0, 2))).toEqual(new Set(['u1', 'u2']))
    expect(taken.slice(2)).toEqual(['u3', 'e2', 'e1'])
    expect(queue.lengthOf('urgent')).toBe(0)
  })

  it('keeps an event an event when it is seen again as a resync while in work', async () => {
    const { queue } = setUp()
    queue.add('a')
    await queue.get()
    queue.add('a')
    queue.add('a', 'resync')
    queue.add('b')
    queue.done('a')
    expect([await queue.get(), await queue.get()]).toEqual(['b', 'a'])
  })

  it('wakes a waiting worker, and lets it go when its signal is aborted', async () => {
    const { queue } = setUp()
    const abort = new AbortController()
    const first = queue.get(abort.signal)
    const second = queue.get()
    abort.abort()
    expect(await first).toBeUndefined()
    queue.add('a')
    expect(await second).toBe('a')
  })

  it('lets the earlier of two times stand', () => {
    const { queue, clock } = setUp()
    queue.addAfter('a', 100)
    queue.addAfter('a', 50)
    queue.addAfter('a', 70)
    clock.advance(49)
    expect(queue.length).toBe(0)
    clock.advance(1)
    expect(queue.length).toBe(1)
    clock.advance(1000)
    expect(queue.waiting).toBe(0)
  })

  it('takes a time that is over for once more, after what else waits and not before a turn of the event loop', async () => {
    const { queue, clock } = setUp()
    queue.addAfter('past', -1)
    queue.addAfter('now', 0)
    queue.add('a')
    expect(queue.length).toBe(1)
    clock.advance(0)
    expect([await queue.get(), await queue.get(), await queue.get()]).toEqual(['a', 'past', 'now'])
  })

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('refuses to add a key after %d ms', (ms) => {
    const { queue } = setUp()
    expect(() => queue.addAfter('a', ms)).toThrow(
      new RangeError(`work queue: key "a": expected a finite number of milliseconds, got ${ms}`),
    )
  })

  it('backs off from 5 ms to 1000 s with ±25 %, and starts anew after forget', () => {
    const { queue, clock } = setUp()
    for (let failure = 0; failure < 40; failure++) {
      queue.addRateLimited('a')
      const wait = clock.nextTimer() ?? 0
      const ideal = Math.min(1_000_000, 5 * 2 ** failure)
      expect(wait).toBeGreaterThanOrEqual(Math.min(Math.floor(ideal * 0.75), 1_000_000))
      expect(wait).toBeLessThanOrEqual(Math.min(Math.ceil(ideal * 1.25), 1_000_000))
      clock.advance(wait)
    }
    expect(queue.retries('a')).toBe(40)
    queue.forget('a')
    queue.addRateLimited('a')
    expect(clock.nextTimer()).toBeLessThanOrEqual(7)
  })

  it('lets a key rest: neither a retry nor a wanted wake-up brings it, an event does', () => {
    const { queue, clock } = setUp()
    queue.addAfter('a', 10)
    queue.addRateLimited('a')
    queue.rest('a')
    clock.advance(1000)
    expect([queue.length, queue.waiting, queue.retries('a')]).toEqual([0, 0, 0])
    queue.add('a')
    expect(queue.length).toBe(1)
  })

  it('drops a waiting retry on forget, but not a wanted wake-up', () => {
    const { queue, clock } = setUp()
    queue.addAfter('a', 10)
    queue.addRateLimited('a')
    queue.forget('a')
    clock.advance(9)
    expect(queue.length).toBe(0)
    clock.advance(1)
    expect(queue.length).toBe(1)
  })

  it('drains on shutdown: hands out what is queued, waits for workers, takes nothing new', async () => {
    const { queue } = setUp()
    queue.add('a')
    queue.add('b')
    await queue.get()
    let drained = false
    const end = queue.shutdown().then(() => (drained = true))
    queue.add('c')
    expect(await queue.get()).toBe('b')
    expect(await queue.get()).toBeUndefined()
    queue.done('a')
    expect(drained).toBe(false)
    queue.done('b')
    await end
    expect(drained).toBe(true)
  })

  it('drops what is queued when told so', async () => {
    const { queue } = setUp()
    queue.add('a')
    await queue.shutdown('drop')
    expect(await queue.get()).toBeUndefined()
  })

  it('passes 200,000 keys for about ten times the CPU time of 20,000: it looks through none', async () => {
    const cpuFor = async (keys: number): Promise<number> => {
      const { queue } = setUp()
      const start = process.cpuUsage()
      for (let i = 0; i < keys; i++) queue.add(`key-${i}`)
      for (let i = 0; i < keys; i++) {
        const key = await queue.get()
        if (key !== undefined) queue.done(key)
      }
      const { user, system } = process.cpuUsage(start)
      return user + system
    }
    await cpuFor(10_000) // compiled by then
    const few = await cpuFor(20_000)
    // A hundred times, if it looked through them.
    expect(await cpuFor(200_000)).toBeLessThan(40 * few)
  })
})

describe('backOffMs', () => {
  it('never passes its maximum nor becomes infinite', () => {
    expect(backOffMs(keyBackOff, 1_000_000, 0.999)).toBe(1_000_000)
    expect(backOffMs(keyBackOff, -3, 0.5)).toBe(5)
  })
})
