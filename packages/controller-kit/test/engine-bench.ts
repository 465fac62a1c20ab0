import { afterEach } from 'vitest'
import type { Derived } from '../src/derived/derived.ts'
import type { EngineOptions } from '../src/derived/engine-options.ts'
import { Engine } from '../src/derived/engine.ts'
import type { State } from '../src/derived/state.ts'
import { ModelCache } from './model/model-cache.ts'
import { ModelClock } from './model/model-clock.ts'
import { finalizer, kinds, type Input, type Wish } from './model/model-rules.ts'
import { ModelServer } from './model/model-server.ts'

export const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
export const ownKey = (object: { readonly metadata: { readonly name?: string } }) => [
  { name: object.metadata.name ?? '' },
]
export const wish = (name: string, ...targets: string[]): Wish => ({
  metadata: { name, finalizers: [finalizer] },
  spec: { targets },
})
export const input = (name: string, v: string, type = 'a'): Input => ({
  metadata: { name },
  type,
  data: { v },
})

/** An engine over the model's server, with every step taken by hand. */
export const bench = (rules: readonly Derived[], options: Partial<EngineOptions> = {}) => {
  const clock = new ModelClock(1)
  const server = new ModelServer()
  const cache = new ModelCache(server, kinds, clock)
  const stop = new AbortController()
  const logs: string[] = []
  const log = (fields: object, message: string): void =>
    void logs.push(JSON.stringify({ ...fields, message }))
  const engine = new Engine({
    name: 'bench',
    derived: rules,
    cache,
    clients: { c: server },
    clock,
    logger: { debug: log, info: log, error: log },
    // Steps are taken by hand here, and no clock moves.
    gatherMs: 0,
    ...options,
  })
  const done = engine.start(stop.signal)
  stops.push(async () => {
    stop.abort()
    while (server.pending.length > 0) server.answer(0, 'lost-before')
    await done
  })
  /** Lets events arrive for these kinds only, and answers everything that is asked. */
  const run = async (of = kinds): Promise<void> => {
    for (let n = 0; n < 30; n += 1) {
      for (const one of of) {
        if (!cache.isStarted(one)) cache.startList(one)
        while (cache.deliver(one));
      }
      await settle()
      while (server.pending.length > 0) server.answer(0, 'well')
      await settle()
    }
  }
  const stateOf = (name: string, rule = 'copy'): State | undefined =>
    engine.explain(rule).find(({ key }) => key.name === name)?.state
  return { cache, clock, engine, logs, run, server, stateOf }
}

const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})
