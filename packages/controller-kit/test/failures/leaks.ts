import { getEventListeners } from 'node:events'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { systemClock, type Clock } from '../../src/clock.ts'
import { turns } from '../memory-objects.ts'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

/** The real clock, with a count of the timers that are set: those that do not hold the process are seen nowhere else. */
export class CountingClock implements Clock {
  readonly #timers = new Set<object>()

  get timers(): number {
    return this.#timers.size
  }

  readonly now = systemClock.now
  readonly monotonic = systemClock.monotonic
  readonly random = systemClock.random

  after(delayMs: number, callback: () => void): () => void {
    const timer = {}
    this.#timers.add(timer)
    const cancel = systemClock.after(delayMs, () => {
      this.#timers.delete(timer)
      callback()
    })
    return () => {
      this.#timers.delete(timer)
      cancel()
    }
  }
}

export interface Held {
  /** Timers of the clock that are set. */
  readonly timers: number
  /** What keeps the process alive, by kind: sockets, servers, file watches. */
  readonly resources: Readonly<Record<string, number>>
  /** Listeners on the one signal that outlives every cycle. */
  readonly listeners: number
}

const heapBytes = async (): Promise<number> => {
  // Finalizers and what waits for promises are through after some turns.
  for (let round = 0; round < 4; round++) {
    collectGarbage()
    await turns()
  }
  return process.memoryUsage().heapUsed
}

/** Timers of the test runner come and go; a leak has one for each cycle. */
const runnersTimers = 3

/** Requests of the test runner's own, which come and go: what it writes, what it reads from a disk. */
const isPassing = (kind: string): boolean =>
  kind === 'Immediate' || /^(?:WriteWrap|ShutdownWrap|FSReq\w+)$/.test(kind)

/** What of this process is held. */
export const heldBy = (clock: CountingClock, signal: AbortSignal): Held => {
  const resources: Record<string, number> = {}
  for (const kind of process.getActiveResourcesInfo())
    if (!isPassing(kind)) resources[kind] = (resources[kind] ?? 0) + 1
  if ((resources['Timeout'] ?? 0) <= runnersTimers) delete resources['Timeout']
  return { timers: clock.timers, resources, listeners: getEventListeners(signal, 'abort').length }
}

/** What compiled code and caches of the engine move to and fro; over 10,000 cycles 100 bytes each: less than a closure. */
export const heapAllowanceBytes = 1024 * 1024

/** Runs so many cycles after some to warm up; how many bytes the heap has grown by. */
export const growthOver = async (
  cycles: number,
  cycle: () => Promise<void>,
  warmUp: number,
): Promise<number> => {
  for (let count = 0; count < warmUp; count++) await cycle()
  const before = await heapBytes()
  for (let count = 0; count < cycles; count++) await cycle()
  return (await heapBytes()) - before
}
