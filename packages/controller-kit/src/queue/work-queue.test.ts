import { describe, expect, it } from 'vitest'
import { ManualClock } from '../manual-clock.ts'
import { backOffMs, keyBackOff } from './back-off.ts'
import { WorkQueue, type Priority } from './work-queue.ts'

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

  it('passes 100,000 keys in well under a second', async () => {
    const { queue } = setUp()
    const start = performance.now()
    for (let i = 0; i < 100_000; i++) queue.add(`key-${i}`)
    for (let i = 0; i < 100_000; i++) {
      const key = await queue.get()
      if (key !== undefined) queue.done(key)
    }
    expect(performance.now() - start).toBeLessThan(2000)
  })
})

describe('backOffMs', () => {
  it('never passes its maximum nor becomes infinite', () => {
    expect(backOffMs(keyBackOff, 1_000_000, 0.999)).toBe(1_000_000)
    expect(backOffMs(keyBackOff, -3, 0.5)).toBe(5)
  })
})

/** The plainest thing with the same promises: arrays, searched through. */
class Model {
  queued: { key: string; priority: Priority }[] = []
  processing: string[] = []
  dirty: { key: string; priority: Priority }[] = []

  add(key: string, priority: Priority): void {
    const list = this.processing.includes(key) ? this.dirty : this.queued
    const present = list.find((item) => item.key === key)
    if (present === undefined) list.push({ key, priority })
    else if (present.priority === 'resync' && priority === 'event') {
      list.splice(list.indexOf(present), 1)
      list.push({ key, priority })
    }
  }

  take(): string | undefined {
    const item = this.queued.find(({ priority }) => priority === 'event') ?? this.queued[0]
    if (item === undefined) return undefined
    this.queued.splice(this.queued.indexOf(item), 1)
    this.processing.push(item.key)
    return item.key
  }

  done(key: string): void {
    this.processing.splice(this.processing.indexOf(key), 1)
    const dirty = this.dirty.find((item) => item.key === key)
    if (dirty === undefined) return
    this.dirty.splice(this.dirty.indexOf(dirty), 1)
    this.add(dirty.key, dirty.priority)
  }
}

describe('WorkQueue against its model', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])('agrees for seed %i', async (seed) => {
    const clock = new ManualClock(0, seed)
    const queue = new WorkQueue({ clock })
    const model = new Model()
    const timed: { at: number; key: string }[] = []
    const random = (below: number): number => Math.floor(clock.random() * below)
    const given: (string | undefined)[][] = []
    for (let step = 0; step < 3000; step++) {
      const key = `k${random(8)}`
      switch (random(5)) {
        case 0:
        case 1: {
          const priority = random(2) === 0 ? 'event' : 'resync'
          queue.add(key, priority)
          model.add(key, priority)
          break
        }
        case 2: {
          if (model.queued.length > 0) given.push([await queue.get(), model.take()])
          break
        }
        case 3: {
          const inWork = model.processing[random(model.processing.length)]
          if (inWork === undefined) break
          queue.done(inWork)
          model.done(inWork)
          break
        }
        case 4: {
          if (random(2) === 0) {
            const delay = 1 + random(50)
            queue.addAfter(key, delay)
            const at = clock.monotonic() + delay
            const pending = timed.find((timer) => timer.key === key)
            if (pending !== undefined && pending.at <= at) break
            if (pending !== undefined) timed.splice(timed.indexOf(pending), 1)
            timed.push({ at, key })
            break
          }
          clock.advance(1)
          for (const due of timed.filter((timer) => timer.at <= clock.monotonic())) {
            timed.splice(timed.indexOf(due), 1)
            model.add(due.key, 'event')
          }
          break
        }
      }
      expect(queue.length, `seed ${seed}, step ${step}`).toBe(model.queued.length)
    }
    for (const [got, expected] of given) expect(got, `seed ${seed}`).toBe(expected)
  })
})
