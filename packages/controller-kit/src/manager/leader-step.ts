/**
 * Leader election over one lock, as client-go does it: who holds the lock writes into it every few seconds; who
 * wants it watches by its own clock how long the writing has stood still. No clocks are compared.
 * `leaderStep` has all transitions; the loop around it is lock-keeper.ts.
 */

/** What stands in a lock, whatever object it is. */
export interface LockRecord {
  /** Empty: free. */
  readonly holderIdentity: string
  readonly leaseDurationSeconds: number
  /** Wall time in milliseconds; only for people. */
  readonly acquireTime: number | undefined
  readonly renewTime: number | undefined
  readonly leaderTransitions: number
}

/** A lock as it was read or written; `version` changes with every write of anybody. */
export interface LockState {
  readonly record: LockRecord
  readonly version: string
}

/** The three times of an election, in milliseconds; each is longer than the next. */
export interface LeaderTimings {
  /** A holder silent for so long has lost the lock. 15 s, as client-go. */
  readonly leaseDurationMs: number
  /** A holder that could not renew for so long stops by itself, before others may start. 10 s. */
  readonly renewDeadlineMs: number
  /** Between renewals, and between looks at another's lock. 5 s: one write every 5 s, and two tries in a deadline. */
  readonly retryPeriodMs: number
}

/** 15 s, 10 s, 5 s. */
export const defaultLeaderTimings: LeaderTimings = {
  leaseDurationMs: 15_000,
  renewDeadlineMs: 10_000,
  retryPeriodMs: 5000,
}

/** After a failed renewal the next try is soon, the sooner the less is left: the deadline leaves room for several. */
const failedRenewalWait = (leftMs: number): number => Math.min(leftMs, 1000, Math.max(leftMs / 4, 250))

export type LeaderState =
  | { readonly is: 'following'; readonly observed?: Observed }
  /** `renewedAt`: monotonic, when the last write that succeeded was begun. */
  | { readonly is: 'leading'; readonly renewedAt: number; readonly lock: LockState }
  | { readonly is: 'lost'; readonly why: string }

interface Observed {
  readonly lock: LockState
  /** Monotonic: since when it stands like this, as far as we know. */
  readonly since: number
}

export type LeaderInput =
  | { readonly is: 'woken' }
  /** What a read found; no lock: there is none. */
  | { readonly is: 'read'; readonly lock: LockState | undefined }
  /** Our write, begun at monotonic `begunAt`, succeeded. */
  | { readonly is: 'written'; readonly lock: LockState; readonly begunAt: number }
  /** Our write came too late: the lock has changed. */
  | { readonly is: 'conflict' }
  | { readonly is: 'failed'; readonly why: string }

/** What the loop does next; its outcome is the next input. */
export type LeaderAction =
  | { readonly do: 'read' }
  /** `over`: only if the lock still is this; undefined: create it. */
  | { readonly do: 'write'; readonly record: LockRecord; readonly over: LockState | undefined }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'end' }

export interface LeaderContext {
  readonly identity: string
  readonly timings: LeaderTimings
  /** Monotonic milliseconds. */
  readonly now: number
  /** Wall milliseconds, for the record only. */
  readonly wallNow: number
  /** [0, 1) */
  readonly random: number
}

export interface LeaderStep {
  readonly state: LeaderState
  readonly action: LeaderAction
}

/** Whether a write of the leader's may begin now. */
export const mayWrite = (state: LeaderState, timings: LeaderTimings, now: number): boolean =>
  state.is === 'leading' && now - state.renewedAt < timings.renewDeadlineMs

/** One transition. Pure. */
export const leaderStep = (state: LeaderState, input: LeaderInput, context: LeaderContext): LeaderStep => {
  switch (state.is) {
    case 'following':
      return followingStep(state, input, context)
    case 'leading':
      return leadingStep(state, input, context)
    case 'lost':
      return { state, action: { do: 'end' } }
  }
}

type Following = Extract<LeaderState, { is: 'following' }>
type Leading = Extract<LeaderState, { is: 'leading' }>

const followingStep = (state: Following, input: LeaderInput, context: LeaderContext): LeaderStep => {
  switch (input.is) {
    case 'woken':
      return { state, action: { do: 'read' } }
    case 'read':
      return found(state, input.lock, context)
    case 'written':
      return won(input, context)
    case 'conflict':
    case 'failed':
      return { state, action: lookLater(context) }
  }
}

/** Those who wait must not all look at once. */
const lookLater = ({ timings, random }: LeaderContext, goodForMs = Infinity): LeaderAction => ({
  do: 'wait',
  // Not past the end of the lease: who takes over does so a lease after the last sign of life, not a period later.
  ms: Math.min(timings.retryPeriodMs * (1 + 0.2 * random), goodForMs + 0.1 * timings.retryPeriodMs * random),
})

