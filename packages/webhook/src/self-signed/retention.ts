import { newestFirst, type Authority, type KeptAuthority } from './authority.ts'
import type { Lifetimes } from './lifetimes.ts'

/** Who is in use, and what can be said of the others. */
export interface Retention {
  /** The one that signs now. */
  readonly current: Authority
  /** Whose certificate this replica serves: it trusts nothing less. */
  readonly served: Authority | undefined
  readonly now: number
  /** For how long this one has been the current one, and trusted by all configurations. */
  readonly currentForMs: number
  /** For how long this replica has seen a CA. */
  readonly seenForMs: (authority: Authority) => number
  readonly lifetimes: Lifetimes
}

/**
 * A caBundle may not grow for ever when somebody deletes the Secret again and again; far more than there ever are otherwise
 * (two, for the month after a renewal).
 */
const mostAuthorities = 50

/**
 * Nobody leaves before all replicas had ten times the time they need to turn to the current CA. Time that this process has
 * lived through: a wall clock that is set forward takes nothing away from anybody.
 */
export const turningMs = ({ settleMs }: Lifetimes): number => 10 * settleMs

/**
 * In how many milliseconds a CA that no longer signs can leave: one lifetime of a certificate after the current one was made,
 * when whatever it has signed has run out. 0 or less: now.
 */
export const leavesInMs = (authority: Authority, retention: Retention): number => {
  const { current, now, currentForMs, lifetimes } = retention
  const lifetimeMs = lifetimes.leafMs + lifetimes.settleMs
  const besideMs = Math.min(currentForMs, retention.seenForMs(authority))
  // Made by a clock that is ahead of ours: who is right does not show, so that neither clock counts.
  const byWallClockMs =
    authority.createdAt > now
      ? lifetimeMs - besideMs
      : Math.max(current.createdAt, authority.createdAt) + lifetimeMs - now
  return Math.max(byWallClockMs, turningMs(lifetimes) - besideMs)
}

/** Those that are still needed, each once, the newest first. */
export const retained = <A extends Authority>(
  authorities: readonly A[],
  retention: Retention,
): readonly A[] => {
  const isInUse = ({ id }: Authority): boolean => id === retention.current.id || id === retention.served?.id
  const needed = [...new Map(authorities.map((authority) => [authority.id, authority])).values()]
    .filter((authority) => isInUse(authority) || leavesInMs(authority, retention) > 0)
    .toSorted(newestFirst)
  return needed.filter((authority, at) => at < mostAuthorities || isInUse(authority))
}

/** What a caBundle should trust: what the Secret has, what is served, and of what it trusts now what is still needed. */
export const wantedBundle = (
  carried: readonly Authority[],
  kept: readonly KeptAuthority[],
  retention: Retention,
): readonly Authority[] =>
  retained([...kept, ...(retention.served === undefined ? [] : [retention.served]), ...carried], retention)

/** Whether both name the same authorities. */
export const sameAuthorities = (a: readonly Authority[], b: readonly Authority[]): boolean =>
  a.length === b.length && a.every(({ id }) => b.some((other) => other.id === id))
