import type { Identity } from './auth/identity.ts'
import type { CertificateRotation } from './certificates/cluster-authorities.ts'
import { checkFault, checkFaultRule, checkLagMs, checkWatchMatch } from './check-fault.ts'
import { checkWord } from './check-option.ts'
import { CountedRule } from './faults/counted-rule.ts'
import type { MetFault } from './faults/counted-rule.ts'
import { faultError } from './faults/fault-error.ts'
import type { ActiveFault, Fault, FaultMatch, FaultRule } from './faults/fault-rule.ts'
import type { ArrivedRequest, Interceptor } from './faults/interceptor.ts'
import type { FaultTargets, FaultyWatch, Handshake } from './faults/faulty-watch.ts'
import { matchesWatch } from './faults/matches.ts'
import { Staleness } from './faults/staleness.ts'
import type { RequestInfo } from './server/request-info.ts'

/** Makes a cluster misbehave, on purpose and repeatably. */
export class Faults {
  readonly #rules = new Set<CountedRule>()
  /** Those too that were used up or removed, until `clear`. */
  readonly #added = new Set<CountedRule>()
  readonly #interceptors = new Set<Interceptor>()
  readonly #targets: FaultTargets
  #isPartitioned = false
  #skewMs = 0
  #ready: Promise<void> = Promise.resolve()

  constructor(targets: FaultTargets) {
    this.#targets = targets
  }

  /** Adds a fault. Of several that match, the oldest hits. Throws a TypeError for a rule that can hit nothing. */
  add(rule: FaultRule): ActiveFault {
    checkFaultRule(rule)
    const { clock, revision, onRevision } = this.#targets
    const { fault, match = {} } = rule
    const staleness = fault.kind === 'stale' ? new Staleness({ fault, revision, onRevision }) : undefined
    const counted = new CountedRule(rule, clock, staleness)
    // that a version could not be found out is for the requests to hear that the rule hits, not for all
    if (staleness !== undefined)
      this.#ready = Promise.allSettled([this.#ready, staleness.ready]).then(() => undefined)
    this.#rules.add(counted)
    this.#added.add(counted)
    if (staleness !== undefined) {
      for (const watch of this.#targets.watches) {
        if (!matchesWatch(match, watch)) continue
        watch.follow(staleness)
        counted.hits++
      }
    }
    const remove = (): void => this.#end(counted)
    return Object.defineProperties(remove, {
      rule: { value: rule },
      hits: { get: () => counted.hits },
      remove: { value: remove },
    }) as ActiveFault
  }

