import { ManualClock } from '@odfmo/controller-kit'
import { expect, it } from 'vitest'
import type { ConsoleStatus } from './console-status.ts'
import { runOnce } from './run-once.ts'

/** A console that is set up when it is told, and a manager that runs until it is stopped. */
const scene = () => {
  const clock = new ManualClock()
  const stop = new AbortController()
  let status: ConsoleStatus = { is: 'waiting', why: 'no console' }
  const listeners: (() => void)[] = []
  const run = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      if (signal.aborted) resolve()
      else signal.addEventListener('abort', () => resolve(), { once: true })
    })
  return {
    clock,
    stop,
    start: () =>
      runOnce(
        {
          manager: { clock, run },
          status: () => status,
          onChange: (listener) => void listeners.push(listener),
        },
        1000,
        stop.signal,
      ),
    become(now: ConsoleStatus) {
      status = now
      for (const listener of listeners) listener()
    },
  }
}

it('ends when both objects are right, and leaves no timer behind that would keep the process', async () => {
  const { clock, start, become } = scene()
  const running = start()
  become({ is: 'waiting', why: 'no console' })
  expect(clock.nextTimer()).toBe(1000)
  become({ is: 'right' })
  await running
  expect(clock.nextTimer()).toBeUndefined()
})

it('fails when its time is over, with what it waited for', async () => {
  const { clock, start } = scene()
  const running = expect(start()).rejects.toMatchObject({
    code: 'ODFMO_CONSOLE_NOT_READY',
    message: 'after 1 s the console is not set up yet: no console',
  })
  clock.advance(1000)
  await running
})

it('fails where it was stopped before it ran, as it does when it is stopped later', async () => {
  const expected = { message: 'asked to stop before the console was set up: no console' }
  const before = scene()
  before.stop.abort()
  await expect(before.start()).rejects.toMatchObject(expected)
  const later = scene()
  const running = expect(later.start()).rejects.toMatchObject(expected)
  later.stop.abort()
  await running
  expect(later.clock.nextTimer()).toBeUndefined()
})
