import { expect, it } from 'vitest'
import { Informers } from '../../src/cache/informers.ts'
import { Metrics } from '../../src/manager/metrics.ts'
import { ManualClock } from '../../src/manual-clock.ts'
import { controller } from '../../src/queue/controller.ts'
import { itself } from '../../src/queue/mappers.ts'
import { done } from '../../src/queue/reconcile.ts'
import { source } from '../../src/queue/source.ts'
import { listeningLogger, memory, MemoryObjects, turns, type Line } from '../memory-objects.ts'

const begin = () => {
  const objects = new MemoryObjects()
  const clock = new ManualClock()
  const lines: Line[] = []
  const metrics = new Metrics()
  const logger = listeningLogger(lines)
  const cache = new Informers({
    clients: { memory: objects },
    watches: [memory.ConfigMap],
    clock,
    logger,
    observer: metrics.informerObserver,
  })
  const metric = async (start: string): Promise<string | undefined> =>
    (await metrics.text()).body.split('\n').find((line) => line.startsWith(start))
  return { objects, clock, lines, metrics, logger, cache, stop: new AbortController(), metric }
}

it('a handler that throws: a listener of the cache harms no other and not the watch', async () => {
  const { objects, lines, cache, stop, metric } = begin()
  const heard: string[] = []
  cache.onEvent(() => {
    throw new Error('cannot hear')
  })
  cache.onEvent(({ key }) => heard.push(key.name))
  const ended = cache.start(stop.signal)
  objects.apply('a')
  await cache.waitForSync()
  await turns()
  objects.apply('b')
  await turns()
  expect(heard).toEqual(['a', 'b'])
  expect(cache.list(memory.ConfigMap)).toHaveLength(2)
  expect(objects.watches).toBe(1)
  expect(lines.filter(({ message }) => message === 'a listener of the cache threw')).toHaveLength(2)
  expect(await metric('odfmo_informer_listener_errors_total{kind="memory.ConfigMap"}')).toMatch(/ 2$/)
  stop.abort()
  await ended
})

it('a handler that throws: a filter or a mapper costs no other source, no other object and no event', async () => {
  const { objects, clock, lines, metrics, logger, cache, stop, metric } = begin()
  const seen: string[] = []
  const part = controller(
    {
      name: 'test',
      sources: [
        source(memory.ConfigMap, () => {
          throw new Error('cannot map')
        }),
        source(memory.ConfigMap, ({ metadata }) => {
          // Only what the object was before cannot be understood.
          if (metadata.labels?.['broken'] === 'yes') throw new Error('cannot map what was')
          return [`mapped ${metadata.name}`]
        }),
        source(memory.ConfigMap, itself, {
          when: () => {
            throw new Error('cannot judge')
          },
        }),
      ],
      async reconcile(key) {
        seen.push(key)
        return done
      },
    },
    { cache, clock, logger, observer: metrics },
  )
  objects.apply('a', { labels: { broken: 'yes' } })
  void cache.start(stop.signal)
  await cache.waitForSync()
  const ended = part.start(stop.signal)
  await turns()
  expect(seen).toEqual(['default/a'])
  objects.apply('a', { labels: {} })
  await turns()
  expect(seen).toEqual(['default/a', 'mapped a', 'default/a'])
  const errors = lines.filter(({ message }) => message === 'a source threw')
  expect(errors).toHaveLength(7)
  expect(errors[0]?.fields).toMatchObject({
    controller: 'test',
    kind: 'memory.ConfigMap',
    object: 'default/a',
  })
  expect(await metric('odfmo_controller_source_errors_total{controller="test"}')).toMatch(/ 7$/)
  stop.abort()
  await ended
})

it('a handler that throws: a reconcile is logged once with its key, counted and tried again, and others go on', async () => {
  const { objects, clock, lines, metrics, logger, cache, stop, metric } = begin()
  const seen: string[] = []
  const part = controller(
    {
      name: 'test',
      sources: [source(memory.ConfigMap, itself)],
      concurrency: 1,
      // Not an async function: it throws before there is a promise.
      reconcile(key) {
        seen.push(key)
        if (key === 'default/a' && seen.filter((other) => other === key).length < 3)
          throw new Error('not yet')
        return Promise.resolve(done)
      },
    },
    { cache, clock, logger, observer: metrics },
  )
  objects.apply('a')
  objects.apply('b')
  void cache.start(stop.signal)
  await cache.waitForSync()
  const ended = part.start(stop.signal)
  await turns()
  expect(seen).toEqual(['default/a', 'default/b'])
  clock.advance(7)
  await turns()
  clock.advance(13)
  await turns()
  expect(seen).toEqual(['default/a', 'default/b', 'default/a', 'default/a'])
  clock.advance(3_600_000)
  await turns()
  expect(seen).toHaveLength(4)
  const errors = lines.filter(({ level }) => level === 'error')
  expect(errors.map(({ fields }) => fields['key'])).toEqual(['default/a', 'default/a'])
  expect(errors.map(({ fields }) => fields['retries'])).toEqual([0, 1])
  expect(await metric('controller_runtime_reconcile_errors_total{controller="test"}')).toMatch(/ 2$/)
  expect(await metric('controller_runtime_reconcile_total{controller="test",result="success"}')).toMatch(
    / 2$/,
  )
  stop.abort()
  await ended
})
