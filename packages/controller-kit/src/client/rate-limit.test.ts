import { describe, expect, it } from 'vitest'
import { ManualClock } from '../manual-clock.ts'
import { fullBucket, RateLimiter, takeToken } from './rate-limit.ts'

describe('takeToken', () => {
  it.each(Array.from({ length: 20 }, (_, index) => index + 1))(
    'lets no window pass more than burst + rate, and wastes nothing, for seed %i',
    (seed) => {
      const clock = new ManualClock(0, seed)
      const limit = {
        perSecond: 1 + Math.floor(clock.random() * 50),
        burst: 1 + Math.floor(clock.random() * 20),
      }
      let bucket = fullBucket(limit, 0)
      let now = 0
      const passed: number[] = []
      for (let i = 0; i < 500; i++) {
        now += clock.random() < 0.7 ? 0 : Math.floor(clock.random() * 2000)
        const taken = takeToken(limit, bucket, now)
        bucket = taken.bucket
        passed.push(now + taken.waitMs)
      }
      for (const [index, start] of passed.entries()) {
        const within = passed.filter((time, later) => later >= index && time - start <= 1000).length
        expect(within, `seed ${seed}`).toBeLessThanOrEqual(limit.burst + limit.perSecond + 1)
      }
      expect(passed).toEqual(passed.toSorted((a, b) => a - b))
      const last = passed.at(-1) ?? 0
      expect(last, `seed ${seed}`).toBeLessThanOrEqual(now + (500 * 1000) / limit.perSecond)
    },
  )
})

describe('RateLimiter', () => {
  it('lets callers go in order, and gives back the place of one that leaves', async () => {
    const clock = new ManualClock()
    const limiter = new RateLimiter({ perSecond: 1, burst: 1 }, clock)
    await limiter.pass()
    const order: string[] = []
    const leave = new AbortController()
    const first = limiter.pass(leave.signal).catch(() => order.push('left'))
    const second = limiter.pass().then(() => order.push('second'))
    leave.abort(new Error('left'))
    await first
    clock.advance(2000)
    await second
    expect(order).toEqual(['left', 'second'])
    clock.advance(1000)
    await limiter.pass()
  })

  it('says what it expects', () => {
    expect(() => new RateLimiter({ perSecond: 0, burst: 1 }, new ManualClock())).toThrow('perSecond > 0')
  })
})
