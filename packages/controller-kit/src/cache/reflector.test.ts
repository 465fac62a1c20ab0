import { setImmediate } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { c } from '../../test/model/cache-kinds.ts'
import { CacheServer } from '../../test/model/cache-server.ts'
import { ModelClock } from '../../test/model/model-clock.ts'
import { Reflector } from './reflector.ts'

it('asks once more when the definition came while the answer "not served" was on its way', async () => {
  const clock = new ModelClock(1)
  const server = new CacheServer(clock, false)
  server.table('widgets').served = false
  const told: string[] = []
  const nothing = (): void => undefined
  const reflector = new Reflector({
    client: server,
    clock,
    kind: c.Widget.kind,
    sink: {
      begin: nothing,
      gather: nothing,
      ungather: nothing,
      complete: nothing,
      discard: nothing,
      clear: nothing,
      upsert: nothing,
      remove: nothing,
      sync: ({ is }) => told.push(is),
    },
  })
  const answer = async (): Promise<void> => {
    expect(server.pending).toHaveLength(1)
    server.pending.splice(0)[0]?.answer()
    await setImmediate()
  }
  const stop = new AbortController()
  const running = reflector.run(stop.signal)
  await answer()
  const pass = async (ms: number): Promise<void> => {
    clock.advance(ms)
    await setImmediate()
  }
  await pass(2000)
  reflector.announce()
  await answer()
  await pass(0)
  server.table('widgets').served = true
  await answer()
  expect(told).toEqual(['notServed', 'synced'])
  stop.abort()
  await running
})
