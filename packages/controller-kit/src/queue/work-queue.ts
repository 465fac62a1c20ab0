import { systemClock, type Clock } from '../clock.ts'
import { backOffMs, keyBackOff, type BackOff } from './back-off.ts'
import { Delays } from './delays.ts'

/** What others wait for comes first, then changes, then what is looked at again for safety's sake. */
export type Priority = 'urgent' | 'event' | 'resync'

/** From the first to the last. */
export const priorities: readonly Priority[] = ['urgent', 'event', 'resync']

/** What a queue tells while it works; durations in milliseconds. */
export interface QueueObserver {
  /** By the queue it is given to, for what is read when asked. */
  attached?(queue: WorkQueue): void
  /** A key was added that was not in it. */
  added(): void
  /** A worker took a key that had waited so long. */
  taken(waitedMs: number): void
  /** A worker is through with a key. */
  done(workedMs: number): void
  /** A key was added again with back-off. */
  retried(): void
}

/** How a queue waits, and whom it tells. */
export interface WorkQueueOptions {
  /** Default: the system's. */
  readonly clock?: Clock
  /** Wait of `addRateLimited`. Default: 5 ms doubling to 1000 s, ±25 %. */
  readonly backOff?: BackOff
  /** Of a key that is added without one, and of those whose time has come. Default: `event`. */
  readonly priorityOf?: (key: string) => Priority
  readonly observer?: QueueObserver
}

interface Queued {
  readonly priority: Priority
  readonly since: number
}

/**
 * A queue of keys with client-go's semantics.
 *
 * Guarantees: a key is in it at most once; no two workers have the same key; a key added while it is worked
 * on comes once more after `done`; keys of one priority come in the order they were added, `urgent` before
 * `event` before `resync` (a key added with two comes as the earlier). `get` and `done` are called in pairs.
 */
export class WorkQueue {
  readonly #clock: Clock
  readonly #backOff: BackOff
  readonly #observer: QueueObserver | undefined
  readonly #queued = new Map<string, Queued>()
  readonly #priorityOf: (key: string) => Priority
  readonly #lanes = { urgent: new Lane(), event: new Lane(), resync: new Lane() }
  readonly #processing = new Map<string, number>()
  /** Added while processed. */
  readonly #dirty = new Map<string, Queued>()
  readonly #failures = new Map<string, number>()
  readonly #waits: Delays
  readonly #retries: Delays
  readonly #getters = new Set<(key: string | undefined) => void>()
  #shutDown = false
  #drained: (() => void)[] = []

  constructor(options: WorkQueueOptions = {}) {
    this.#clock = options.clock ?? systemClock
    this.#backOff = options.backOff ?? keyBackOff
    this.#priorityOf = options.priorityOf ?? (() => 'event')
    this.#observer = options.observer
    this.#observer?.attached?.(this)
    this.#waits = new Delays(this.#clock, (key) => this.add(key))
    this.#retries = new Delays(this.#clock, (key) => this.add(key))
  }

  /** Keys ready to be taken; not those in work, nor those that wait for a time. */
  get length(): number {
    return this.#queued.size
  }

  /** Of those, the ones of one priority. */
  lengthOf(priority: Priority): number {
    return this.#lanes[priority].size
  }

  /** Keys that will be added when their time comes. */
  get waiting(): number {
    return this.#waits.size + this.#retries.size
  }

  /** How long the keys in work have been so, in milliseconds: together, and the longest. */
  unfinished(): { readonly totalMs: number; readonly longestMs: number } {
    const now = this.#clock.monotonic()
    let totalMs = 0
    let longestMs = 0
    for (const since of this.#processing.values()) {
      totalMs += now - since
      longestMs = Math.max(longestMs, now - since)
    }
    return { totalMs, longestMs }
  }

