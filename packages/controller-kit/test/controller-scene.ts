import { Metrics } from '../src/manager/metrics.ts'
import { ManualClock } from '../src/manual-clock.ts'
import { controller, type ControllerDefinition, type ControllerEnvironment } from '../src/queue/controller.ts'
import { itself } from '../src/queue/mappers.ts'
import { source } from '../src/queue/source.ts'
import { informersOf, listeningLogger, memory, MemoryObjects, turns, type Line } from './memory-objects.ts'

/** A controller over a collection in memory, with a clock that is moved by hand. */
export const begin = (
  definition: Partial<ControllerDefinition> & Pick<ControllerDefinition, 'reconcile'>,
  environment: Partial<ControllerEnvironment> = {},
) => {
  const objects = new MemoryObjects()
  const clock = new ManualClock()
  const lines: Line[] = []
  const metrics = new Metrics()
  const cache = informersOf(objects, clock)
  const stop = new AbortController()
  const part = controller(
    { name: 'test', sources: [source(memory.ConfigMap, itself)], ...definition },
    { cache, clock, logger: listeningLogger(lines), observer: metrics, ...environment },
  )
  return {
    objects,
    clock,
    lines,
    cache,
    part,
    stop,
    start: async (): Promise<{ readonly ended: Promise<void> }> => {
      void cache.start(stop.signal)
      const ended = part.start(stop.signal)
      await cache.waitForSync()
      await turns()
      return { ended }
    },
    metric: async (name: string): Promise<string | undefined> =>
      (await metrics.text()).body.split('\n').find((line) => line.startsWith(name)),
  }
}
