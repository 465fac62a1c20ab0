import { isDeepStrictEqual } from 'node:util'
import { ManualClock } from '../../src/manual-clock.ts'
import { priorities, WorkQueue, type Priority } from '../../src/queue/work-queue.ts'
import { QueueReference } from './queue-reference.ts'

type Worker =
  | { readonly is: 'idle' }
  | { readonly is: 'waiting'; readonly abort: AbortController }
  | { readonly is: 'working'; readonly key: string }
  | { readonly is: 'gone' }

export interface QueueRun {
  /** Keys that workers took. */
  readonly taken: number
  /** Keys that came again because they were added while in work. */
  readonly again: number
  readonly shutDown: boolean
}

/** What happened last, for the message of a failure. */
const remembered = 30

/**
 * Random calls by several workers, at random times, to a queue and to its reference; after each step both must be in
 * the same state, have told the same and have given the same keys to the same workers. Throws when not.
 */
export const runQueue = async (seed: number, steps: number): Promise<QueueRun> => {
  const random = new ManualClock(0, seed * 7919 + 1)
  const below = (limit: number): number => Math.floor(random.random() * limit)
  // Draws what the queue's clock draws, one number for each back-off.
  const twin = new ManualClock(0, seed)
  const clock = new ManualClock(0, seed)
  const reference = new QueueReference()
  const told: string[] = []
  const queue = new WorkQueue({
    clock,
    observer: {
      added: () => told.push('added'),
      taken: (ms) => told.push(`taken after ${ms}`),
      done: (ms) => told.push(`done after ${ms}`),
      retried: () => told.push('retried'),
    },
  })
  const workers: Worker[] = Array.from({ length: 1 + below(5) }, () => ({ is: 'idle' }))
  const keys = Array.from({ length: 2 + below(8) }, (_, index) => `k${index}`)
  const priority = (): Priority => priorities[below(priorities.length)] ?? 'event'
  const history: string[] = []
  let drained = false
  let taken = 0
  let again = 0

  const get = (index: number): void => {
    const abort = new AbortController()
    workers[index] = { is: 'waiting', abort }
    reference.get(index)
    void queue.get(abort.signal).then((key) => {
      if (key === undefined) workers[index] = { is: reference.shutDown ? 'gone' : 'idle' }
      else {
        taken += 1
        workers[index] = { is: 'working', key }
      }
    })
  }
  const finish = (key: string): void => {
    switch (below(6)) {
      case 0:
        history.push(`addRateLimited ${key}`)
        if (!reference.shutDown) reference.addRateLimited(key, twin.random())
        queue.addRateLimited(key)
        break
      case 1: {
        const ms = below(500)
        history.push(`addAfter ${key} ${ms}`)
        reference.addAfter(key, ms)
        queue.addAfter(key, ms)
        break
      }
      case 2:
        history.push(`rest ${key}`)
        reference.rest(key)
        queue.rest(key)
        break
      default:
        history.push(`forget ${key}`)
        reference.forget(key)
        queue.forget(key)
    }
    history.push(`done ${key}`)
    if (reference.dirty.some((item) => item.key === key)) again += 1
    reference.done(key)
    queue.done(key)
  }
  const shutdown = (queued: 'drain' | 'drop'): void => {
    history.push(`shutdown ${queued}`)
    reference.shutdown(queued)
    void queue.shutdown(queued).then(() => (drained = true))
  }
  const step = (calm: boolean): void => {
    const index = below(workers.length)
    const worker = workers[index] ?? { is: 'gone' }
    const key = keys[below(keys.length)] ?? ''
    // In the end only workers act, so that what is there is worked off.
    switch (calm ? 3 : below(12)) {
      case 0:
      case 1:
      case 2: {
        const as = priority()
        history.push(`add ${key} ${as}`)
        reference.add(key, as)
        queue.add(key, as)
        break
      }
      case 3:
      case 4:
      case 5:
      case 6:
        history.push(`worker ${index} that is ${worker.is}`)
        if (worker.is === 'idle') get(index)
        else if (worker.is === 'working') {
          workers[index] = { is: 'idle' }
          finish(worker.key)
        } else if (worker.is === 'waiting' && !calm && below(4) === 0) {
          history.push(`worker ${index} gives up`)
          reference.giveUp(index)
          worker.abort.abort()
        }
        break
      case 7: {
        const ms = below(2000) - 20
        history.push(`addAfter ${key} ${ms}`)
        reference.addAfter(key, ms)
        queue.addAfter(key, ms)
        break
      }
      case 8:
        history.push(`addRateLimited ${key}`)
        if (!reference.shutDown) reference.addRateLimited(key, twin.random())
        queue.addRateLimited(key)
        break
      case 9: {
        const ms = below(3) === 0 ? (clock.nextTimer() ?? 1) : below(200)
        history.push(`advance ${ms}`)
        reference.advance(ms)
        clock.advance(ms)
        break
      }
      case 10:
        history.push(`forget ${key}`)
        reference.forget(key)
        queue.forget(key)
        break
      default:
        // The wall clock is of no importance.
        clock.jump(below(86_400_000) - 43_200_000)
    }
  }
  const compare = (): void => {
    const { totalMs, longestMs } = queue.unfinished()
    const ages = reference.processing.map(({ since }) => reference.now - since)
    const working = (list: readonly { readonly key: string; readonly worker: number }[]): string[] =>
      list.map((item) => `${item.worker} ${item.key}`).toSorted()
    const actual = {
      urgent: queue.lengthOf('urgent'),
      event: queue.lengthOf('event'),
      resync: queue.lengthOf('resync'),
      length: queue.length,
      waiting: queue.waiting,
      failures: keys.map((key) => queue.retries(key)),
      totalMs,
      longestMs,
      drained,
      told,
      working: working(
        workers.flatMap((worker, index) =>
          worker.is === 'working' ? [{ key: worker.key, worker: index }] : [],
        ),
      ),
    }
    const expected = {
      urgent: reference.queue.filter((item) => item.priority === 'urgent').length,
      event: reference.queue.filter((item) => item.priority === 'event').length,
      resync: reference.queue.filter((item) => item.priority === 'resync').length,
      length: reference.queue.length,
      waiting: reference.alarms.length,
      failures: keys.map((key) => reference.failures[key] ?? 0),
      totalMs: ages.reduce((sum, age) => sum + age, 0),
      longestMs: Math.max(0, ...ages),
      drained: reference.drained,
      told: reference.told,
      working: working(reference.processing),
    }
    if (!isDeepStrictEqual(actual, expected)) {
      const text = JSON.stringify({ actual, expected }, undefined, 1)
      throw new Error(`queue and reference differ after:\n${history.slice(-remembered).join('\n')}\n${text}`)
    }
    told.length = 0
    reference.told.length = 0
  }

  const end = below(2) === 0 ? 'drain' : 'drop'
  for (let count = 0; count < steps; count++) {
    if (count === Math.floor(steps * 0.8) && below(2) === 0) shutdown(end)
    step(false)
    await settled()
    compare()
  }
  // Everything that was put in comes out: times pass, workers work.
  for (let count = 0; count < 5000 && !isEmpty(reference); count++) {
    if (reference.queue.length === 0 && reference.alarms.length > 0) {
      reference.advance(1_000_000)
      clock.advance(1_000_000)
    }
    // Whoever is gone comes back for the rest: a queue that drains still hands out.
    for (const [index, worker] of workers.entries()) if (worker.is === 'gone') workers[index] = { is: 'idle' }
    step(true)
    await settled()
    compare()
  }
  if (!isEmpty(reference)) throw new Error('the workers did not work off what was queued')
  return { taken, again, shutDown: reference.shutDown }
}

const isEmpty = ({ queue, processing, alarms }: QueueReference): boolean =>
  queue.length === 0 && processing.length === 0 && alarms.length === 0

/** What only waits for promises has happened. */
const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 4; turn++) await Promise.resolve()
}
