import { expect, it } from 'vitest'
import { manualClock } from './manual-clock.ts'

it('runs timers in the order of their time, each at its time, new ones too', () => {
  const clock = manualClock({ start: 1_000 })
  const seen: string[] = []
  clock.after(20, () => seen.push(`b ${clock.now()}`))
  clock.after(10, () => {
    seen.push(`a ${clock.now()}`)
    clock.after(5, () => seen.push(`c ${clock.now()}`))
  })
  const cancel = clock.after(12, () => seen.push('never'))
  cancel()
  clock.advance(30)
  expect(seen).toEqual(['a 1010', 'c 1015', 'b 1020'])
  expect(clock.now()).toBe(1_030)
  expect(clock.monotonic()).toBe(30)
  expect(clock.pending).toBe(0)
})

it('gives the same random numbers for the same seed', () => {
  const [left, right] = [manualClock({ seed: 7 }), manualClock({ seed: 7 })]
  expect([left.random(), left.random()]).toEqual([right.random(), right.random()])
})

it('never goes back, also when what falls due advances it further', () => {
  const clock = manualClock()
  clock.after(10, () => clock.advance(100))
  clock.advance(20)
  expect(clock.monotonic()).toBe(110)
})

it.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('refuses to advance by %s', (ms) => {
  const clock = manualClock()
  expect(() => clock.advance(ms)).toThrow('clock.advance: expected a number of milliseconds from 0')
  expect(clock.monotonic()).toBe(0)
})

it('refuses a jump and a start that are no time', () => {
  const message = 'clock: expected a finite number of milliseconds, got NaN'
  expect(() => manualClock().jump(Number.NaN)).toThrow(new TypeError(message))
  expect(() => manualClock({ start: Number.NaN })).toThrow(new TypeError(message))
})
