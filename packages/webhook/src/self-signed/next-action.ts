import type { Authority, KeptAuthority, SigningAuthority } from './authority.ts'
import { currentAuthority } from './authority.ts'
import { pauseOf, type Pause } from './contested.ts'
import { renewalAt, type Lifetimes } from './lifetimes.ts'
import { configurationNames, type ConfigurationName, type Observation } from './observation.ts'
import { leavesInMs, retained, sameAuthorities, wantedBundle, type Retention } from './retention.ts'
import { carriedForMs, signer } from './signer.ts'

/** A write, made safe by a precondition: of several replicas one succeeds, and the others look again. */
export type Write =
  /** There is none: with a new CA. */
  | { readonly is: 'createSecret' }
  /** Keeps these, with a new CA beside them when `fresh`. */
  | {
      readonly is: 'writeSecret'
      readonly keep: readonly KeptAuthority[]
      readonly fresh: boolean
      readonly why: string
    }
  /** The caBundle becomes these. */
  | {
      readonly is: 'writeBundle'
      readonly configuration: ConfigurationName
      readonly authorities: readonly Authority[]
    }

/** The one thing that a replica does next. After each it looks again. */
export type Action =
  | Write
  /** A new certificate, signed by this CA, takes the place of what is served. */
  | { readonly is: 'serve'; readonly by: SigningAuthority }
  /** Nothing, for so long or until something is seen to change; with what somebody has to see to. */
  | { readonly is: 'wait'; readonly forMs: number; readonly problem?: string }

/** A wall clock that is set moves no timer: what has run out by it is seen an hour later at the latest. */
const longestWaitMs = 3_600_000

/**
 * What one replica does next, from what it sees. Replicas agree without speaking to each other, for each step is made safe by
 * the one before it:
 *
 * 1. The CA is in the Secret, which one replica makes and the others read.
 * 2. It is in both caBundles, beside those it takes the place of.
 * 3. Each replica serves a certificate signed by it: at once when it has none to serve, else when API servers have seen 2.
 * 4. The old CA leaves, one lifetime of a certificate later, the Secret first: what is in no Secret comes back into no
 *    caBundle.
 *
 * Pure. No step needs to know of an earlier one, so a replica may end anywhere.
 */
export const nextAction = (seen: Observation, lifetimes: Lifetimes): Action => {
  const problems = problemsOf(seen)
  if (problems.stop.length > 0) return { is: 'wait', forMs: longestWaitMs, problem: problems.stop.join('; ') }
  const standing = standingOf(seen, lifetimes)
  // First what needs no server: it must not wait for one that is away or refuses.
  const by = standing === undefined ? undefined : signer(seen, standing)
  if (by !== undefined) return { is: 'serve', by }
  const pauses: Pause[] = []
  for (const write of writesNeeded(seen, standing)) {
    const pause = pauseOf(write.is === 'writeBundle' ? write.configuration : 'secret', seen, lifetimes)
    if (pause === undefined) return write
    pauses.push(pause)
  }
  const problem = [...pauses.map((pause) => pause.problem), ...problems.note].join('; ')
  return {
    is: 'wait',
    forMs: waitMs(seen, standing, pauses),
    ...(problem === '' ? {} : { problem }),
  }
}

/** What somebody has to see to: before anything is done, or beside it. */
const problemsOf = ({ secret, configurations }: Observation) => {
  const views = [secret, ...configurationNames.map((name) => configurations[name])]
  return {
    stop: views.flatMap((view) => (view.is === 'foreign' ? [view.why] : [])),
    note: views.flatMap((view) => (view.is === 'missing' && view.why !== undefined ? [view.why] : [])),
  }
}

/** What the Secret has, once there is a CA that can sign. */
export interface Standing {
  readonly kept: readonly KeptAuthority[]
  readonly current: SigningAuthority
  readonly retention: Retention
}

const standingOf = (seen: Observation, lifetimes: Lifetimes): Standing | undefined => {
  const { secret, now } = seen
  const kept = secret.is === 'ours' ? secret.authorities : []
  const current = currentAuthority(kept, now, lifetimes.backdateMs)
  if (current === undefined) return undefined
  const { memory, monotonicMs } = seen
  const retention: Retention = {
    current,
    served: seen.serving?.authority,
    now,
    currentForMs: memory.current?.id === current.id ? monotonicMs - memory.current.since : 0,
    seenForMs: ({ id }) => monotonicMs - (memory.seenSince.get(id) ?? monotonicMs),
    lifetimes,
  }
  return { kept, current, retention }
}

/** In this order. */
const writesNeeded = (seen: Observation, standing: Standing | undefined): readonly Write[] => {
  const { secret, configurations, now } = seen
  if (secret.is !== 'ours') return [{ is: 'createSecret' }]
  const { damage, authorities: kept } = secret
  if (standing === undefined) {
    const why = damage ?? 'it has no CA that is valid now and has its key'
    return [{ is: 'writeSecret', keep: kept, fresh: true, why }]
  }
  const { current, retention } = standing
  const keep = retained(kept, retention)
  const isDue = now >= renewalAt(current.createdAt, current.notAfter)
  const reasons = [
    ...(isDue ? ['two thirds of the lifetime of its CA are over'] : []),
    ...(damage === undefined ? [] : [damage]),
    ...(keep.length < kept.length ? ['nothing that an old CA has signed is in use any more'] : []),
  ]
  const bundles = configurationNames.flatMap((configuration): Write[] => {
    const view = configurations[configuration]
    if (view.is !== 'ours') return []
    const authorities = wantedBundle(view.bundle, kept, retention)
    return !view.hasGarbage && sameAuthorities(view.bundle, authorities)
      ? []
      : [{ is: 'writeBundle', configuration, authorities }]
  })
  return reasons.length === 0
    ? bundles
    : [{ is: 'writeSecret', keep, fresh: isDue, why: reasons.join(', ') }, ...bundles]
}

/** Until the first time at which something could be due. */
const waitMs = (seen: Observation, standing: Standing | undefined, pauses: readonly Pause[]): number => {
  const { now, serving, configurations } = seen
  const due = pauses.map(({ forMs }) => forMs)
  if (serving !== undefined)
    due.push(renewalAt(serving.createdAt, serving.notAfter) - now, serving.notAfter - now)
  if (standing !== undefined) {
    const { current, kept, retention } = standing
    const bundles = configurationNames.flatMap((name) => {
      const view = configurations[name]
      return view.is === 'ours' ? view.bundle : []
    })
    due.push(
      renewalAt(current.createdAt, current.notAfter) - now,
      retention.lifetimes.settleMs - carriedForMs(seen, current),
      ...[...kept, ...bundles]
        .filter(({ id }) => id !== current.id)
        .map((authority) => leavesInMs(authority, retention)),
    )
  }
  return Math.ceil(Math.min(longestWaitMs, ...due.filter((ms) => ms > 0)))
}
