import type { Identity } from './auth/identity.ts'
import { ApiError } from './api-error.ts'
import { seededRandom } from './clock/seeded-random.ts'
import type { RequestInfo } from './server/request-info.ts'
import type { OpenWatch } from './server/watch-stream.ts'

/** Which requests a fault is for; everything left out matches. */
export interface FaultMatch {
  readonly verb?: string
  /** `deployments.apps`, `secrets`; with `/status` for a subresource. */
  readonly resource?: string
  readonly namespace?: string
  readonly name?: string
  readonly user?: string
}

export type Fault =
  /** Answered with this status; the request has no effect. */
  | {
      readonly kind: 'status'
      readonly code: number
      readonly reason?: string
      readonly message?: string
      readonly retryAfterSeconds?: number
    }
  /** Answered later, by the cluster's clock. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** The connection is cut before the request has an effect, or after it and before the answer. */
  | { readonly kind: 'reset'; readonly when: 'before' | 'after' }
  /** The answer is cut in the middle of its body. */
  | { readonly kind: 'cut' }

export interface FaultRule {
  readonly match?: FaultMatch
  readonly fault: Fault
  /** How many requests it hits; all when absent. */
  readonly times?: number
  /** Between 0 and 1; every matching request when absent. */
  readonly probability?: number
  /** Of the probability; 1 when absent. */
  readonly seed?: number
}

interface ActiveRule extends FaultRule {
  left: number
  readonly random: () => number
}

/** What faults reach besides requests. */
export interface FaultTargets {
  readonly watches: ReadonlySet<OpenWatch>
  readonly compact: () => void
  readonly dropConnections: () => void
}

const reasons: Readonly<Record<number, string>> = {
  409: 'Conflict',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'ServiceUnavailable',
  504: 'Timeout',
}

/** The error a status fault answers with. */
export const faultError = ({
  code,
  reason,
  message,
  retryAfterSeconds,
}: Extract<Fault, { kind: 'status' }>): ApiError =>
  new ApiError(code, reason ?? reasons[code] ?? 'Unknown', message ?? 'injected by the testkit', {
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  })

const resourceText = (group: string, plural: string, subresource: string): string =>
  (group === '' ? plural : `${plural}.${group}`) + (subresource === '' ? '' : `/${subresource}`)

const matches = (match: FaultMatch, info: RequestInfo, user: string): boolean => {
  if (match.verb !== undefined && match.verb !== info.verb) return false
  if (match.user !== undefined && match.user !== user) return false
  if (!info.isResource)
    return match.resource === undefined && match.name === undefined && match.namespace === undefined
  return (
    (match.resource === undefined ||
      match.resource === resourceText(info.group, info.plural, info.subresource)) &&
    (match.namespace === undefined || match.namespace === info.namespace) &&
    (match.name === undefined || match.name === info.name)
  )
}

/** Makes a cluster misbehave, on purpose and repeatably. */
export class Faults {
  readonly #rules = new Set<ActiveRule>()
  readonly #targets: FaultTargets
  #isPartitioned = false

  constructor(targets: FaultTargets) {
    this.#targets = targets
  }

  /** Adds a fault; the answer takes it away again. Of several that match, the oldest hits. */
  add(rule: FaultRule): () => void {
    const active = {
      ...rule,
      left: rule.times ?? Number.POSITIVE_INFINITY,
      random: seededRandom(rule.seed ?? 1),
    }
    this.#rules.add(active)
    return () => this.#rules.delete(active)
  }

  clear(): void {
    this.#rules.clear()
    this.#isPartitioned = false
    this.stallWatches({}, false)
  }

  /** Cuts the connections of open watches; answers how many. */
  dropWatches(match: FaultMatch = {}): number {
    const found = this.#watches(match)
    for (const watch of found) watch.destroy()
    return found.length
  }

  /** Holds the events of open watches back, or lets them go. */
  stallWatches(match: FaultMatch = {}, stalled = true): number {
    const found = this.#watches(match)
    for (const watch of found) watch.stall(stalled)
    return found.length
  }

  /** Forgets all history: watches and lists from before are answered 410. */
  compactHistory(): void {
    this.#targets.compact()
  }

  /** Nobody reaches the cluster any more, and every connection is cut; or it is back. */
  partition(isPartitioned = true): void {
    this.#isPartitioned = isPartitioned
    if (isPartitioned) this.#targets.dropConnections()
  }

  get isPartitioned(): boolean {
    return this.#isPartitioned
  }

  /** For the server: the fault that hits a request, which counts as used. */
  take(info: RequestInfo, identity: Identity): Fault | undefined {
    for (const rule of this.#rules) {
      if (!matches(rule.match ?? {}, info, identity.user)) continue
      if (rule.probability !== undefined && rule.random() >= rule.probability) continue
      rule.left--
      if (rule.left <= 0) this.#rules.delete(rule)
      return rule.fault
    }
    return undefined
  }

  #watches(match: FaultMatch): OpenWatch[] {
    return [...this.#targets.watches].filter(
      ({ resource, identity }) =>
        (match.resource === undefined ||
          match.resource === resourceText(resource.group, resource.plural, '')) &&
        (match.user === undefined || match.user === identity.user),
    )
  }
}
