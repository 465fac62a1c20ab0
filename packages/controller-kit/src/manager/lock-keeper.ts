import { deadline } from '../client/deadline.ts'
import { isAlreadyExists, isConflict, isNotFound } from '../client/kube-error.ts'
import { sleep, type Clock } from '../clock.ts'
import type { Logger } from '../logging/logger.ts'
import {
  leaderStep,
  mayWrite,
  releasedRecord,
  type LeaderAction,
  type LeaderInput,
  type LeaderState,
  type LeaderTimings,
  type LockState,
} from './leader-step.ts'
import type { HeldLock, Lock } from './locks.ts'

export interface LockKeeperOptions {
  readonly lock: Lock
  readonly identity: string
  readonly timings: LeaderTimings
  readonly clock: Clock
  readonly logger: Logger
  readonly onChange: (state: LeaderState) => void
}

/** A release is a courtesy to the next leader: not worth a longer stop. */
const releaseTimeoutMs = 2000

/** A new connection and one request, over a slow network. A try in a time shorter than that is none. */
const leastTryMs = 1500

/** Takes one lock and keeps it: the loop around `leaderStep`. */
export class LockKeeper {
  readonly #options: LockKeeperOptions
  #state: LeaderState = { is: 'following' }
  /** A write was sent and not answered: it may have taken effect. */
  #unanswered = false
  #kept = false

  constructor(options: LockKeeperOptions) {
    this.#options = options
  }

  get state(): LeaderState {
    return this.#state
  }

  mayWrite(): boolean {
    return mayWrite(this.#state, this.#options.timings, this.#options.clock.monotonic())
  }

  /** It will not be given back. */
  keep(): void {
    this.#kept = true
  }

  /** Until the lock is lost, or the signal is aborted and the lock released. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    let input: LeaderInput = { is: 'woken' }
    while (!signal.aborted) {
      const before = this.#state
      const { state, action } = leaderStep(before, input, this.#context())
      this.#state = state
      if (state.is !== before.is) this.#options.onChange(state)
      if (action.do === 'end') return
      input = await this.#perform(action, signal)
    }
    await this.#release()
  }

  #context(): Parameters<typeof leaderStep>[2] {
    const { clock, identity, timings } = this.#options
    return { identity, timings, now: clock.monotonic(), wallNow: clock.now(), random: clock.random() }
  }

  async #perform(action: Exclude<LeaderAction, { do: 'end' }>, signal: AbortSignal): Promise<LeaderInput> {
    const { clock, lock, logger } = this.#options
    if (action.do === 'wait') {
      await sleep(clock, action.ms, signal).catch(() => undefined)
      return { is: 'woken' }
    }
    const until = deadline(clock, this.#timeoutMs(), signal)
    try {
      if (action.do === 'read') return { is: 'read', lock: await lock.read(until.signal) }
      const begunAt = clock.monotonic()
      this.#unanswered = true
      // States of locks come from this lock: they are what it answered.
      const written = await lock.write(action.record, action.over as HeldLock | undefined, until.signal)
      this.#unanswered = false
      return { is: 'written', lock: written, begunAt }
    } catch (error) {
      if (action.do === 'write' && isOvertaken(error, action.over)) {
        this.#unanswered = false
        return { is: 'conflict' }
      }
      const why = error instanceof Error ? error.message : String(error)
      if (!signal.aborted)
        logger.warn({ lock: lock.name, error: why }, 'the leader lock could not be reached')
      return { is: 'failed', why }
    } finally {
      until.cancel()
    }
  }

  /** A request may take no longer than there is left to renew, and leaves time for another one. */
  #timeoutMs(): number {
    const { clock, timings } = this.#options
    if (this.#state.is !== 'leading') return timings.renewDeadlineMs
    const leftMs = Math.max(1, this.#state.renewedAt + timings.renewDeadlineMs - clock.monotonic())
    return Math.min(leftMs, Math.max(0.6 * leftMs, leastTryMs))
  }

  async #release(): Promise<void> {
    const { clock, identity, lock, logger } = this.#options
    const before = this.#state
    if (before.is !== 'leading' && !this.#unanswered) return
    this.#state = { is: 'lost', why: 'released' }
    if (this.#kept) return
    const until = deadline(clock, releaseTimeoutMs, undefined)
    try {
      // After a write without an answer only a look tells what stands there, and whether it is ours.
      const held =
        before.is === 'leading' && !this.#unanswered
          ? (before.lock as HeldLock)
          : await lock.read(until.signal)
      if (held?.record.holderIdentity !== identity) return
      await lock.write(releasedRecord(held.record, clock.now()), held, until.signal)
    } catch (error) {
      logger.info({ lock: lock.name, err: error }, 'the leader lock was not released; it will run out')
    } finally {
      until.cancel()
    }
  }
}

/** The lock is not as it was seen; one that cannot be made (its namespace is missing) is something to tell. */
const isOvertaken = (error: unknown, over: LockState | undefined): boolean =>
  isConflict(error) || isAlreadyExists(error) || (over !== undefined && isNotFound(error))
