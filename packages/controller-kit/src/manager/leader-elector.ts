import { systemClock, type Clock } from '../clock.ts'
import { silentLogger, type Logger } from '../logging/logger.ts'
import { once } from '../once.ts'
import { defaultLeaderTimings, type LeaderState, type LeaderTimings } from './leader-step.ts'
import { LockKeeper } from './lock-keeper.ts'
import type { Lock } from './locks.ts'

export interface LeaderElectorOptions {
  /** All of them must be held; taken in this order, so that two electors never wait for each other. */
  readonly locks: readonly Lock[]
  /** Unique for each process that ever wants the lock. */
  readonly identity: string
  /** Default: 15 s, 10 s, 5 s. */
  readonly timings?: LeaderTimings
  /** Default: the system's. */
  readonly clock?: Clock
  readonly logger?: Logger
}

/** Leadership is gone: whatever only the leader may do has to end. */
export class LeadershipLostError extends Error {
  override readonly name = 'LeadershipLostError'
  readonly code = 'ODFMO_LEADERSHIP_LOST'
}

/**
 * Makes this process the only one of its kind that works.
 *
 * Guarantees, as far as clocks of different machines run equally fast: `canWrite` is true in one process at
 * most; it is false after the renew deadline by the monotonic clock, whatever the network does.
 */
export class LeaderElector {
  readonly #options: LeaderElectorOptions
  readonly #logger: Logger
  readonly #keepers: readonly LockKeeper[]
  readonly #waiters = new Set<() => void>()

  constructor(options: LeaderElectorOptions) {
    const { timings = defaultLeaderTimings, clock = systemClock, logger = silentLogger } = options
    checkTimings(timings)
    this.#options = options
    this.#logger = logger
    this.#keepers = options.locks.map(
      (lock) =>
        new LockKeeper({
          lock,
          identity: options.identity,
          timings,
          clock,
          logger,
          onChange: (state) => this.#changed(lock, state),
        }),
    )
  }

  /** All locks are ours. */
  get leading(): boolean {
    return this.#keepers.every(({ state }) => state.is === 'leading')
  }

  /** Whether a write may begin now; ask right before each. */
  canWrite(): boolean {
    return this.#keepers.every((keeper) => keeper.mayWrite())
  }

  /** Resolves when this process leads; rejects with the signal's reason. */
  async acquired(signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted()
      if (this.leading) return
      await once(this.#onChange, signal)
    }
  }

  /**
   * Wants and keeps the locks. Resolves when the signal was aborted and they are released; rejects with a
   * `LeadershipLostError` when one is lost.
   */
  async run(signal: AbortSignal): Promise<void> {
    const stop = new AbortController()
    const onAbort = (): void => stop.abort(signal.reason)
    if (signal.aborted) onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
    const ends: Promise<void>[] = []
    for (const keeper of this.#keepers) {
      // Any that ends takes the others along.
      ends.push(keeper.run(stop.signal).finally(onAbort))
      await this.#settled(keeper, stop.signal)
      if (stop.signal.aborted) break
    }
    await Promise.all(ends)
    signal.removeEventListener('abort', onAbort)
    if (signal.aborted) return
    const why = this.#keepers.flatMap(({ state }) =>
      state.is === 'lost' && state.why !== 'released' ? [state.why] : [],
    )
    throw new LeadershipLostError(
      `${this.#options.locks.map(({ name }) => name).join(', ')}: ${why.join(', ')}`,
    )
  }

  async #settled(keeper: LockKeeper, signal: AbortSignal): Promise<void> {
    while (keeper.state.is === 'following' && !signal.aborted) {
      await once(this.#onChange, signal)
    }
  }

  readonly #onChange = (listener: () => void): (() => void) => {
    this.#waiters.add(listener)
    return () => this.#waiters.delete(listener)
  }

  #changed(lock: Lock, state: LeaderState): void {
    const { identity } = this.#options
    switch (state.is) {
      case 'leading':
        this.#logger.info({ lock: lock.name, identity }, 'took the leader lock')
        break
      case 'lost':
        this.#logger.error({ lock: lock.name, identity, why: state.why }, 'lost the leader lock')
        break
      case 'following':
        break
    }
    for (const waiter of this.#waiters) waiter()
  }
}

const checkTimings = ({ leaseDurationMs, renewDeadlineMs, retryPeriodMs }: LeaderTimings): void => {
  if (leaseDurationMs > renewDeadlineMs && renewDeadlineMs > retryPeriodMs && retryPeriodMs > 0) return
  throw new RangeError(
    `leader election: expected lease duration > renew deadline > retry period > 0, got ${leaseDurationMs}, ${renewDeadlineMs} and ${retryPeriodMs} ms`,
  )
}