  /** Once queued it stays once; ignored after `shutdown`. */
  add(key: string, priority: Priority = this.#priorityOf(key)): void {
    if (this.#shutDown) return
    this.#put(key, { priority, since: this.#clock.monotonic() })
  }

  /**
   * Added after `delayMs`; an earlier time for the same key stands. An `add` meanwhile does not cancel it. 0 or less: as
   * soon as the event loop has had a turn, after what is queued. Throws a `RangeError` on what is no finite number.
   */
  addAfter(key: string, delayMs: number): void {
    if (!Number.isFinite(delayMs))
      throw new RangeError(
        `work queue: key "${key}": expected a finite number of milliseconds, got ${delayMs}`,
      )
    if (this.#shutDown) return
    // Through the clock even when it is now: a key that always comes back at once would let no timer run any more.
    this.#waits.add(key, Math.max(delayMs, 0))
  }

  /** Added after the back-off of its failures so far, and counts one more. */
  addRateLimited(key: string): void {
    if (this.#shutDown) return
    const failures = this.#failures.get(key) ?? 0
    this.#failures.set(key, failures + 1)
    this.#observer?.retried()
    this.#retries.add(key, backOffMs(this.#backOff, failures, this.#clock.random()))
  }

  /** It went well: its back-off starts anew, and a retry that is still waiting is not needed. */
  forget(key: string): void {
    this.#failures.delete(key)
    this.#retries.cancel(key)
  }

  /** As `forget`; nor does anything that waits for a time bring the key any more: only an `add`. */
  rest(key: string): void {
    this.forget(key)
    this.#waits.cancel(key)
  }

  /** How often `addRateLimited` was called since the last `forget`. */
  retries(key: string): number {
    return this.#failures.get(key) ?? 0
  }

  /** The next key, waited for; undefined when the signal is aborted or the queue is shut down and drained. */
  get(signal?: AbortSignal): Promise<string | undefined> {
    if (signal?.aborted === true) return Promise.resolve(undefined)
    const key = this.#take()
    if (key !== undefined || this.#shutDown) return Promise.resolve(key)
    return new Promise((resolve) => {
      const settle = (taken: string | undefined): void => {
        this.#getters.delete(settle)
        signal?.removeEventListener('abort', abort)
        resolve(taken)
      }
      const abort = (): void => settle(undefined)
      this.#getters.add(settle)
      signal?.addEventListener('abort', abort, { once: true })
    })
  }

  /** The worker is through with a key it got. */
  done(key: string): void {
    const since = this.#processing.get(key)
    if (since === undefined) return
    this.#processing.delete(key)
    this.#observer?.done(this.#clock.monotonic() - since)
    const dirty = this.#dirty.get(key)
    if (dirty !== undefined) {
      this.#dirty.delete(key)
      this.#put(key, dirty)
    }
    this.#settleShutdown()
  }

  /**
   * Takes no more keys and drops those that wait for a time; the answer resolves when no worker has a key.
   * Keys already queued are still handed out, unless `drop` says that nobody may act on them any more.
   */
  shutdown(queued: 'drain' | 'drop' = 'drain'): Promise<void> {
    this.#shutDown = true
    this.#waits.clear()
    this.#retries.clear()
    if (queued === 'drop') {
      this.#queued.clear()
      this.#dirty.clear()
      for (const priority of priorities) this.#lanes[priority].clear()
    }
    // Workers that wait, wait for a key that will not come: whoever is in `get` finds nothing queued.
    for (const getter of this.#getters) getter(undefined)
    return new Promise((resolve) => {
      this.#drained.push(resolve)
      this.#settleShutdown()
    })
  }

  #put(key: string, item: Queued): void {
    if (this.#processing.has(key)) {
      const dirty = this.#dirty.get(key)
      if (dirty === undefined) this.#observer?.added()
      this.#dirty.set(key, merge(dirty, item))
      return
    }
    const queued = this.#queued.get(key)
    if (queued === undefined) this.#observer?.added()
    const merged = merge(queued, item)
    if (queued !== undefined && merged.priority === queued.priority) return
    if (queued !== undefined) this.#lanes[queued.priority].remove(key)
    this.#lanes[merged.priority].push(key)
    this.#queued.set(key, merged)
    const [getter] = this.#getters
    if (getter !== undefined) getter(this.#take())
  }

  #take(): string | undefined {
    const key = this.#lanes.urgent.shift() ?? this.#lanes.event.shift() ?? this.#lanes.resync.shift()
    if (key === undefined) return undefined
    const now = this.#clock.monotonic()
    this.#observer?.taken(now - (this.#queued.get(key)?.since ?? now))
    this.#queued.delete(key)
    this.#processing.set(key, now)
    return key
  }

  #settleShutdown(): void {
    if (!this.#shutDown || this.#processing.size > 0 || this.#queued.size > 0) return
    const drained = this.#drained
    this.#drained = []
    for (const resolve of drained) resolve()
  }
}

const merge = (old: Queued | undefined, item: Queued): Queued =>
  old === undefined
    ? item
    : {
        priority: priorities.find((one) => one === old.priority || one === item.priority) ?? item.priority,
        since: old.since,
      }

/** First in, first out, with removal; every step O(1). */
class Lane {
  readonly #keys = new Set<string>()
  // Kept between shifts: a fresh iterator would step over the holes that shifts left in the set, every time.
  #next = this.#keys.values()

  get size(): number {
    return this.#keys.size
  }

  push(key: string): void {
    this.#keys.add(key)
  }

  remove(key: string): void {
    this.#keys.delete(key)
  }

  shift(): string | undefined {
    let result = this.#next.next()
    if (result.done === true) {
      this.#next = this.#keys.values()
      result = this.#next.next()
    }
    if (result.done === true) return undefined
    this.#keys.delete(result.value)
    return result.value
  }

  clear(): void {
    this.#keys.clear()
    this.#next = this.#keys.values()
  }
}
