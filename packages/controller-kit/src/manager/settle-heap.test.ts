import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { ManualClock } from '../manual-clock.ts'
import { settleHeap } from './settle-heap.ts'

/** What a reference is made of lives until its turn is over. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('settleHeap', () => {
  it('collects what nobody holds, once, after a while', async () => {
    const clock = new ManualClock()
    const left = new WeakRef({ of: 'the start' })
    const kept = { of: 'the program' }
    const held = new WeakRef(kept)
    await turn()
    settleHeap(clock, 1_000)
    clock.advance(999)
    expect(clock.nextTimer()).toBeDefined()
    clock.advance(1)
    expect(left.deref()).toBeUndefined()
    expect(held.deref()).toBe(kept)
    expect(clock.nextTimer()).toBeUndefined()
  })

  it('waits for a start that takes longer', async () => {
    const clock = new ManualClock()
    let isStarted = false
    const left = new WeakRef({ of: 'the start' })
    await turn()
    settleHeap(clock, 1_000, () => isStarted)
    clock.advance(1_000)
    expect(clock.nextTimer()).toBeDefined()
    isStarted = true
    clock.advance(1_000)
    expect(left.deref()).toBeUndefined()
    expect(clock.nextTimer()).toBeUndefined()
  })

  it('leaves nothing by which others could collect', () => {
    const clock = new ManualClock()
    settleHeap(clock, 1_000)
    clock.advance(1_000)
    expect(runInNewContext('typeof gc')).toBe('undefined')
  })
})
