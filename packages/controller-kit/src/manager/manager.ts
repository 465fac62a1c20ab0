import { Informers } from '../cache/informers.ts'
import type { KubeClient } from '../client/kube-client.ts'
import { holdProcess, systemClock, type Clock } from '../clock.ts'
import type { Logger } from '../logging/logger.ts'
import { aborted } from '../once.ts'
import type { Runnable } from '../runnable.ts'
import type { Index, WatchedKind } from '../watched-kind.ts'
import { checksPage, type Check } from './checks.ts'
import { EventRecorder } from './event-recorder.ts'
import { listen, type BindAddress, type HttpEndpoint, type Page, type Pages } from './http-endpoint.ts'
import { LeaderElector } from './leader-elector.ts'
import type { LeaderTimings } from './leader-step.ts'
import type { Lock } from './locks.ts'
import { Metrics } from './metrics.ts'
import { Phase } from './phase.ts'

export interface ManagerOptions {
  /** The component: `hub-controller`. */
  readonly name: string
  /** This process among others of its kind, for leases and events: the pod's name with something random. */
  readonly identity: string
  readonly logger: Logger
  /** By the names that `WatchedKind.cluster` uses. */
  readonly clients: Readonly<Record<string, KubeClient>>
  /** Started at once; others when they are first read. */
  readonly watches?: readonly WatchedKind[]
  readonly indexes?: readonly Index[]
  /** Left out: no election, this process always works. */
  readonly leaderElection?: { readonly locks: readonly Lock[]; readonly timings?: LeaderTimings }
  /** Left out: not served. The same for both: one server for all. */
  readonly metricsAddress?: BindAddress
  readonly healthAddress?: BindAddress
  /** Serves `/debug/derived?name=` (what the parts know of each object they write) and `/debug/caches`. */
  readonly debug?: boolean
  /** How long parts may take to end. Default: 20 s, within the 30 s that a kubelet gives. */
  readonly drainMs?: number
  /** Default: a new one. Give it to have the clients' requests in it too. */
  readonly metrics?: Metrics
  /** Default: the system's. */
  readonly clock?: Clock
}

const defaultDrainMs = 20_000

/**
 * Runs a service: caches, leader election, the parts that work, probes and metrics; in that order, and the
 * other way round at the end.
 */
export class Manager {
  readonly informers: Informers
  readonly metrics: Metrics
  readonly logger: Logger
  readonly clock: Clock
  readonly clients: Readonly<Record<string, KubeClient>>
  readonly #options: ManagerOptions
  readonly #elector: LeaderElector | undefined
  readonly #parts: Runnable[] = []
  readonly #started = new Set<Runnable>()
  #endpoints: { health?: HttpEndpoint; metrics?: HttpEndpoint } = {}
  #stopping = false

