import { expect, test } from 'vitest'
import { manualClock } from '../clock/manual-clock.ts'
import { ChangeSignal } from './change-signal.ts'

test('a change is told at once, what only was asked once for all of a while, and an ended listener nothing', () => {
  const clock = manualClock()
  const changes = new ChangeSignal(clock)
  let heard = 0
  const end = changes.subscribe(() => {
    heard += 1
  })
  changes.now()
  expect(heard).toBe(1)
  changes.later()
  changes.later()
  expect(heard).toBe(1)
  clock.advance(50)
  expect(heard).toBe(2)
  changes.later()
  end()
  clock.advance(50)
  changes.now()
  expect(heard).toBe(2)
})
