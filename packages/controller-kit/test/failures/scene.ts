import { setTimeout as pause } from 'node:timers/promises'
import type { Cluster } from '@odfmo/testkit'
import { expect } from 'vitest'
import { Informers } from '../../src/cache/informers.ts'
import type { KubeClient, KubeClientOptions } from '../../src/client/kube-client.ts'
import type { Logger } from '../../src/logging/logger.ts'
import { Metrics } from '../../src/manager/metrics.ts'
import { ManualClock } from '../../src/manual-clock.ts'
import { cluster as kindsOf, watch } from '../../src/watched-kind.ts'
import { clientOf, configMaps, widgets } from '../clients.ts'
import { Follower } from './follower.ts'
import { tappedClient, type Tap } from './tapped-client.ts'

/** Only what tests made: a real cluster has ConfigMaps of its own. */
export const hub = kindsOf('hub', {
  Kept: watch(configMaps, { labelSelector: 'kept=yes' }),
  Widget: watch(widgets),
})

const kept = { kept: 'yes' }

export const configMap = (name: string, data: Record<string, string> = {}, labels: object = kept) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { namespace: 'default', name, labels },
  data,
})

/** One try of a request, by the clock of the client. */
export interface Try {
  readonly at: number
  readonly verb: string
  /** 0: no answer. */
  readonly status: number
}

/** Real time that a check may take before it has failed. */
const patienceMs = 120_000
/** How long an answer of a server on this machine is waited for before time goes on without it. */
const answerMs = 25

/**
 * Caches over one cluster, whose time goes by only when nothing is on its way: what would take minutes takes moments,
 * and how many requests were made in a minute is a number.
 */
export class Scene {
  readonly clock: ManualClock
  readonly metrics = new Metrics()
  readonly follower = new Follower()
  /** What was logged, at any level. */
  readonly log: string[] = []
  readonly tries: readonly Try[]
  readonly client: KubeClient
  readonly informers: Informers
  readonly tap: Tap
  readonly #cluster: Cluster
  readonly #stop = new AbortController()
  readonly #unhandled: unknown[] = []
  readonly #note = (error: unknown): void => void this.#unhandled.push(error)
  #running: Promise<void> = Promise.resolve()

  private constructor(cluster: Cluster, client: KubeClient, clock: ManualClock, tries: Try[]) {
    this.#cluster = cluster
    this.client = client
    this.clock = clock
    this.tries = tries
    const tapped = tappedClient(client)
    this.tap = tapped.tap
    this.informers = new Informers({
      clients: { hub: tapped.client },
      clock,
      observer: this.metrics.informerObserver,
      logger: loggerTo(this.log),
    })
    this.informers.onEvent((event) => {
      if (event.of === hub.Kept) this.follower.hear(event)
    })
    process.on('unhandledRejection', this.#note)
  }

  /** `connect` makes the client; by default an administrator's. */
  static async open(
    cluster: Cluster,
    connect: (options: Partial<KubeClientOptions>) => Promise<KubeClient> = (options) =>
      clientOf(cluster, {}, options),
  ): Promise<Scene> {
    const clock = new ManualClock()
    const tries: Try[] = []
    const observer: KubeClientOptions['observer'] = {
      answered: ({ context }, _host, status) =>
        tries.push({ at: clock.monotonic(), verb: context.verb, status }),
    }
    return new Scene(cluster, await connect({ clock, observer }), clock, tries)
  }

  start(): void {
    this.informers.use(hub.Kept)
    this.#running = this.informers.start(this.#stop.signal)
  }

  /** Starts, and waits until all is there. */
  async synced(): Promise<void> {
    this.start()
    await this.until('synced', () => this.informers.sync(hub.Kept).is === 'synced')
    await this.caughtUp()
  }

  /** Lets time go by until something holds. */
  async until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
    const end = performance.now() + patienceMs
    while (!(await holds())) {
      if (performance.now() > end) throw new Error(`in vain: ${what}\n${this.#report()}`)
      await this.#step(1000)
    }
  }

