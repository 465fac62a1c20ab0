import { describe, expect, it } from 'vitest'
import {
  defaultLeaderTimings,
  leaderStep,
  mayWrite,
  releasedRecord,
  type LeaderContext,
  type LeaderInput,
  type LeaderState,
  type LockState,
} from './leader-step.ts'

const timings = defaultLeaderTimings
const at = (now: number, identity = 'me'): LeaderContext => ({
  identity,
  timings,
  now,
  wallNow: now,
  random: 0,
})
const following: LeaderState = { is: 'following' }
const lock = (holderIdentity: string, version: string, leaseDurationSeconds = 15): LockState => ({
  version,
  record: { holderIdentity, leaseDurationSeconds, acquireTime: 0, renewTime: 0, leaderTransitions: 3 },
})

describe('leaderStep', () => {
  it('creates a lock that is not there', () => {
    const { action } = leaderStep(following, { is: 'read', lock: undefined }, at(0))
    expect(action).toMatchObject({
      do: 'write',
      over: undefined,
      record: { holderIdentity: 'me', leaderTransitions: 0 },
    })
  })

  it('takes a free lock and counts the transition', () => {
    const { action } = leaderStep(following, { is: 'read', lock: lock('', '1') }, at(0))
    expect(action).toMatchObject({ do: 'write', record: { holderIdentity: 'me', leaderTransitions: 4 } })
  })

  it("takes another's lock only after it stood still for the holder's own duration", () => {
    let state = leaderStep(following, { is: 'read', lock: lock('old', '1', 137) }, at(0)).state
    state = leaderStep(state, { is: 'read', lock: lock('old', '1', 137) }, at(136_999)).state
    expect(state.is).toBe('following')
    expect(leaderStep(state, { is: 'read', lock: lock('old', '1', 137) }, at(136_999)).action.do).toBe('wait')
    expect(leaderStep(state, { is: 'read', lock: lock('old', '1', 137) }, at(137_000)).action.do).toBe(
      'write',
    )
  })

  it('counts anew when the holder has renewed', () => {
    const renewed = (renewTime: number, version: string): LeaderInput => {
      const { record } = lock('other', version)
      return { is: 'read', lock: { version, record: { ...record, renewTime } } }
    }
    let state = leaderStep(following, renewed(1, '1'), at(0)).state
    state = leaderStep(state, renewed(2, '2'), at(14_000)).state
    expect(leaderStep(state, renewed(2, '2'), at(28_999)).action.do).toBe('wait')
    expect(leaderStep(state, renewed(2, '2'), at(29_000)).action.do).toBe('write')
  })

  it('takes no write of somebody else into the object of the lock for a sign of life', () => {
    let state = leaderStep(following, { is: 'read', lock: lock('other', '1') }, at(0)).state
    state = leaderStep(state, { is: 'read', lock: lock('other', '2') }, at(14_000)).state
    expect(leaderStep(state, { is: 'read', lock: lock('other', '3') }, at(15_000)).action).toMatchObject({
      do: 'write',
      over: { version: '3' },
    })
  })

  it('looks again when the lease of the holder ends, not a period later', () => {
    const { state } = leaderStep(following, { is: 'read', lock: lock('other', '1') }, at(0))
    expect(leaderStep(state, { is: 'read', lock: lock('other', '1') }, at(12_000)).action).toEqual({
      do: 'wait',
      ms: 3000,
    })
  })

  it('lets the holder make a lock again that somebody deleted, for as long as its lease was', () => {
    const { state } = leaderStep(following, { is: 'read', lock: lock('other', '1') }, at(0))
    const gone = leaderStep(state, { is: 'read', lock: undefined }, at(14_999))
    expect(gone.action.do).toBe('wait')
    expect(leaderStep(gone.state, { is: 'read', lock: undefined }, at(15_000)).action).toMatchObject({
      do: 'write',
      over: undefined,
    })
  })

  it('renews with a time that differs in whole seconds, though its wall clock is set back a little', () => {
    const { state } = leaderStep(following, { is: 'written', lock: lock('me', '2'), begunAt: 0 }, at(10))
    const renewal = (wallNow: number): unknown => {
      const { action } = leaderStep(state, { is: 'woken' }, { ...at(5000), wallNow })
      return action.do === 'write' ? action.record.renewTime : undefined
    }
    expect(renewal(5000)).toBe(5000)
    expect(renewal(300)).toBe(1000)
    expect(renewal(-30_000)).toBe(1000)
    expect(renewal(-86_400_000)).toBe(-86_400_000)
  })

  it('renews with one write and no read, every retry period from the last beginning', () => {
    const won = leaderStep(following, { is: 'written', lock: lock('me', '2'), begunAt: 1000 }, at(1200))
    expect(won).toMatchObject({ state: { is: 'leading', renewedAt: 1000 }, action: { do: 'wait', ms: 4800 } })
    expect(leaderStep(won.state, { is: 'woken' }, at(6000)).action).toMatchObject({
      do: 'write',
      over: { version: '2' },
    })
  })

  it('is lost at its own deadline, and may write no more before others may start', () => {
    const { state } = leaderStep(following, { is: 'written', lock: lock('me', '2'), begunAt: 0 }, at(10))
    expect(mayWrite(state, timings, 9999)).toBe(true)
    expect(mayWrite(state, timings, 10_000)).toBe(false)
    expect(leaderStep(state, { is: 'failed', why: 'away' }, at(9000)).state.is).toBe('leading')
    expect(leaderStep(state, { is: 'failed', why: 'away' }, at(10_000)).state).toMatchObject({ is: 'lost' })
  })

  it('looks when its write came too late: renews when still the holder, is lost when not', () => {
    const { state } = leaderStep(following, { is: 'written', lock: lock('me', '2'), begunAt: 0 }, at(10))
    const conflict = leaderStep(state, { is: 'conflict' }, at(5000))
    expect(conflict.action.do).toBe('read')
    const labelled = leaderStep(conflict.state, { is: 'read', lock: lock('me', '3') }, at(5001))
    expect(labelled.action).toMatchObject({
      do: 'write',
      over: { version: '3' },
      record: { leaderTransitions: 3 },
    })
    expect(leaderStep(conflict.state, { is: 'read', lock: lock('other', '3') }, at(5001)).state).toEqual({
      is: 'lost',
      why: 'taken by other',
    })
  })

  it('makes a lock again that somebody deleted', () => {
    const { state } = leaderStep(following, { is: 'written', lock: lock('me', '2'), begunAt: 0 }, at(10))
    expect(leaderStep(state, { is: 'read', lock: undefined }, at(5001)).action).toMatchObject({
      do: 'write',
      over: undefined,
    })
  })

  it('leaves a lock that others may take at once', () => {
    const released: LockState = { record: releasedRecord(lock('me', '2').record, 5), version: '9' }
    expect(leaderStep(following, { is: 'read', lock: released }, at(0, 'next')).action.do).toBe('write')
  })
})