const found = (state: Following, lock: LockState | undefined, context: LeaderContext): LeaderStep => {
  // Somebody took the lock's object away: whoever was seen to hold it works until it notices, and makes it again.
  const standing = lock ?? state.observed?.lock
  if (standing === undefined) return { state: { is: 'following' }, action: claim(undefined, context) }
  const unchanged = state.observed !== undefined && isSame(state.observed.lock.record, standing.record)
  const since = unchanged ? (state.observed?.since ?? context.now) : context.now
  const { holderIdentity, leaseDurationSeconds } = standing.record
  const ours = holderIdentity === '' || holderIdentity === context.identity
  // The holder's own duration counts: an older version may renew more rarely than we would.
  const goodForMs = ours ? 0 : since + leaseDurationSeconds * 1000 - context.now
  return {
    state: { is: 'following', observed: { lock: standing, since } },
    action: goodForMs <= 0 ? claim(lock, context) : lookLater(context, goodForMs),
  }
}

/** Records, not versions: who else writes into the lock's object is no sign of life of its holder. */
const isSame = (a: LockRecord, b: LockRecord): boolean =>
  a.holderIdentity === b.holderIdentity &&
  a.leaseDurationSeconds === b.leaseDurationSeconds &&
  a.acquireTime === b.acquireTime &&
  a.renewTime === b.renewTime &&
  a.leaderTransitions === b.leaderTransitions

/** A clock that is set back further than this tells a time that nobody has seen lately anyway. */
const smallStepBackMs = 60_000

/** When the lock is renewed; later than what stands there in whole seconds, so that nobody takes it for unchanged. */
const renewTimeAfter = (before: number | undefined, wallNow: number): number =>
  before === undefined || wallNow >= before + 1000 || wallNow < before - smallStepBackMs
    ? wallNow
    : before + 1000

const claim = (over: LockState | undefined, { identity, timings, wallNow }: LeaderContext): LeaderAction => {
  const mine = over?.record.holderIdentity === identity
  return {
    do: 'write',
    over,
    record: {
      holderIdentity: identity,
      leaseDurationSeconds: Math.ceil(timings.leaseDurationMs / 1000),
      acquireTime: mine ? over.record.acquireTime : wallNow,
      renewTime: renewTimeAfter(over?.record.renewTime, wallNow),
      leaderTransitions: over === undefined ? 0 : over.record.leaderTransitions + (mine ? 0 : 1),
    },
  }
}

const won = (written: Extract<LeaderInput, { is: 'written' }>, context: LeaderContext): LeaderStep => {
  const state: Leading = { is: 'leading', renewedAt: written.begunAt, lock: written.lock }
  return { state, action: { do: 'wait', ms: renewalWait(state, context) } }
}

/** Counted from the beginning of the last write, so that slow answers do not stretch the period. */
const renewalWait = ({ renewedAt }: Leading, { now, timings }: LeaderContext): number =>
  Math.max(0, timings.retryPeriodMs - (now - renewedAt))

const leadingStep = (state: Leading, input: LeaderInput, context: LeaderContext): LeaderStep => {
  switch (input.is) {
    case 'written':
      return won(input, context)
    case 'read':
      return lookedAt(state, input.lock, context)
    case 'woken':
    case 'conflict':
    case 'failed':
      break
  }
  const leftMs = context.timings.renewDeadlineMs - (context.now - state.renewedAt)
  if (leftMs <= 0) {
    const why = input.is === 'failed' ? `: ${input.why}` : ''
    return lost(`not renewed for ${context.timings.renewDeadlineMs / 1000} s${why}`)
  }
  switch (input.is) {
    case 'woken':
      return { state, action: claim(state.lock, context) }
    case 'conflict':
      return { state, action: { do: 'read' } }
    case 'failed':
      return { state, action: { do: 'wait', ms: failedRenewalWait(leftMs) } }
  }
}

/** Somebody wrote into our lock: ours still, and we renew it; or not. */
const lookedAt = (state: Leading, lock: LockState | undefined, context: LeaderContext): LeaderStep => {
  if (context.now - state.renewedAt >= context.timings.renewDeadlineMs) {
    return lost(`not renewed for ${context.timings.renewDeadlineMs / 1000} s`)
  }
  if (lock === undefined) return { state, action: claim(undefined, context) }
  if (lock.record.holderIdentity !== context.identity) {
    return lost(
      lock.record.holderIdentity === ''
        ? 'somebody cleared the lock'
        : `taken by ${lock.record.holderIdentity}`,
    )
  }
  return { state: { ...state, lock }, action: claim(lock, context) }
}

const lost = (why: string): LeaderStep => ({ state: { is: 'lost', why }, action: { do: 'end' } })

/** What is written on leaving: others need not wait. As client-go, with a duration of 1 s. */
export const releasedRecord = (record: LockRecord, wallNow: number): LockRecord => ({
  holderIdentity: '',
  leaseDurationSeconds: 1,
  acquireTime: wallNow,
  renewTime: wallNow,
  leaderTransitions: record.leaderTransitions,
})