  /** Until something holds, before so many milliseconds have gone by; each takes as long as a real one. */
  async within(ms: number, what: string, holds: () => boolean): Promise<void> {
    const stepMs = 20
    for (let passed = 0; !holds(); passed += stepMs) {
      if (passed >= ms) throw new Error(`not within ${ms} ms: ${what}\n${this.#report()}`)
      await pause(stepMs)
      this.clock.advance(stepMs)
    }
  }

  /** Lets so many milliseconds go by. */
  async pass(ms: number): Promise<void> {
    const end = this.clock.monotonic() + ms
    while (this.clock.monotonic() < end) await this.#step(end - this.clock.monotonic())
    await this.#answers()
  }

  /** Until the cache has what the server has; then nobody must have been told anything twice, or wrong. */
  async caughtUp(): Promise<void> {
    const state = async (): Promise<string[]> => {
      const there = await this.#cluster.list({ apiVersion: 'v1', kind: 'ConfigMap' }, 'default')
      return there
        .filter(({ metadata }) => metadata.labels?.['kept'] === 'yes')
        .map(({ metadata }) => `${metadata.name} ${metadata.resourceVersion}`)
        .toSorted()
    }
    const isSame = (one: readonly string[], other: readonly string[]): boolean =>
      JSON.stringify(one) === JSON.stringify(other)
    await this.until('the cache is what the server has', async () => isSame(this.cached, await state()))
    expect(this.follower.state).toEqual(this.cached)
    expect(this.follower.complaints).toEqual([])
  }

  /** All is well: watched, believed, no trouble. */
  async well(): Promise<void> {
    await this.caughtUp()
    await this.until('no troubles', () => this.informers.troubles().length === 0)
    expect(this.informers.unsynced()).toEqual([])
    expect(this.#unhandled).toEqual([])
  }

  /** `name resourceVersion` of what is in the cache. */
  get cached(): string[] {
    return this.informers
      .list(hub.Kept)
      .map(({ metadata }) => `${metadata.name} ${metadata.resourceVersion}`)
      .toSorted()
  }

  /** Why watches have no connection now. */
  get trouble(): string {
    return this.informers
      .troubles()
      .map(({ why }) => why)
      .join('\n')
  }

  /** A counter of the caches: lists, watches opened, failures. */
  async count(what: 'lists' | 'watches' | 'failures' | 'listener_errors'): Promise<number> {
    const metric = await this.metrics.registry.getSingleMetric(`odfmo_informer_${what}_total`)?.get()
    return metric?.values.reduce((sum, { value }) => sum + value, 0) ?? 0
  }

  async close(): Promise<void> {
    this.#stop.abort()
    await this.#running
    await this.client.close()
    process.off('unhandledRejection', this.#note)
    expect(this.#unhandled).toEqual([])
  }

  /** To the next thing that waits for its time, at most `mostMs`; not past the time-out of a call under way. */
  async #step(mostMs: number): Promise<void> {
    await this.#answers()
    const most = Math.min(mostMs, this.tap.unanswered > 0 ? 100 : 1000)
    this.clock.advance(Math.max(1, Math.min(most, this.clock.nextTimer() ?? most)))
    await pause(1)
  }

  /** Until every call has its answer, or none came for a while: then it waits for the clock itself. */
  async #answers(): Promise<void> {
    let tries = this.tries.length
    for (let waited = 0; this.tap.unanswered > 0 && waited < answerMs; waited += 1) {
      await pause(1)
      if (this.tries.length > tries) waited = 0
      tries = this.tries.length
    }
  }

  #report(): string {
    return [
      `trouble: ${this.trouble}`,
      `unsynced: ${JSON.stringify(this.informers.unsynced())}`,
      `cached: ${this.cached.slice(-10).join(', ')}`,
      `tries: ${this.tries
        .slice(-20)
        .map(({ at, verb, status }) => `${Math.round(at)} ${verb} ${status}`)
        .join(', ')}`,
      this.#cluster.requests?.tail(10) ?? '',
    ].join('\n')
  }
}

const loggerTo = (lines: string[]): Logger => {
  const line = (fields: object, message: string): void =>
    void lines.push(`${message} ${JSON.stringify(fields)}`)
  const logger: Logger = { debug: line, info: line, warn: line, error: line, child: () => logger }
  return logger
}
