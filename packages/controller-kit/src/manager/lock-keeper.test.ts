import { describe, expect, it } from 'vitest'
import { KubeError } from '../client/kube-error.ts'
import { silentLogger } from '../logging/logger.ts'
import { ManualClock } from '../manual-clock.ts'
import { defaultLeaderTimings, type LeaderState } from './leader-step.ts'
import { LockKeeper } from './lock-keeper.ts'
import type { HeldLock, Lock } from './locks.ts'

const conflict = (): KubeError =>
  new KubeError({ verb: 'update', resource: 'leases', cluster: 'c' }, 409, 'Conflict', 'changed')

/** What a promise leads to has happened. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

const createLease = { verb: 'create', resource: 'leases', cluster: 'c' }

/** A lock in memory; the `cut`th write takes effect, unless it is lost, but its answer never comes. */
const lockThatCuts = (cut: number, isLost = false) => {
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
      const written = { record, version: String(writes), object: { metadata: { name: 'lock' } } }
      if (writes !== cut || !isLost) {
        stored = written
        holders.push(record.holderIdentity)
      }
      if (writes !== cut) return Promise.resolve(written)
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

  it.each([
    ['never comes to the server', true],
    ['is done, and its answer never comes', false],
  ])('renews once more, in time, when a renewal %s', async (_name, isLost) => {
    const clock = new ManualClock()
    const { lock, holders, whenCut } = lockThatCuts(2, isLost)
    const states: string[] = []
    const keeper = new LockKeeper({
      lock,
      identity: 'me',
      timings: defaultLeaderTimings,
      clock,
      logger: silentLogger,
      onChange: ({ is }) => {
        states.push(is)
        if (is === 'leading') setImmediate(() => clock.advance(defaultLeaderTimings.retryPeriodMs))
      },
    })
    const stop = new AbortController()
    const run = keeper.run(stop.signal)
    await whenCut
    // A connection that is dead without a word takes no more of the deadline than leaves room for another.
    clock.advance(3000)
    await turn()
    clock.advance(500)
    await turn()
    expect(clock.monotonic()).toBe(8500)
    clock.advance(4000)
    expect(keeper.mayWrite()).toBe(true)
    expect(states).toEqual(['leading'])
    expect(holders).toHaveLength(isLost ? 2 : 3)
    stop.abort()
    await run
  })

  it('tells why a lock cannot be made: the namespace is missing', async () => {
    const clock = new ManualClock()
    const warnings: object[] = []
    let told = (): void => undefined
    const whenTold = new Promise<void>((resolve) => (told = resolve))
    const warn = (fields: object): void => {
      warnings.push(fields)
      told()
    }
    const lock: Lock = {
      name: 'Lease lock',
      read: () => Promise.resolve(undefined),
      write: () => Promise.reject(new KubeError(createLease, 404, 'NotFound', 'namespaces "gone" not found')),
    }
    const keeper = new LockKeeper({
      lock,
      identity: 'me',
      timings: defaultLeaderTimings,
      clock,
      logger: { ...silentLogger, warn },
      onChange: () => undefined,
    })
    const stop = new AbortController()
    const run = keeper.run(stop.signal)
    await whenTold
    expect(warnings).toEqual([{ lock: 'Lease lock', error: expect.stringContaining('namespaces "gone"') }])
    stop.abort()
    await run
  })
})
