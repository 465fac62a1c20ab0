import { expect, it } from 'vitest'
import { begin } from '../../test/controller-scene.ts'
import { memory, turns } from '../../test/memory-objects.ts'
import { itself } from './mappers.ts'
import { done, requeueAfter, TerminalError } from './reconcile.ts'
import { source } from './source.ts'

it('gives changes before what was there at the start', async () => {
  const seen: string[] = []
  let release = (): void => undefined
  const { objects, start, stop } = begin({
    concurrency: 1,
    async reconcile(key) {
      seen.push(key)
      if (seen.length === 1) await new Promise<void>((resolve) => (release = resolve))
      return done
    },
  })
  for (const name of ['a', 'b', 'c']) objects.apply(name)
  const { ended } = await start()
  objects.apply('c')
  await turns()
  release()
  await turns()
  expect(seen).toEqual(['default/a', 'default/c', 'default/b'])
  stop.abort()
  await ended
})

it('gives the key of an object at the start to its filters too', async () => {
  const keys: string[] = []
  const { objects, start, stop, cache, part } = begin({
    sources: [
      source(memory.ConfigMap, itself, {
        when: ({ key }) => {
          keys.push(key.name)
          return true
        },
      }),
    ],
    reconcile: async () => done,
  })
  objects.apply('a')
  void cache.start(stop.signal)
  await cache.waitForSync()
  const ended = part.start(stop.signal)
  await turns()
  expect(keys).toEqual(['a'])
  stop.abort()
  await ended
  void start
})

it('reconciles once for a change, though the old and the new object mean the same key', async () => {
  const seen: string[] = []
  const { objects, start, stop } = begin({
    sources: [source(memory.ConfigMap, itself), source(memory.ConfigMap, itself)],
    async reconcile(key) {
      seen.push(key)
      return done
    },
  })
  const { ended } = await start()
  objects.apply('a')
  await turns()
  objects.apply('a')
  await turns()
  expect(seen).toHaveLength(2)
  stop.abort()
  await ended
})

it('does not try again what is hopeless, though it was to be looked at later, until the object changes', async () => {
  let times = 0
  const { objects, clock, start, stop } = begin({
    async reconcile() {
      times += 1
      if (times === 1) return requeueAfter(600_000)
      throw new TerminalError('hopeless')
    },
  })
  objects.apply('a')
  const { ended } = await start()
  objects.apply('a')
  await turns()
  expect(times).toBe(2)
  clock.advance(3_600_000)
  await turns()
  expect(times).toBe(2)
  objects.apply('a')
  await turns()
  expect(times).toBe(3)
  stop.abort()
  await ended
})

it('lets no write begin after its deadline, nor when this process does not lead', async () => {
  let leads = true
  const asked: boolean[] = []
  const { objects, clock, start, stop } = begin(
    {
      deadlineMs: 1000,
      reconcile: async (_key, { mayStart, signal }) => {
        asked.push(mayStart())
        leads = false
        asked.push(mayStart())
        leads = true
        await new Promise((resolve) => signal.addEventListener('abort', resolve))
        asked.push(mayStart())
        return done
      },
    },
    { canWrite: () => leads },
  )
  objects.apply('a')
  const { ended } = await start()
  clock.advance(1000)
  await turns()
  expect(asked).toEqual([true, false, false])
  stop.abort()
  await ended
})

it('hands out nothing more once it is asked to stop, and waits for what is in work', async () => {
  const seen: string[] = []
  let release = (): void => undefined
  const { objects, start, stop } = begin({
    concurrency: 1,
    async reconcile(key) {
      seen.push(key)
      await new Promise<void>((resolve) => (release = resolve))
      return done
    },
  })
  objects.apply('a')
  objects.apply('b')
  const { ended } = await start()
  let over = false
  void ended.then(() => (over = true))
  stop.abort()
  await turns()
  expect(over).toBe(false)
  release()
  await ended
  expect(seen).toEqual(['default/a'])
})

