import type { Kind, KubeObject } from '@odfmo/api-types/meta'
import { systemClock } from '../../clock/clock.ts'
import type { Clock } from '../../clock/clock.ts'
import { ClusterClient } from '../../access/cluster-client.ts'
import type { KubeconfigSource } from '../../access/cluster-client.ts'
import type { Selection } from '../../access/request-path.ts'
import type { Simulator, SimulatorOptions } from '../simulator.ts'
import { LocalCopy } from '../../access/local-copy.ts'
import { tell } from '../../tell.ts'
import { Worker } from './worker.ts'

/** More than any request takes that is answered, less than a test's teardown has. */
const stopGraceMs = 1_000

/** What every simulator is made of: clients, copies of what clusters hold, and workers that react. */
export class ControlLoop {
  readonly clock: Clock
  readonly report: (line: string) => void
  readonly #delayMs: number
  readonly #fails: SimulatorOptions['fails']
  readonly #userAgent: string
  readonly #clients: ClusterClient[] = []
  readonly #copies = new Map<LocalCopy<KubeObject>, Promise<void>>()
  readonly #workers: Worker[] = []
  #isStopped = false

  constructor(
    name: string,
    { clock = systemClock, log = () => undefined, delayMs = 0, fails }: SimulatorOptions,
  ) {
    this.clock = clock
    this.#delayMs = delayMs
    this.#fails = fails
    this.report = (line) => tell(() => log(`${name}: ${line}`))
    this.#userAgent = `odfmo-simulator/${name}`
  }

  client(kubeconfig: KubeconfigSource): ClusterClient {
    const client = new ClusterClient(kubeconfig, this.#userAgent)
    this.#clients.push(client)
    return client
  }

  /** A copy that is kept current from now on; who may not list waits for the right, or makes `start` reject. */
  copy<T extends KubeObject>(
    client: ClusterClient,
    kind: Kind<T>,
    selection?: Selection,
    endsWhenRefused = false,
  ): LocalCopy<T> {
    const { clock, report } = this
    const copy = new LocalCopy<T>({ client, kind, selection, clock, report, endsWhenRefused })
    this.#copies.set(copy as unknown as LocalCopy<KubeObject>, copy.run())
    return copy
  }

  /** Ends one copy before the rest. */
  async drop<T extends KubeObject>(copy: LocalCopy<T>): Promise<void> {
    const known = copy as unknown as LocalCopy<KubeObject>
    known.stop()
    await this.#copies.get(known)
    this.#copies.delete(known)
  }

  worker(name: string, reconcile: (key: string) => Promise<number | undefined>): Worker {
    const worker = new Worker({
      name,
      reconcile,
      clock: this.clock,
      report: this.report,
      delayMs: this.#delayMs,
      fails: this.#fails,
    })
    this.#workers.push(worker)
    return worker
  }

  /** Resolves when every copy has had its first list (the workers then work), or the loop was stopped. */
  async start(): Promise<void> {
    try {
      await Promise.all([...this.#copies.keys()].map((copy) => copy.synced))
    } catch (error) {
      if (!this.#isStopped) throw error
      return
    }
    for (const worker of this.#workers) worker.start()
  }

  /** The whole of it, as whoever started it sees it. */
  asSimulator(): Simulator {
    return {
      pause: () => {
        for (const worker of this.#workers) worker.pause()
      },
      resume: () => {
        for (const worker of this.#workers) worker.resume()
      },
      stop: () => this.stop(),
    }
  }

  /**
   * Resolves when nothing is under way any more. What takes longer than a moment loses its connections first; who then
   * still does not come to an end is named in the log, and waited for no longer.
   */
  async stop(): Promise<void> {
    this.#isStopped = true
    for (const copy of this.#copies.keys()) copy.stop()
    const ended = Promise.all(this.#workers.map((worker) => worker.stop()))
    const isOver = await this.#isOver(ended)
    const closed = Promise.all(this.#clients.map((client) => client.close()))
    if (!isOver && !(await this.#isOver(ended))) {
      const left = this.#workers.flatMap((worker) => worker.underWay)
      this.report(`stopped, but does not end: ${left.join(', ')}`)
    }
    await Promise.all(this.#copies.values())
    await closed
  }

  /** Whether it is within the time that a stop leaves to what is under way, by the machine's clock. */
  #isOver(ended: Promise<unknown>): Promise<boolean> {
    return new Promise((resolve) => {
      const cancel = systemClock.after(stopGraceMs, () => resolve(false))
      void ended.then(() => {
        cancel()
        resolve(true)
      })
    })
  }
}
