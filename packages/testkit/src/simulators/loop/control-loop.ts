import type { Kind, KubeObject } from '@odfmo/api-types/meta'
import { systemClock } from '../../clock/clock.ts'
import type { Clock } from '../../clock/clock.ts'
import { ClusterClient } from '../access/cluster-client.ts'
import type { Selection } from '../access/request-path.ts'
import type { SimulatorOptions } from '../simulator.ts'
import { LocalCopy } from './local-copy.ts'
import { Worker } from './worker.ts'

/** What every simulator is made of: clients, copies of what clusters hold, and workers that react. */
export class ControlLoop {
  readonly clock: Clock
  readonly report: (line: string) => void
  readonly #delayMs: number
  readonly #userAgent: string
  readonly #clients: ClusterClient[] = []
  readonly #copies = new Map<LocalCopy<KubeObject>, Promise<void>>()
  readonly #workers: Worker[] = []
  #isStopped = false

  constructor(name: string, { clock = systemClock, log = () => undefined, delayMs = 0 }: SimulatorOptions) {
    this.clock = clock
    this.#delayMs = delayMs
    this.report = (line) => log(`${name}: ${line}`)
    this.#userAgent = `odfmo-simulator/${name}`
  }

  client(kubeconfig: string): ClusterClient {
    const client = new ClusterClient(kubeconfig, this.#userAgent)
    this.#clients.push(client)
    return client
  }

  /** A copy that is kept current from now on. */
  copy<T extends KubeObject>(client: ClusterClient, kind: Kind<T>, selection?: Selection): LocalCopy<T> {
    const { clock, report } = this
    const copy = new LocalCopy<T>({ client, kind, selection, clock, report })
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

  /** Resolves when nothing is under way any more. */
  async stop(): Promise<void> {
    this.#isStopped = true
    for (const copy of this.#copies.keys()) copy.stop()
    await Promise.all(this.#workers.map((worker) => worker.stop()))
    await Promise.all(this.#copies.values())
    await Promise.all(this.#clients.map((client) => client.close()))
  }
}