it('shows depth by priority, latency, retries and the longest running key', async () => {
  const { objects, clock, start, stop, metric } = begin({
    concurrency: 1,
    deadlineMs: 600_000,
    async reconcile(key) {
      if (key === 'default/a') throw new Error('not yet')
      await new Promise(() => undefined)
      return done
    },
  })
  objects.apply('a')
  objects.apply('b')
  objects.apply('c')
  await start()
  objects.apply('d')
  await turns()
  clock.advance(60_000)
  const labels = 'name="test",controller="test"'
  expect(await metric(`workqueue_depth{${labels},priority="resync"}`)).toMatch(/ 1$/)
  // The one that changed, and the one that is tried again.
  expect(await metric(`workqueue_depth{${labels},priority="event"}`)).toMatch(/ 2$/)
  expect(await metric(`workqueue_adds_total{${labels}}`)).toMatch(/ 5$/)
  expect(await metric(`workqueue_retries_total{${labels}}`)).toMatch(/ 1$/)
  expect(await metric(`workqueue_queue_duration_seconds_count{${labels}}`)).toMatch(/ 2$/)
  expect(await metric(`workqueue_longest_running_processor_seconds{${labels}}`)).toMatch(/ 60$/)
  expect(await metric(`workqueue_unfinished_work_seconds{${labels}}`)).toMatch(/ 60$/)
  expect(await metric('controller_runtime_active_workers{controller="test"}')).toMatch(/ 1$/)
  expect(await metric('controller_runtime_max_concurrent_reconciles{controller="test"}')).toMatch(/ 1$/)
  expect(await metric('controller_runtime_reconcile_errors_total{controller="test"}')).toMatch(/ 1$/)
  stop.abort()
})

it('lets one slow key hold up no other', async () => {
  const seen: string[] = []
  const { objects, start, stop } = begin({
    concurrency: 2,
    async reconcile(key, { signal }) {
      seen.push(key)
      if (key === 'default/slow')
        await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
      return done
    },
  })
  objects.apply('slow')
  const { ended } = await start()
  for (let round = 0; round < 3; round++) {
    for (const name of ['slow', 'a', 'b', 'c']) objects.apply(name)
    await turns()
  }
  expect(seen.filter((key) => key === 'default/slow')).toHaveLength(1)
  for (const name of ['a', 'b', 'c']) expect(seen.filter((key) => key === `default/${name}`)).toHaveLength(3)
  stop.abort()
  await ended
})

it.each([
  [{ concurrency: 1.5 }, 'concurrency: expected a whole number of at least 1, got 1.5'],
  [{ deadlineMs: 0 }, 'deadlineMs: expected a finite number of milliseconds over 0, got 0'],
])('refuses %o', (options, message) => {
  expect(() => begin({ ...options, reconcile: async () => done })).toThrow(
    new RangeError(`controller test: ${message}`),
  )
})

it('refuses to be without a name', () => {
  expect(() => begin({ name: '', reconcile: async () => done })).toThrow(
    new TypeError("controller: expected a name, got ''"),
  )
})

it('starts once', async () => {
  const { part, start, stop } = begin({ reconcile: async () => done })
  const { ended } = await start()
  await expect(part.start(stop.signal)).rejects.toThrow(new Error('controller test: started twice'))
  stop.abort()
  await ended
  await expect(part.start(new AbortController().signal)).rejects.toThrow('started twice')
})

it('tries a reconcile again that was ended by its deadline, and says so', async () => {
  let times = 0
  const { objects, clock, lines, start, stop, metric } = begin({
    deadlineMs: 1000,
    reconcile(_key, { signal }) {
      times += 1
      return new Promise((_resolve, reject) =>
        signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true }),
      )
    },
  })
  objects.apply('a')
  const { ended } = await start()
  clock.advance(1000)
  await turns()
  expect(lines.map(({ fields }) => String(fields['err']))).toEqual(['DeadlineError: did not end within 1 s'])
  expect(await metric('controller_runtime_reconcile_timeouts_total{controller="test"}')).toMatch(/ 1$/)
  clock.advance(10)
  await turns()
  expect(times).toBe(2)
  expect(lines).toHaveLength(1)
  stop.abort()
  await ended
})
