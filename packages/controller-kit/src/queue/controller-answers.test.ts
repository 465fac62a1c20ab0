import { expect, it } from 'vitest'
import { begin } from '../../test/controller-scene.ts'
import { turns } from '../../test/memory-objects.ts'
import { systemClock } from '../clock.ts'
import { done, requeueAfter, type ReconcileResult } from './reconcile.ts'

it.each([0, -1, 0.01])('lets timers run while a reconcile wants to come again after %d ms', async (ms) => {
  let times = 0
  let timerRan = false
  let over = (): void => undefined
  const finished = new Promise<void>((resolve) => (over = resolve))
  const { objects, start, stop } = begin(
    {
      async reconcile() {
        times += 1
        if (!timerRan && times < 10_000) return requeueAfter(ms)
        over()
        return done
      },
    },
    { clock: systemClock },
  )
  objects.apply('a')
  const { ended } = await start()
  setTimeout(() => (timerRan = true), 5)
  await finished
  expect(timerRan).toBe(true)
  stop.abort()
  await ended
})

it.each([
  [undefined, 'undefined'],
  [null, 'null'],
  [true, 'a boolean'],
  [{}, 'an object of no fields'],
  [{ requeue: true }, 'an object of requeue'],
  [{ done: false }, 'an object of done'],
  [requeueAfter(Number.NaN), 'requeueAfter(NaN): expected a finite number of milliseconds'],
  [{ requeueAfterMs: '5' }, 'requeueAfter(a string): expected a finite number of milliseconds'],
])('takes the answer %o for a failure: says what it expected, and backs off', async (answer, text) => {
  const { objects, clock, lines, start, stop, metric } = begin({
    reconcile: async () => answer as ReconcileResult,
  })
  objects.apply('a')
  const { ended } = await start()
  for (let retry = 0; retry < 5; retry++) {
    clock.advance(clock.nextTimer() ?? 0)
    await turns()
  }
  expect(lines.map(({ fields }) => fields['retries'])).toEqual([0, 1, 2, 3, 4, 5])
  expect(String(lines[0]?.fields['err'])).toBe(
    `TypeError: controller test: expected reconcile to answer done or requeueAfter(ms), got ${text}`,
  )
  expect(await metric('controller_runtime_reconcile_errors_total{controller="test"}')).toMatch(/ 6$/)
  stop.abort()
  await ended
})
