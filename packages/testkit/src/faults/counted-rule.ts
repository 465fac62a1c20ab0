import type { Clock } from '../clock/clock.ts'
import { seededRandom } from '../clock/seeded-random.ts'
import { resourceName } from '../resource-name.ts'
import type { RequestInfo } from '../server/request-info.ts'
import type { Fault, FaultRule } from './fault-rule.ts'
import { matchesRequest } from './matches.ts'
import type { Staleness } from './staleness.ts'

/** A fault as a request meets it. */
export type MetFault =
  | Exclude<Fault, { kind: 'throttle' } | { kind: 'stale' }>
  | { readonly kind: 'stale'; readonly staleness: Staleness }

const textHash = (text: string): number => {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return hash >>> 0
}

const identityOf = (info: RequestInfo, user: string): string =>
  info.isResource
    ? `${user} ${info.verb} ${resourceName(info.group, info.plural, info.subresource)} ${info.namespace}/${info.name}`
    : `${user} ${info.verb} ${info.path}`

/** A rule, and what it has seen. */
export class CountedRule {
  readonly rule: FaultRule
  readonly staleness: Staleness | undefined
  hits = 0
  readonly #clock: Pick<Clock, 'monotonic'>
  readonly #occurrences = new Map<string, number>()
  #passed = 0
  #tokens: number
  #filledAt: number

  constructor(rule: FaultRule, clock: Pick<Clock, 'monotonic'>, staleness?: Staleness) {
    this.rule = rule
    this.staleness = staleness
    this.#clock = clock
    this.#tokens = rule.fault.kind === 'throttle' ? (rule.fault.burst ?? rule.fault.perSecond) : 0
    this.#filledAt = clock.monotonic()
  }

  get isUsedUp(): boolean {
    return this.hits >= (this.rule.times ?? Number.POSITIVE_INFINITY)
  }

  /** What it does to this request; undefined when that passes. */
  take(info: RequestInfo, user: string): MetFault | undefined {
    const { match = {}, fault, after = 0 } = this.rule
    if (this.isUsedUp || !matchesRequest(match, fault.kind, info, user)) return undefined
    if (this.#passed < after) {
      this.#passed++
      return undefined
    }
    if (!this.#isDrawn(info, user)) return undefined
    const met = this.#met(fault)
    if (met !== undefined) this.hits++
    return met
  }

  /** By the request and how often it came, not by the order in which those of many came in. */
  #isDrawn(info: RequestInfo, user: string): boolean {
    const { probability, seed = 1 } = this.rule
    if (probability === undefined) return true
    const identity = identityOf(info, user)
    const occurrence = (this.#occurrences.get(identity) ?? 0) + 1
    this.#occurrences.set(identity, occurrence)
    return seededRandom(textHash(`${seed} ${identity} ${occurrence}`))() < probability
  }

  #met(fault: Fault): MetFault | undefined {
    if (fault.kind === 'throttle') return this.#throttled(fault.perSecond, fault.burst ?? fault.perSecond)
    if (fault.kind !== 'stale') return fault
    return this.staleness === undefined ? undefined : { kind: 'stale', staleness: this.staleness }
  }

  /** A bucket of `burst` tokens into which `perSecond` fall. */
  #throttled(perSecond: number, burst: number): MetFault | undefined {
    const now = this.#clock.monotonic()
    this.#tokens = Math.min(this.#tokens + ((now - this.#filledAt) / 1_000) * perSecond, burst)
    this.#filledAt = now
    if (this.#tokens >= 1) {
      this.#tokens--
      return undefined
    }
    const retryAfterSeconds = Math.max(1, Math.ceil((1 - this.#tokens) / perSecond))
    return { kind: 'status', code: 429, retryAfterSeconds }
  }
}
