import { hostname } from 'node:os'
import { checkNumber } from '../check-number.ts'
import { Informers } from '../cache/informers.ts'
import type { KubeClient } from '../client/kube-client.ts'
import { holdProcess, systemClock, type Clock } from '../clock.ts'
import { checkNames } from '../derived/checked-names.ts'
import type { Derived } from '../derived/derived.ts'
import { Engine } from '../derived/engine.ts'
import { createLogger } from '../logging/create-logger.ts'
import type { Logger } from '../logging/logger.ts'
import { aborted } from '../once.ts'
import { controller, type ControllerDefinition } from '../queue/controller.ts'
import type { Runnable } from '../runnable.ts'
import { traceEvaluations, traceReconciles } from '../tracing.ts'
import { checksPage, type Check } from './checks.ts'
import { clientsByName } from './clients-by-name.ts'
import { derivedPage } from './derived-page.ts'
import { serve, type Endpoints } from './endpoints.ts'
import { EventRecorder } from './event-recorder.ts'
import type { Page, Pages } from './http-endpoint.ts'
import { LeaderElector } from './leader-elector.ts'
import type { ManagerOptions } from './manager-options.ts'
import { Metrics } from './metrics.ts'
import { PartList } from './part-list.ts'
import { Phase, within } from './phase.ts'

const defaultDrainMs = 20_000
/** For what comes after parts that took all the time: giving a lock back may take 2 s. */
const leastDrainMs = 2500

/**
 * Runs a service: caches, leader election, the parts that work, probes and metrics; in that order, and the
 * other way round at the end.
 */
export class Manager {
  /** The caches of all clusters; reads of a kind start its watch. */
  readonly informers: Informers
  /** What `/metrics` serves; add own ones to its `registry`. */
  readonly metrics: Metrics
  /** As given, or made. */
  readonly logger: Logger
  /** As given, or the system's. */
  readonly clock: Clock
  /** By the names of their clusters. */
  readonly clients: Readonly<Record<string, KubeClient>>
  readonly #options: ManagerOptions
  readonly #identity: string
  readonly #elector: LeaderElector | undefined
  readonly #parts: PartList
  readonly #rules: Derived[] = []
  readonly #started = new Set<Runnable>()
  readonly #recorders: EventRecorder[] = []
  readonly #forget: (() => void)[] = []
  #endpoints: Endpoints = {}
  #stopping = false