  constructor(options: ManagerOptions) {
    const { clients, clock = systemClock, logger, metrics = new Metrics(), leaderElection } = options
    this.#options = options
    this.clock = clock
    this.logger = logger
    this.clients = clients
    this.metrics = metrics
    this.informers = new Informers({
      clients,
      clock,
      logger,
      observer: metrics.informerObserver,
      ...(options.watches === undefined ? {} : { watches: options.watches }),
      ...(options.indexes === undefined ? {} : { indexes: options.indexes }),
    })
    metrics.watchInformers(() => this.informers.stats())
    if (leaderElection !== undefined) {
      this.#elector = new LeaderElector({ ...leaderElection, identity: options.identity, clock, logger })
      metrics.watchLeader(leaderElection.locks[0]?.name ?? options.name, () => this.#elector?.leading ?? true)
    }
  }

  /** Parts are started in the order they are added, and end together. Before `run`. */
  add(...parts: readonly Runnable[]): this {
    this.#parts.push(...parts)
    return this
  }

  /** Whether a write may begin now: this process leads. Give it to engines; bound. */
  readonly canWrite = (): boolean => this.#elector?.canWrite() ?? true

  /** Events written to one cluster. */
  recorder(cluster: string): EventRecorder {
    const client = this.clients[cluster]
    if (client === undefined) throw new TypeError(`manager: no client for cluster "${cluster}"`)
    const { name, identity } = this.#options
    return new EventRecorder({
      client,
      controller: `odfmo-${name}`,
      instance: identity,
      clock: this.clock,
      logger: this.logger,
    })
  }

  /** The ports that were taken, for addresses with port 0. */
  get ports(): { readonly health: number | undefined; readonly metrics: number | undefined } {
    return { health: this.#endpoints.health?.port, metrics: this.#endpoints.metrics?.port }
  }

  /**
   * Resolves when `signal` was aborted and everything has ended; rejects with the first failure of a part
   * (also: an end before the signal, a lost leadership), after the others have ended too. Once.
   */
  async run(signal: AbortSignal): Promise<void> {
    const { drainMs = defaultDrainMs, name, identity } = this.#options
    const release = holdProcess()
    const ended = new AbortController()
    const failed = (error: unknown): void => ended.abort(error)
    const phases = {
      work: new Phase('work', failed),
      background: new Phase('background', failed),
      election: new Phase('election', failed),
      caches: new Phase('caches', failed),
    }
    // What ended it first counts: a failure stays one though a signal comes while the others end.
    let asked = false
    const onAbort = (): void => {
      asked ||= !ended.signal.aborted
      ended.abort()
    }
    if (signal.aborted) onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
    try {
      await this.#listen()
      for (const [cluster, client] of Object.entries(this.clients)) {
        phases.caches.launch(`credentials of ${cluster}`, (until) => client.credentials.follow(until))
        client.credentials.onChange((state) => {
          if (state.ok) this.logger.info({ cluster }, 'took over rotated credentials')
          else this.logger.error({ cluster, why: state.why }, 'rotated credentials could not be taken over')
        })
      }
      phases.caches.launch('the caches', (until) => this.informers.start(until))
      this.#start(phases.background, false)
      this.logger.info({ name, identity }, 'started')
      const elector = this.#elector
      if (elector !== undefined) {
        phases.election.launch('the leader election', (until) => elector.run(until))
        await elector.acquired(ended.signal).catch(() => undefined)
      }
      if (!ended.signal.aborted) this.#start(phases.work, true)
      await aborted(ended.signal)
    } finally {
      signal.removeEventListener('abort', onAbort)
      await this.#stop(phases, drainMs).finally(release)
    }
    if (!asked) throw ended.signal.reason
  }

  #start(phase: Phase, needsLeadership: boolean): void {
    for (const part of this.#parts) {
      if (part.needsLeadership !== needsLeadership) continue
      this.#started.add(part)
      phase.launch(part.name, (until) => part.start(until))
    }
  }

  /** Locks are given back when nobody works any more; caches and connections go last. */
  async #stop(
    phases: Readonly<Record<'work' | 'background' | 'election' | 'caches', Phase>>,
    drainMs: number,
  ): Promise<void> {
    const { name } = this.#options
    this.#stopping = true
    this.logger.info({ name }, 'stopping')
    for (const phase of [phases.work, phases.background, phases.election, phases.caches]) {
      await phase.end(drainMs, this.clock, this.logger)
    }
    await Promise.all([...new Set(Object.values(this.#endpoints))].map((endpoint) => endpoint.close()))
    await Promise.all(Object.values(this.clients).map((client) => client.close()))
    this.logger.info({ name }, 'stopped')
  }

  async #listen(): Promise<void> {
    const { healthAddress, metricsAddress } = this.#options
    const health: Pages = {
      '/healthz': (query) => checksPage('healthz', this.#health(), query),
      '/livez': (query) => checksPage('livez', this.#health(), query),
      '/readyz': (query) => checksPage('readyz', this.#readiness(), query),
      ...this.#debugPages(),
    }
    const metrics: Pages = {
      '/metrics': async () => ({ status: 200, ...(await this.metrics.text()) }),
    }
    if (isSame(healthAddress, metricsAddress)) {
      const both = await listen(metricsAddress, { ...health, ...metrics })
      this.#endpoints = { health: both, metrics: both }
      return
    }
    if (healthAddress !== undefined) this.#endpoints.health = await listen(healthAddress, health)
    if (metricsAddress !== undefined) this.#endpoints.metrics = await listen(metricsAddress, metrics)
  }

  #health(): Check[] {
    return Object.entries(this.clients).map(([cluster, { credentials }]) => {
      const { state } = credentials
      const name = `credentials-${cluster}`
      return state.ok ? { name } : { name, why: state.why }
    })
  }

  #readiness(): Check[] {
    const unsynced = this.informers.unsynced()
    return [
      ...(this.#stopping ? [{ name: 'shutdown', why: 'stopping' }] : []),
      ...(unsynced.length === 0 ? [{ name: 'caches' }] : unsynced),
      ...[...this.#started].map((part) => {
        const readiness = part.ready?.() ?? { ready: true }
        return readiness.ready ? { name: part.name } : { name: part.name, why: readiness.why ?? 'not ready' }
      }),
    ]
  }

  #debugPages(): Pages {
    if (this.#options.debug !== true) return {}
    const json = (value: unknown): Page => ({
      status: 200,
      contentType: 'application/json',
      body: `${JSON.stringify(value, undefined, 2)}\n`,
    })
    return {
      '/debug/caches': () =>
        json({
          stats: this.informers.stats(),
          unsynced: this.informers.unsynced(),
          troubles: this.informers.troubles(),
        }),
      '/debug/derived': (query) =>
        json(this.#parts.flatMap((part) => part.explain?.(query.get('name') ?? undefined) ?? [])),
    }
  }
}

/** One port for both; any free port is another one each time. */
const isSame = (health: BindAddress | undefined, metrics: BindAddress | undefined): metrics is BindAddress =>
  health !== undefined && health.port !== 0 && health.port === metrics?.port && health.host === metrics.host

export const createManager = (options: ManagerOptions): Manager => new Manager(options)
