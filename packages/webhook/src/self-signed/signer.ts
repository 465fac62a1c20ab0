import {
  isInTime,
  isSigning,
  newestFirst,
  type Authority,
  type KeptAuthority,
  type SigningAuthority,
} from './authority.ts'
import { renewalAt, type Lifetimes } from './lifetimes.ts'
import { configurationNames, isCarried, type Observation, type Serving } from './observation.ts'

/** Who can sign, and the one of them that should. */
interface Signers {
  readonly kept: readonly KeptAuthority[]
  readonly current: SigningAuthority
  readonly retention: { readonly lifetimes: Lifetimes }
}

/** For how long API servers have been able to see that `authority` is trusted. */
export const carriedForMs = (
  { memory, monotonicMs, configurations }: Observation,
  { id }: Authority,
): number =>
  // Without configurations there is nobody who could be too late to see it.
  configurationNames.some((name) => configurations[name].is === 'ours')
    ? monotonicMs - (memory.carriedSince.get(id) ?? monotonicMs)
    : Infinity

/** By whom a new certificate is to be signed; undefined: what is served stays. */
export const signer = (
  seen: Observation,
  { kept, current, retention }: Signers,
): SigningAuthority | undefined => {
  const { lifetimes } = retention
  const { configurations, serving } = seen
  if (isCarried(configurations, current) && carriedForMs(seen, current) >= lifetimes.settleMs)
    return isWorthIt(seen, current, lifetimes) ? current : undefined
  const older = olderSigner(seen, kept, current, lifetimes)
  if (serving !== undefined && isGood(seen, serving, lifetimes)) {
    const renews = older !== undefined && serving.authority.id === older.id
    return renews && isWorthIt(seen, older, lifetimes) ? older : undefined
  }
  return older ?? (isCarried(configurations, current) ? current : undefined)
}

/**
 * What all API servers have trusted for long, while some may not trust the current one yet. Not when that was made so long ago
 * that others may be about to take the older ones away.
 */
const olderSigner = (
  { configurations, now }: Observation,
  kept: readonly KeptAuthority[],
  current: Authority,
  { leafMs, backdateMs }: Lifetimes,
): SigningAuthority | undefined => {
  if (isCarried(configurations, current) && now >= current.createdAt + leafMs / 2) return undefined
  return kept
    .filter(isSigning)
    .filter((authority) => authority.id !== current.id && isInTime(authority, now, backdateMs))
    .filter((authority) => isCarried(configurations, authority))
    .toSorted(newestFirst)[0]
}

/** Whether `by` signs anything better than what is served. */
const isWorthIt = (
  { serving, now }: Observation,
  by: SigningAuthority,
  { leafMs, backdateMs }: Lifetimes,
): boolean =>
  serving === undefined ||
  serving.authority.id !== by.id ||
  !isInTime(serving, now, backdateMs) ||
  (now >= renewalAt(serving.createdAt, serving.notAfter) &&
    Math.min(now + leafMs, by.notAfter) > serving.notAfter)

const isGood = ({ now, configurations }: Observation, serving: Serving, { backdateMs }: Lifetimes): boolean =>
  isInTime(serving, now, backdateMs) && isCarried(configurations, serving.authority)
