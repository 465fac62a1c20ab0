import type { ArrivedRequest, Interceptor } from '../faults/interceptor.ts'
import type { ChosenPoint } from './choose-points.ts'
import { clustersIn } from './crash-options.ts'
import type { CrashCluster, CrashOptions } from './crash-options.ts'
import { isUsualWrite, WritesOfARun } from './writes-of-a-run.ts'

const noFault = undefined
const unheard = { kind: 'reset', when: 'before' } as const
const unanswered = { kind: 'reset', when: 'after' } as const

/** Stands before the clusters for one run: counts the service's writes, hits the one that is asked for, and is deaf to the dead. */
export class ServiceGate {
  readonly writes: WritesOfARun
  readonly #clusters: readonly CrashCluster[]
  readonly #users: ReadonlySet<string>
  readonly #isWrite: NonNullable<CrashOptions['isWrite']>
  readonly #point: ChosenPoint | undefined
  readonly #forget: (() => void)[]
  readonly #onWrite = new Set<() => void>()
  #onStop: (effect: Promise<void>) => void = () => undefined
  #isDead = false
  #wasReached = false

  constructor(options: CrashOptions, point?: ChosenPoint) {
    this.#clusters = clustersIn(options)
    this.#users = new Set([options.user].flat())
    this.#isWrite = options.isWrite ?? isUsualWrite
    this.#point = point
    this.writes = new WritesOfARun(this.#clusters.length)
    this.#forget = this.#clusters.map(({ name, faults }) => faults.intercept(this.#interceptor(name)))
  }

  /** Whether the write that is asked for was sent. */
  get wasReached(): boolean {
    return this.#wasReached
  }

  /** Calls back when a write has come; the answer ends that. */
  onWrite(listener: () => void): () => void {
    this.#onWrite.add(listener)
    return () => this.#onWrite.delete(listener)
  }

  /**
   * Calls back when the process has to be stopped: what it sends from now on goes nowhere, until `revive`. It is to be
   * stopped after `effect`: of a request whose sender is gone the rest may be missing, and then it has none.
   */
  onStop(listener: (effect: Promise<void>) => void): void {
    this.#onStop = listener
  }

  /** A new process may speak. */
  revive(): void {
    this.#isDead = false
  }

  /** Lets all requests pass again. */
  close(): void {
    for (const forget of this.#forget) forget()
  }

  #interceptor(cluster: string): Interceptor {
    return (request) => {
      if (!this.#users.has(request.user)) return noFault
      if (this.#isDead) return unheard
      const fault = this.#faultOf(cluster, request)
      if (request.write !== undefined) for (const listener of [...this.#onWrite]) listener()
      return fault
    }
  }

  #faultOf(cluster: string, request: ArrivedRequest): ReturnType<Interceptor> {
    const { write } = request
    if (write === undefined || !this.#isWrite(write)) return noFault
    const { text } = this.writes.add(cluster, write)
    if (this.#wasReached || text !== this.#point?.write.text) return noFault
    this.#wasReached = true
    switch (this.#point.mode) {
      case 'stop before effect':
        this.#die(Promise.resolve())
        return unheard
      case 'stop after effect':
        this.#die(request.ended())
        return unanswered
      case 'lose answer':
        return unanswered
    }
  }

  #die(effect: Promise<void>): void {
    this.#isDead = true
    for (const { faults } of this.#clusters) for (const user of this.#users) faults.dropWatches({ user })
    this.#onStop(effect)
  }
}
