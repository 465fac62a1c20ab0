import { SecretValue } from '@odfmo/controller-kit'
import type { Authority, SigningAuthority } from '../authority.ts'
import { configurationNames, type ConfigurationName, type Written } from '../observation.ts'
import { EventQueue } from './event-queue.ts'
import { modelLifetimes, type Surroundings } from './surroundings.ts'
import { ModelReplica } from './model-replica.ts'
import { ModelServer } from './model-server.ts'

const mostLagMs = modelLifetimes.settleMs / 2

/** Mulberry32: the same seed gives the same numbers. */
const randomOf = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** What one API server believes a configuration to trust; it lags. */
type ApiServer = Record<ConfigurationName, { version: number; trusted: readonly string[] | undefined }>

/**
 * A server, replicas that run the real rule over caches that lag, API servers that verify by configurations as they last saw
 * them, and somebody who breaks things. All of it in one thread, by one seed.
 */
export class ModelWorld implements Surroundings {
  readonly queue = new EventQueue()
  readonly random: () => number
  readonly server: ModelServer
  readonly replicas: readonly ModelReplica[]
  readonly #apiServers: readonly ApiServer[]
  /** What happened, for the message of a failure. */
  readonly log: string[] = []
  /** What must never be. */
  readonly violations: string[] = []
  /** Somebody else has written it, and what is served has not been trusted by it since. */
  readonly #tainted: Record<ConfigurationName, number | undefined> = {
    mutating: undefined,
    validating: undefined,
  }
  /** No call of an API server may fail once a replica serves: nobody breaks anything in this world. */
  readonly #isCalm: boolean
  #firstServedAt: number | undefined
  #authorities = 0

  constructor(seed: number, { replicas, isCalm }: { readonly replicas: number; readonly isCalm: boolean }) {
    this.random = randomOf(seed)
    this.#isCalm = isCalm
    this.server = new ModelServer((what) => this.#changed(what))
    this.#apiServers = [0, 1].map(() => ({
      mutating: { version: 0, trusted: undefined },
      validating: { version: 0, trusted: undefined },
    }))
    this.replicas = Array.from({ length: replicas }, (_, index) => new ModelReplica(this, index))
  }

  upTo(most: number): number {
    return Math.floor(this.random() * most)
  }

  lag(): number {
    return this.upTo(mostLagMs)
  }

  say(text: string): void {
    this.log.push(`${this.queue.now}: ${text}`)
  }

  newAuthority(now: number): SigningAuthority {
    this.#authorities += 1
    const id = `CA${this.#authorities}`
    const notAfter = now + modelLifetimes.authorityMs
    return { id, pem: id, createdAt: now, notAfter, key: new SecretValue(id) }
  }

  /** A CA that somebody else has made. */
  stranger(): Authority {
    const { key: _key, ...authority } = this.newAuthority(this.queue.now)
    return { ...authority, id: `other-${authority.id}` }
  }

  taint(name: ConfigurationName): void {
    this.#tainted[name] = this.queue.now
  }

  run(forMs: number): void {
    this.queue.runUntil(this.queue.now + forMs, () => this.#check())
  }

  /** One CA everywhere, which signs what every replica serves. */
  converged(): string | undefined {
    const { view } = this.server.read('secret')
    if (view.is !== 'ours' || view.authorities.length !== 1 || view.damage !== undefined)
      return `the Secret is ${view.is} with ${view.is === 'ours' ? view.authorities.map(({ id }) => id).join(' ') : 'nothing'}`
    const id = view.authorities[0]?.id
    for (const name of configurationNames) {
      const configuration = this.server.read(name).view
      if (configuration.is === 'missing') continue
      const trusted = configuration.is === 'ours' ? configuration.bundle.map((one) => one.id).join(' ') : '?'
      if (trusted !== id) return `${name} trusts ${trusted}, the Secret has ${id}`
    }
    const other = this.replicas.find(({ alive, serving }) => alive && serving?.authority.id !== id)
    return other === undefined
      ? undefined
      : `${other.name} serves ${other.serving?.authority.id}, the Secret has ${id}`
  }

  #changed(what: Written): void {
    for (const replica of this.replicas) this.queue.in(this.lag(), () => replica.learn(what))
    if (what === 'secret') return
    const { version, view } = this.server.read(what)
    for (const apiServer of this.#apiServers)
      this.queue.in(this.lag(), () => {
        if (apiServer[what].version >= version) return
        const trusted = view.is === 'ours' ? view.bundle.map(({ id }) => id) : undefined
        apiServer[what] = { version, trusted }
      })
  }

  #check(): void {
    const right = this.#rightReplicas()
    for (const name of configurationNames) {
      const { view } = this.server.read(name)
      if (view.is !== 'ours' || right.length === 0) continue
      const trusted = view.bundle.map(({ id }) => id)
      const failing = right.filter(({ serving }) => !trusted.includes(serving?.authority.id ?? ''))
      const since = this.#tainted[name]
      // Who has not seen it yet may still act on what was there before.
      if (failing.length === 0 && since !== undefined && this.queue.now > since + modelLifetimes.settleMs)
        this.#tainted[name] = undefined
      else if (since === undefined)
        for (const replica of failing)
          this.#violated(
            `${name} trusts ${trusted.join(' ')}, and ${replica.name} serves ${replica.serving?.authority.id}`,
          )
    }
    if (this.#isCalm) this.#checkCalls()
  }

  #checkCalls(): void {
    const { now } = this.queue
    const serving = this.#rightReplicas()
    if (serving.length > 0) this.#firstServedAt ??= now
    if (this.#firstServedAt === undefined || now < this.#firstServedAt + mostLagMs) return
    for (const replica of serving) {
      const { authority, notAfter = 0 } = replica.serving ?? {}
      if (now >= notAfter || now >= (authority?.notAfter ?? 0))
        this.#violated(`${replica.name} serves what has run out`)
      this.#apiServers.forEach((apiServer, index) => {
        for (const name of configurationNames) {
          const { trusted } = apiServer[name]
          if (trusted !== undefined && !trusted.includes(authority?.id ?? ''))
            this.#violated(
              `API server ${index} trusts ${trusted.join(' ')} by ${name}, and ${replica.name} serves ${authority?.id}`,
            )
        }
      })
    }
  }

  /** Those that serve something, by a clock that is right. */
  #rightReplicas(): readonly ModelReplica[] {
    return this.replicas.filter(
      ({ alive, serving, clockOffsetMs, servesWrongTime }) =>
        alive && serving !== undefined && clockOffsetMs === 0 && !servesWrongTime,
    )
  }

  #violated(what: string): void {
    if (this.violations.some((known) => known.endsWith(what))) return
    this.say(`VIOLATION: ${what}`)
    this.violations.push(`${this.queue.now}: ${what}`)
  }
}