  constructor(options: ManagerOptions) {
    const { name, clock = systemClock, metrics = new Metrics(), leaderElection } = options
    const { logger = createLogger({ component: name, level: 'info' }) } = options
    const { identity = `${hostname()}-${clock.random().toString(36).slice(2, 10)}` } = options
    checkNumber(`manager ${name}`, 'drainMs', options.drainMs, 'wait')
    const clients = clientsByName(options.clients)
    this.#options = options
    this.#identity = identity
    this.#parts = new PartList(name)
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
    metrics.watchCredentials(clients)
    if (leaderElection !== undefined) {
      this.#elector = new LeaderElector({ ...leaderElection, identity, clock, logger })
      metrics.watchLeader(leaderElection.locks[0]?.name ?? name, () => this.#elector?.leading ?? true)
    }
  }

  /** Parts are started in the order they are added, and end together. Before `run`; each has a name of its own. */
  add(...parts: readonly Runnable[]): this {
    this.#parts.add(parts)
    return this
  }

  /** Adds an engine of this name for these rules, over this manager's caches, clients, leadership and metrics. */
  addDerived(name: string, derived: readonly Derived[]): this {
    this.#parts.expect('the engine', name)
    checkNames([...this.#rules, ...derived])
    this.#rules.push(...derived)
    const { informers: cache, clients, clock, logger, canWrite, metrics } = this
    const { tracer } = this.#options
    const counted = metrics.engineObserver
    const observer = tracer === undefined ? counted : traceEvaluations(tracer, counted, clock)
    const observers = { observer, queueObserver: metrics.queueObserver(name) }
    return this.add(new Engine({ name, derived, cache, clients, clock, logger, canWrite, ...observers }))
  }

  /** Adds a plain controller, over this manager's caches, clients, leadership and metrics. */
  addController(definition: ControllerDefinition): this {
    this.#parts.expect('the controller', definition.name)
    const { informers: cache, clients, clock, logger, canWrite, metrics } = this
    const { tracer } = this.#options
    const observer = tracer === undefined ? metrics : traceReconciles(tracer, metrics, clock)
    return this.add(controller(definition, { cache, clients, clock, logger, canWrite, observer }))
  }

  /** Whether a write may begin now: this process leads. Give it to engines; bound. */
  readonly canWrite = (): boolean => this.#elector?.canWrite() ?? true

  /** Events written to one cluster. */
  recorder(cluster: string): EventRecorder {
    const client = this.clients[cluster]
    if (client === undefined) throw new TypeError(`manager: no client for cluster "${cluster}"`)
    const recorder = new EventRecorder({
      client,
      controller: `odfmo-${this.#options.name}`,
      instance: this.#identity,
      clock: this.clock,
      logger: this.logger,
    })
    this.#recorders.push(recorder)
    return recorder
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
    const { drainMs = defaultDrainMs, name } = this.#options
    this.#parts.begin()
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
      this.#endpoints = await serve(this.#options, this.#pages())
      for (const [cluster, client] of Object.entries(this.clients)) {
        phases.caches.launch(`credentials of ${cluster}`, (until) => client.credentials.follow(until))
        const forget = client.credentials.onChange((state) => {
          if (state.ok && state.note === undefined)
            this.logger.info({ cluster }, 'took over rotated credentials')
          else if (state.ok) this.logger.warn({ cluster, why: state.note }, 'nothing new came in time')
          else this.logger.error({ cluster, why: state.why }, 'rotated credentials could not be taken over')
        })
        this.#forget.push(forget)
      }
      phases.caches.launch('the caches', (until) => this.informers.start(until))
      this.#start(phases.background, false)
      this.logger.info({ name, identity: this.#identity }, 'started')
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
    for (const part of this.#parts.all) {
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
    const until = this.clock.monotonic() + drainMs
    const leftMs = (): number => Math.max(leastDrainMs, until - this.clock.monotonic())
    const end = (phase: Phase): Promise<boolean> => phase.end(leftMs(), this.clock, this.logger)
    const idle = await phases.work.end(drainMs, this.clock, this.logger)
    await end(phases.background)
    // What still works may still write: the next leader has to wait until the locks run out.
    if (!idle) this.#elector?.keepLocks()
    await end(phases.election)
    await within(
      Promise.all([this.#elector?.settled(), ...this.#recorders.map((recorder) => recorder.stop())]),
      leftMs(),
      this.clock,
    )
    await end(phases.caches)
    for (const forget of this.#forget) forget()
    await Promise.all([...new Set(Object.values(this.#endpoints))].map((endpoint) => endpoint.close()))
    await Promise.all(Object.values(this.clients).map((client) => client.close()))
    this.logger.info({ name }, 'stopped')
  }

  #pages(): { readonly health: Pages; readonly metrics: Pages } {
    return {
      health: {
        '/healthz': (query) => checksPage('healthz', this.#health(), query),
        '/livez': (query) => checksPage('livez', this.#health(), query),
        '/readyz': (query) => checksPage('readyz', this.#readiness(), query),
        ...this.#debugPages(),
      },
      metrics: { '/metrics': async () => ({ status: 200, ...(await this.metrics.text()) }) },
    }
  }

  #health(): Check[] {
    return Object.entries(this.clients).map(([cluster, { credentials }]) => {
      const { state } = credentials
      const name = `credentials-${cluster}`
      if (!state.ok) return { name, why: state.why }
      return state.note === undefined ? { name } : { name, note: state.note }
    })
  }

  #readiness(): Check[] {
    const unsynced = this.informers.unsynced()
    return [
      ...(this.#stopping ? [{ name: 'shutdown', why: 'stopping' }] : []),
      ...(unsynced.length === 0 ? [{ name: 'caches' }] : unsynced),
      ...this.informers.notServed().map(({ name, why }) => ({ name, note: why })),
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
      '/debug/derived': (query) => derivedPage(this.#parts.all, query),
    }
  }
}

/** Makes a manager; see `ManagerOptions` for each option. Nothing is sent before `run`. */
export const createManager = (options: ManagerOptions): Manager => new Manager(options)
