import { LeaderElector, LeadershipLostError } from '../../src/manager/leader-elector.ts'
import { configMapLock, leaseLock, type Lock, type LockClient } from '../../src/manager/locks.ts'
import { defaultLeaderTimings } from '../../src/manager/leader-step.ts'
import type { LeaderServer, Verb } from './leader-server.ts'
import { ModelProcess, type LeaderWorld, type MachineClock } from './leader-world.ts'

export type LockName = 'leases' | 'configmaps'

const key = { namespace: 'default', name: 'lock' }

const lockOf = (name: LockName, client: LockClient): Lock =>
  name === 'leases' ? leaseLock(client, key) : configMapLock(client, key)

/** A process that wants to lead, from its start to its end. */
export class Candidate {
  readonly process: ModelProcess
  readonly elector: LeaderElector
  /** Requests since they were counted last. */
  readonly requests: Record<Verb, number> = { get: 0, create: 0, update: 0 }
  /** By lock: when, on the own monotonic clock, the last write that succeeded was begun. */
  readonly #renewed = new Map<string, number>()
  readonly #locks: readonly LockName[]
  readonly #stop = new AbortController()
  #end: 'released' | 'lost' | 'failed' | undefined

  constructor(
    identity: string,
    clock: MachineClock,
    locks: readonly LockName[],
    world: LeaderWorld,
    server: LeaderServer,
    onEnd: () => void,
  ) {
    const process = new ModelProcess(world, clock)
    const client = server.client(process, {
      sent: (verb) => (this.requests[verb] += 1),
      answered: (plural, begunAt) => this.#renewed.set(plural, begunAt),
    })
    this.process = process
    this.#locks = locks
    this.elector = new LeaderElector({
      locks: locks.map((name) => lockOf(name, client)),
      identity,
      clock: process,
    })
    this.elector
      .run(this.#stop.signal)
      .then(
        () => (this.#end = 'released'),
        (error: unknown) => (this.#end = error instanceof LeadershipLostError ? 'lost' : 'failed'),
      )
      .then(onEnd, onEnd)
  }

  get end(): 'released' | 'lost' | 'failed' | undefined {
    return this.#end
  }

  /** It may begin a write at this very time. */
  get mayWrite(): boolean {
    return !this.process.crashed && this.elector.canWrite()
  }

  /** Asked to stop; it gives its locks back. */
  release(): void {
    this.process.deliver(() => this.#stop.abort())
  }

  get stopping(): boolean {
    return this.#stop.signal.aborted
  }

  /** How long, by its own clock, the lock that was renewed first has not been renewed; undefined: not all are held. */
  get unrenewedMs(): number | undefined {
    const times = this.#locks.map((name) => this.#renewed.get(name))
    return times.includes(undefined)
      ? undefined
      : this.process.monotonic() - Math.min(...times.map((time) => time ?? 0))
  }

  /** What must hold at every time; throws when it does not. */
  check(worldNow: number): void {
    const { unrenewedMs } = this
    const { renewDeadlineMs } = defaultLeaderTimings
    if (this.mayWrite && (unrenewedMs === undefined || unrenewedMs >= renewDeadlineMs))
      throw new Error(`may write ${unrenewedMs} ms after its renewal was begun`)
    if (this.mayWrite && this.#end !== undefined) throw new Error(`may write though it is ${this.#end}`)
    if (this.#end === 'failed') throw new Error('ended with something else than a lost leadership')
    const idle = this.process.crashed || this.stopping || worldNow < this.process.pausedUntil + 100
    if (!idle && this.#end === undefined && (unrenewedMs ?? 0) > renewDeadlineMs + 100)
      throw new Error(`goes on though its leadership was lost ${unrenewedMs} ms ago`)
  }
}
