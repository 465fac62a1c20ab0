import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { Clock } from '@odfmo/controller-kit'

/** By then a process has loaded what it needs and has answered: what it takes would be part of its start. */
const settleMs = 1_000

/**
 * Collects once, soon, what starting left behind, and gives the pages back: the engine would wait for as much again to come. The young
 * heap, which grew while the program was loaded, is small from then on. Takes about as long as fifty answers.
 */
export const settleHeap = (clock: Clock): void => {
  clock.after(settleMs, () => {
    setFlagsFromString('--expose-gc')
    // What a new context has, this one has not.
    const collect = runInNewContext('gc') as (how: object) => void
    setFlagsFromString('--no-expose-gc')
    // By this name the engine reduces what it holds, instead of making room for more.
    collect({ type: 'major', execution: 'sync', flavor: 'last-resort' })
  })
}
