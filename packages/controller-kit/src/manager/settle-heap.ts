import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { Clock } from '../clock.ts'

/**
 * Collects once, `afterMs` milliseconds from now, what starting a process left behind, and gives the pages back: the engine would
 * wait for as much again to come. The young heap, which grew while the program was loaded, is small from then on. Nothing else
 * is done meanwhile, for about 20 ms with 10 MB alive: choose a time when the start is over. While `isStarted` answers that it is not,
 * it is asked again after the same time.
 */
export const settleHeap = (clock: Clock, afterMs: number, isStarted: () => boolean = () => true): void => {
  clock.after(afterMs, () => {
    if (!isStarted()) return settleHeap(clock, afterMs, isStarted)
    setFlagsFromString('--expose-gc')
    // What a new context has, this one has not.
    const collect = runInNewContext('gc') as (how: object) => void
    setFlagsFromString('--no-expose-gc')
    // By this name the engine reduces what it holds, instead of making room for more.
    collect({ type: 'major', execution: 'sync', flavor: 'last-resort' })
  })
}
