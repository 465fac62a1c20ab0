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

export interface LeaderTimings {
  /** A holder silent for so long has lost the lock. 15 s, as client-go. */
  readonly leaseDurationMs: number
  /** A holder that could not renew for so long stops by itself, before others may start. 10 s. */
  readonly renewDeadlineMs: number
  /** Between renewals, and between looks at another's lock. 5 s: one write every 5 s, and two tries in a deadline. */
  readonly retryPeriodMs: number
}

export const defaultLeaderTimings: LeaderTimings = {
  leaseDurationMs: 15_000,
  renewDeadlineMs: 10_000,
  retryPeriodMs: 5000,
}

/** After a failed renewal the next try is soon: the deadline leaves room for several. */
const failedRenewalRetryMs = 1000

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
const lookLater = ({ timings, random }: LeaderContext): LeaderAction => ({
  do: 'wait',
  ms: timings.retryPeriodMs * (1 + 0.2 * random),
})

const found = (state: Following, lock: LockState | undefined, context: LeaderContext): LeaderStep => {
  if (lock === undefined) return { state: { is: 'following' }, action: claim(undefined, context) }
  const unchanged = state.observed !== undefined && state.observed.lock.version === lock.version
  const observed = unchanged ? state.observed : { lock, since: context.now }
  const { holderIdentity, leaseDurationSeconds } = lock.record
  // The holder's own duration counts: an older version may renew more rarely than we would.
  const goodForMs = Math.max(leaseDurationSeconds * 1000, 0)
  const free =
    holderIdentity === '' || holderIdentity === context.identity || context.now - observed.since >= goodForMs
  return { state: { is: 'following', observed }, action: free ? claim(lock, context) : lookLater(context) }
}

const claim = (over: LockState | undefined, { identity, timings, wallNow }: LeaderContext): LeaderAction => {
  const mine = over?.record.holderIdentity === identity
  return {
    do: 'write',
    over,
    record: {
      holderIdentity: identity,
      leaseDurationSeconds: Math.ceil(timings.leaseDurationMs / 1000),
      acquireTime: mine ? over.record.acquireTime : wallNow,
      renewTime: wallNow,
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
      return { state, action: { do: 'wait', ms: Math.min(failedRenewalRetryMs, leftMs) } }
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
