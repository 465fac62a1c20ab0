import { describe, expect, it } from 'vitest'
import { ManualClock } from '../manual-clock.ts'
import {
  defaultLeaderTimings,
  leaderStep,
  mayWrite,
  releasedRecord,
  type LeaderContext,
  type LeaderInput,
  type LeaderState,
  type LockRecord,
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
    let state = leaderStep(following, { is: 'read', lock: lock('other', '1') }, at(0)).state
    state = leaderStep(state, { is: 'read', lock: lock('other', '2') }, at(14_000)).state
    expect(leaderStep(state, { is: 'read', lock: lock('other', '2') }, at(28_999)).action.do).toBe('wait')
    expect(leaderStep(state, { is: 'read', lock: lock('other', '2') }, at(29_000)).action.do).toBe('write')
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

interface Process {
  readonly identity: string
  state: LeaderState
  /** Added to what its wall clock shows. */
  readonly skew: number
  dead: boolean
}

interface Pending {
  readonly at: number
  readonly run: () => void
}

/** Processes, a lock, and a network that delays, loses requests and loses answers. */
const simulate = (seed: number): { overlaps: number; ledMs: number; takeovers: number } => {
  const clock = new ManualClock(0, seed)
  const random = (below: number): number => Math.floor(clock.random() * below)
  let pending: Pending[] = []
  let now = 0
  let stored: LockState | undefined
  let version = 0
  let takeovers = 0
  const processes: Process[] = ['a', 'b', 'c'].map((identity) => ({
    identity,
    state: { is: 'following' },
    skew: random(7_200_000) - 3_600_000,
    dead: false,
  }))
  const later = (ms: number, run: () => void): void => void pending.push({ at: now + ms, run })

  const write = (record: LockRecord, over: LockState | undefined): LeaderInput => {
    if (stored?.version !== over?.version) return { is: 'conflict' }
    version += 1
    if (stored?.record.holderIdentity !== record.holderIdentity) takeovers += 1
    stored = { record, version: String(version) }
    return { is: 'written', lock: stored, begunAt: 0 }
  }

  const feed = (process: Process, input: LeaderInput): void => {
    if (process.dead) return
    const context: LeaderContext = {
      identity: process.identity,
      timings,
      now,
      wallNow: now + process.skew,
      random: clock.random(),
    }
    const { state, action } = leaderStep(process.state, input, context)
    process.state = state
    const slow = random(20) === 0 ? 8000 : 100
    const there = random(slow)
    const back = random(slow)
    const lose = random(10) === 0
    switch (action.do) {
      case 'wait':
        // A process may also be held up: paused, swapped out, throttled.
        later(action.ms + (random(30) === 0 ? random(40_000) : 0), () => feed(process, { is: 'woken' }))
        break
      case 'read':
        later(there, () => {
          const found = stored
          later(back, () => feed(process, lose ? { is: 'failed', why: 'lost' } : { is: 'read', lock: found }))
        })
        break
      case 'write': {
        const begunAt = now
        const never = lose && random(2) === 0
        later(there, () => {
          const outcome = never ? undefined : write(action.record, action.over)
          later(back, () =>
            feed(
              process,
              lose || outcome === undefined
                ? { is: 'failed', why: 'lost' }
                : outcome.is === 'written'
                  ? { ...outcome, begunAt }
                  : outcome,
            ),
          )
        })
        break
      }
      case 'end':
        // It exits and is started again, a new process with a new name.
        later(1000 + random(5000), () => {
          const fresh: Process = {
            identity: `${process.identity}'`,
            state: { is: 'following' },
            skew: process.skew,
            dead: false,
          }
          processes.push(fresh)
          feed(fresh, { is: 'woken' })
        })
        break
    }
  }

  for (const process of processes) later(random(2000), () => feed(process, { is: 'woken' }))
  let overlaps = 0
  let ledMs = 0
  while (now < 3_600_000 && pending.length > 0) {
    const next = pending.reduce((first, candidate) => (candidate.at < first.at ? candidate : first))
    pending = pending.filter((candidate) => candidate !== next)
    const writers = processes.filter(({ dead, state }) => !dead && mayWrite(state, timings, now)).length
    if (writers > 1) overlaps += 1
    if (writers === 1) ledMs += next.at - now
    now = next.at
    if (random(400) === 0) {
      const victim = processes[random(processes.length)]
      if (victim !== undefined && !victim.dead) {
        victim.dead = true
        const fresh: Process = {
          identity: `${victim.identity}*`,
          state: { is: 'following' },
          skew: victim.skew,
          dead: false,
        }
        processes.push(fresh)
        later(5000, () => feed(fresh, { is: 'woken' }))
      }
    }
    next.run()
  }
  return { overlaps, ledMs, takeovers }
}

describe('leader election among three processes for an hour', () => {
  it.each(Array.from({ length: 30 }, (_, index) => index + 1))(
    'never has two that may write, and most of the time one, for seed %i',
    (seed) => {
      const { overlaps, ledMs, takeovers } = simulate(seed)
      expect(overlaps, `seed ${seed}`).toBe(0)
      expect(ledMs, `seed ${seed}`).toBeGreaterThan(1_800_000)
      expect(takeovers, `seed ${seed}`).toBeGreaterThan(1)
    },
  )
})
