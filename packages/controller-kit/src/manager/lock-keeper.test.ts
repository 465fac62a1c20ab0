import { describe, expect, it } from 'vitest'
import { KubeError } from '../client/kube-error.ts'
import { silentLogger } from '../logging/logger.ts'
import { ManualClock } from '../manual-clock.ts'
import { defaultLeaderTimings, type LeaderState } from './leader-step.ts'
import { LockKeeper } from './lock-keeper.ts'
import type { HeldLock, Lock } from './locks.ts'

const conflict = (): KubeError =>
  new KubeError({ verb: 'update', resource: 'leases', cluster: 'c' }, 409, 'Conflict', 'changed')

/** A lock in memory; the `cut`th write takes effect, but its answer never comes. */
const lockThatCuts = (cut: number) => {
  let stored: HeldLock | undefined
  let writes = 0
  const holders: string[] = []
  let onCut = (): void => undefined
  const lock: Lock = {
    name: 'Lease lock',
    read: () => Promise.resolve(stored),
    write(record, over, signal) {
      writes += 1
      if (over?.version !== stored?.version) return Promise.reject(conflict())
      stored = { record, version: String(writes), object: { metadata: { name: 'lock' } } }
      holders.push(record.holderIdentity)
      if (writes !== cut) return Promise.resolve(stored)
      onCut()
      return new Promise((_resolve, reject) =>
        signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true }),
      )
    },
  }
  return { lock, holders, whenCut: new Promise<void>((resolve) => (onCut = resolve)) }
}

describe('LockKeeper', () => {
  it.each([
    ['its first write', 1],
    ['a renewal', 2],
  ])('gives the lock back when it is stopped during %s', async (_name, cut) => {
    const clock = new ManualClock()
    const { lock, holders, whenCut } = lockThatCuts(cut)
    const onChange = ({ is }: LeaderState): void => {
      if (is === 'leading') setImmediate(() => clock.advance(defaultLeaderTimings.retryPeriodMs))
    }
    const keeper = new LockKeeper({
      lock,
      identity: 'me',
      timings: defaultLeaderTimings,
      clock,
      logger: silentLogger,
      onChange,
    })
    const stop = new AbortController()
    const run = keeper.run(stop.signal)
    await whenCut
    stop.abort()
    await run
    expect(holders.at(-1)).toBe('')
    expect(holders).toHaveLength(cut + 1)
    expect(keeper.mayWrite()).toBe(false)
  })
})
