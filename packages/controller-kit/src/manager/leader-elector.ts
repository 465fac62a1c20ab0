import { systemClock, type Clock } from '../clock.ts'
import { silentLogger, type Logger } from '../logging/logger.ts'
import { aborted, once } from '../once.ts'
import { defaultLeaderTimings, type LeaderState, type LeaderTimings } from './leader-step.ts'
import { LockKeeper } from './lock-keeper.ts'
import type { Lock } from './locks.ts'

/** Which locks, as whom, how fast. */
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
 * Guarantees: `canWrite` is true in one process at most, as long as no machine's clock runs faster than another's by the
 * ratio of lease duration to renew deadline (15 s to 10 s: a half), whatever times they show and whatever the network
 * does. It is false after the own renew deadline by the monotonic clock, also for a process that was held up. A write
 * that is in flight then is made harmless by its precondition. A renewal is one request.
 */
export class LeaderElector {
  readonly #options: LeaderElectorOptions
  readonly #logger: Logger
  readonly #keepers: readonly LockKeeper[]
  readonly #waiters = new Set<() => void>()
  #settled: Promise<void> = Promise.resolve()

  constructor(options: LeaderElectorOptions) {
    const { timings = defaultLeaderTimings, clock = systemClock, logger = silentLogger } = options
    checkTimings(timings)
    if (options.locks.length === 0)
      throw new TypeError(
        'leader election: expected at least one lock, got none; a process that always works has no leader election',
      )
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
   * `LeadershipLostError` as soon as one is lost (the others are given back meanwhile: `settled`).
   */
  async run(signal: AbortSignal): Promise<void> {
    const stop = new AbortController()
    const onAbort = (): void => stop.abort(signal.reason)
    if (signal.aborted) onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
    const lost = new AbortController()
    const forget = this.#onChange(() => {
      if (this.#whyLost().length > 0) lost.abort()
    })
    this.#settled = this.#keep(stop).finally(() => signal.removeEventListener('abort', onAbort))
    // Whoever works must hear of it now, not when a server that may be away has answered about the other locks.
    await Promise.race([this.#settled, aborted(lost.signal)])
    forget()
    if (signal.aborted) return this.#settled
    throw new LeadershipLostError(
      `${this.#options.locks.map(({ name }) => name).join(', ')}: ${this.#whyLost().join(', ')}`,
    )
  }

  /** What only the leader may do goes on though it should not: locks are not given back, others wait until they run out. */
  keepLocks(): void {
    for (const keeper of this.#keepers) keeper.keep()
  }

  /** Resolves when nothing is under way any more: what could be given back is. */
  settled(): Promise<void> {
    return this.#settled
  }

  async #keep(stop: AbortController): Promise<void> {
    const ends: Promise<void>[] = []
    for (const keeper of this.#keepers) {
      // Any that ends takes the others along.
      ends.push(keeper.run(stop.signal).finally(() => stop.abort()))
      await this.#decided(keeper, stop.signal)
      if (stop.signal.aborted) break
    }
    await Promise.all(ends)
  }

  #whyLost(): readonly string[] {
    return this.#keepers.flatMap(({ state }) =>
      state.is === 'lost' && state.why !== 'released' ? [state.why] : [],
    )
  }

  async #decided(keeper: LockKeeper, signal: AbortSignal): Promise<void> {
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
