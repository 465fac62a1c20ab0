import { expect, it } from 'vitest'
import { createManager } from '../../src/manager/manager.ts'
import { Metrics } from '../../src/manager/metrics.ts'
import { ManualClock } from '../../src/manual-clock.ts'
import { controller } from '../../src/queue/controller.ts'
import { itself } from '../../src/queue/mappers.ts'
import { done, type ReconcileResult } from '../../src/queue/reconcile.ts'
import { source } from '../../src/queue/source.ts'
import { informersOf, listeningLogger, memory, MemoryObjects, turns, type Line } from '../memory-objects.ts'

const deadlineMs = 10_000

/** One worker; the reconcile of `a` never ends, whatever its signal says. */
const begin = () => {
  const objects = new MemoryObjects()
  const clock = new ManualClock()
  const lines: Line[] = []
  const metrics = new Metrics()
  const logger = listeningLogger(lines)
  const cache = informersOf(objects, clock, logger)
  const stop = new AbortController()
  const seen: string[] = []
  let endIt = (_result: ReconcileResult): void => undefined
  const part = controller(
    {
      name: 'test',
      sources: [source(memory.ConfigMap, itself)],
      concurrency: 1,
      deadlineMs,
      reconcile(key) {
        seen.push(key)
        return key === 'default/a' ? new Promise((resolve) => (endIt = resolve)) : Promise.resolve(done)
      },
    },
    { cache, clock, logger, observer: metrics },
  )
  const metric = async (start: string): Promise<number> => {
    const line = (await metrics.text()).body.split('\n').find((text) => text.startsWith(start))
    return Number(line?.split(' ').at(-1))
  }
  return { objects, clock, lines, logger, metrics, cache, stop, seen, part, metric, endIt: () => endIt(done) }
}

const labels = '{name="test",controller="test"}'

it('a reconcile that never ends: holds up no other key once its deadline is over, is logged once and seen in metrics', async () => {
  const { objects, clock, lines, cache, stop, seen, part, metric, endIt } = begin()
  void cache.start(stop.signal)
  const ended = part.start(stop.signal)
  await cache.waitForSync()
  objects.apply('a')
  await turns()
  for (const name of ['b', 'c', 'd']) objects.apply(name)
  await turns()
  expect(seen).toEqual(['default/a'])

  clock.advance(deadlineMs + 1000)
  await turns()
  expect(seen).toEqual(['default/a', 'default/b', 'default/c', 'default/d'])
  // Its own key is not given to a second worker while it may still do something.
  objects.apply('a')
  objects.apply('b')
  await turns()
  expect(seen).toHaveLength(5)
  clock.advance(3_600_000)
  await turns()
  expect(lines.filter(({ level }) => level === 'error')).toEqual([
    {
      level: 'error',
      fields: { controller: 'test', key: 'default/a', deadlineMs },
      message: 'a reconcile did not end at its deadline: going on without it',
    },
  ])
  expect(await metric(`workqueue_longest_running_processor_seconds${labels}`)).toBe(3611)
  expect(await metric(`workqueue_unfinished_work_seconds${labels}`)).toBe(3611)
  expect(await metric('odfmo_controller_abandoned_reconciles{controller="test"}')).toBe(1)
  expect(await metric('controller_runtime_reconcile_timeouts_total{controller="test"}')).toBe(1)
  expect(await metric('controller_runtime_active_workers{controller="test"}')).toBe(1)

  // It ends after all: its change of meanwhile is worked on.
  endIt()
  await turns()
  expect(seen).toHaveLength(6)
  expect(seen.at(-1)).toBe('default/a')
  expect(await metric('odfmo_controller_abandoned_reconciles{controller="test"}')).toBe(0)
  endIt()
  await turns()
  expect(await metric(`workqueue_longest_running_processor_seconds${labels}`)).toBe(0)
  stop.abort()
  await ended
})

it('a reconcile that never ends: does not hold up the end of the process longer than the drain deadline', async () => {
  const { objects, clock, lines, logger, metrics, cache, stop, part, seen } = begin()
  const manager = createManager({
    name: 'test',
    identity: 'one',
    logger,
    clients: {},
    metrics,
    clock,
    drainMs: 5000,
  })
  const caches = new AbortController()
  void cache.start(caches.signal)
  await cache.waitForSync()
  objects.apply('a')
  const run = manager.add(part).run(stop.signal)
  await turns()
  expect(seen).toEqual(['default/a'])
  stop.abort()
  await turns()
  clock.advance(4999)
  await turns()
  expect(lines.some(({ message }) => message === 'stopped')).toBe(false)
  clock.advance(1)
  await run
  expect(lines.filter(({ level }) => level === 'warn')).toMatchObject([
    { message: 'did not end in time, going on without it', fields: { what: 'work' } },
  ])
  caches.abort()
})
