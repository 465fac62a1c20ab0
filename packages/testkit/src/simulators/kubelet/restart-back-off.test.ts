import { expect, test } from 'vitest'
import { crashesAfter, kubeletBackOff, restartDelayMs } from './restart-back-off.ts'

test('the first restart is at once, then ten seconds doubling to five minutes', () => {
  expect([1, 2, 3, 4, 5, 6, 7, 8].map((crashes) => restartDelayMs(crashes, kubeletBackOff) / 1000)).toEqual([
    0, 10, 20, 40, 80, 160, 300, 300,
  ])
})

test('after ten minutes of running a crash is the first again', () => {
  expect(crashesAfter(5, 599_999, kubeletBackOff)).toBe(6)
  expect(crashesAfter(5, 600_000, kubeletBackOff)).toBe(1)
})