  /** The rules since the last `clear` that have hit nothing: a test with one of them proves less than it says. */
  neverHit(): FaultRule[] {
    return [...this.#added].filter(({ hits }) => hits === 0).map(({ rule }) => rule)
  }

  /** Ends all faults but `refuseConnections`, which takes its time, and rotated certificates, which stay. */
  clear(): void {
    for (const rule of [...this.#rules]) this.#end(rule)
    this.#added.clear()
    this.#isPartitioned = false
    this.#targets.handshakes('works')
    if (this.#skewMs !== 0) this.jumpClock(-this.#skewMs)
    this.stallWatches({}, false)
    this.lagWatches(0)
  }

  /** Cuts the connections of open watches; answers how many. */
  dropWatches(match: FaultMatch = {}): number {
    return this.#each(match, (watch) => watch.destroy())
  }

  /** Holds the events of open watches back, or lets them go. */
  stallWatches(match: FaultMatch = {}, stalled = true): number {
    return this.#each(match, (watch) => watch.stall(stalled))
  }

  /** Lets events of open watches come so many milliseconds later, in order; at once again with 0. */
  lagWatches(ms: number, match: FaultMatch = {}): number {
    checkLagMs(ms)
    return this.#each(match, (watch) => watch.lag(ms))
  }

  /** Ends open watches in order, as a server does when their time is over; answers how many. */
  endWatches(match: FaultMatch = {}): number {
    return this.#each(match, (watch) => watch.end())
  }

  /** Ends open watches with an ERROR event, whose Status has this code; answers how many. */
  failWatches(error: Omit<Extract<Fault, { kind: 'status' }>, 'kind'>, match: FaultMatch = {}): number {
    checkFault({ ...error, kind: 'status' })
    const { status } = faultError(error)
    return this.#each(match, (watch) => {
      watch.send(`${JSON.stringify({ type: 'ERROR', object: status })}\n`)
      watch.end()
    })
  }

  /** Cuts open watches in the middle of their next event; answers how many. */
  cutWatches(match: FaultMatch = {}): number {
    return this.#each(match, (watch) => watch.cutNext())
  }

  /** Sends a text over open watches, whatever it is, with no line end added; answers over how many. */
  sendToWatches(text: string, match: FaultMatch = {}): number {
    return this.#each(match, (watch) => watch.send(text))
  }

  /** Nobody listens at the cluster's address any more, and every connection is cut; or it is back, at the same port. */
  async refuseConnections(areRefused = true): Promise<void> {
    await this.#targets.listening(!areRefused)
  }

  /** How new connections begin TLS; those that are open are cut, so that all are new. */
  breakHandshakes(how: Handshake): void {
    checkWord('handshakes', how, ['works', 'cut', 'unknown authority'])
    this.#targets.handshakes(how)
    this.#targets.dropConnections()
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

  /**
   * New certificates while the cluster runs: connections that are open stay, new ones meet the new certificate, and
   * client certificates of an authority that is gone are answered 401 from now on. `kubeconfig()` gives new ones, and
   * files of `writeKubeconfig()` are written anew.
   */
  rotateCertificates(rotation: CertificateRotation = {}): void {
    this.#targets.rotateCertificates(rotation)
  }

  /**
   * The cluster's wall clock jumps, forward or backward, and nobody else's: certificates, tokens and ages are judged by
   * it at once; time-outs, bookmarks and delays, which are durations, go on as they were. `clear()` sets it right.
   */
  jumpClock(ms: number): void {
    this.#targets.jumpClock(ms)
    this.#skewMs += ms
  }

  /** For `testCrashConsistency`: looks at every request before the rules do; the answer ends that. */
  intercept(interceptor: Interceptor): () => void {
    this.#interceptors.add(interceptor)
    return () => this.#interceptors.delete(interceptor)
  }

  get isPartitioned(): boolean {
    return this.#isPartitioned
  }

  /** For a server: resolves when all rules know what they have to; requests wait for it. */
  get ready(): Promise<void> {
    return this.#ready
  }

  /** For a server: whether somebody has to see each request, with the name of what it creates. */
  get isIntercepted(): boolean {
    return this.#interceptors.size > 0
  }

  /** For a server: what becomes of a request before the rules are asked. */
  intercepted(request: ArrivedRequest): MetFault | undefined {
    for (const interceptor of this.#interceptors) {
      const fault = interceptor(request)
      if (fault !== undefined) return fault
    }
    return undefined
  }

  /** For the server: the fault that hits a request, which counts as used. */
  take(info: RequestInfo, identity: Pick<Identity, 'user'>): MetFault | undefined {
    for (const rule of this.#rules) {
      const met = rule.take(info, identity.user)
      // what it has let loose on reads goes on until it is removed
      if (rule.isUsedUp && rule.staleness === undefined) this.#rules.delete(rule)
      if (met !== undefined) return met
    }
    return undefined
  }

  #end(rule: CountedRule): void {
    this.#rules.delete(rule)
    rule.staleness?.release()
  }

  #each(match: FaultMatch, act: (watch: FaultyWatch) => void): number {
    const found = this.#watches(match)
    for (const watch of found) act(watch)
    return found.length
  }

  #watches(match: FaultMatch): FaultyWatch[] {
    checkWatchMatch(match)
    return [...this.#targets.watches].filter((watch) => matchesWatch(match, watch))
  }
}
