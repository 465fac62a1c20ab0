import { priorities, type Priority } from '../../src/queue/work-queue.ts'

const rank = (priority: Priority): number => priorities.indexOf(priority)

/**
 * What client-go documents of its queues, written in the simplest way: lists that are searched through. The delaying
 * queue keeps one time for a key, the earlier; here a wished time and the time of a retry are kept apart, so that
 * `forget` can drop the one without the other.
 */
export class QueueReference {
  now = 0
  queue: { key: string; priority: Priority; since: number }[] = []
  /** Added while in work. */
  dirty: { key: string; priority: Priority; since: number }[] = []
  processing: { key: string; since: number; worker: number }[] = []
  /** Workers that wait, the longest waiting first. */
  waiters: number[] = []
  alarms: { key: string; at: number; of: 'wish' | 'retry'; order: number }[] = []
  failures: Record<string, number> = {}
  shutDown = false
  drained = false
  readonly told: string[] = []
  #order = 0

  add(key: string, priority: Priority = 'event'): void {
    if (this.shutDown) return
    this.#put(key, priority, this.now)
  }

  addAfter(key: string, ms: number): void {
    if (this.shutDown) return
    this.#alarm(key, this.now + Math.max(ms, 0), 'wish')
  }

  /** `random`: the number that the queue draws. */
  addRateLimited(key: string, random: number): void {
    const failures = this.failures[key] ?? 0
    this.failures[key] = failures + 1
    this.told.push('retried')
    const exact = 5 * 2 ** failures
    this.#alarm(key, this.now + Math.min(1_000_000, Math.round(exact * (0.75 + 0.5 * random))), 'retry')
  }

  forget(key: string): void {
    delete this.failures[key]
    this.alarms = this.alarms.filter((alarm) => alarm.key !== key || alarm.of !== 'retry')
  }

  rest(key: string): void {
    delete this.failures[key]
    this.alarms = this.alarms.filter((alarm) => alarm.key !== key)
  }

  get(worker: number): void {
    const [item] = this.queue.toSorted((a, b) => rank(a.priority) - rank(b.priority))
    if (item !== undefined) {
      this.queue = this.queue.filter((other) => other !== item)
      this.told.push(`taken after ${this.now - item.since}`)
      this.processing.push({ key: item.key, since: this.now, worker })
    } else if (!this.shutDown) this.waiters.push(worker)
  }

  giveUp(worker: number): void {
    this.waiters = this.waiters.filter((other) => other !== worker)
  }

  done(key: string): void {
    const item = this.processing.find((other) => other.key === key)
    if (item === undefined) return
    this.processing = this.processing.filter((other) => other !== item)
    this.told.push(`done after ${this.now - item.since}`)
    const again = this.dirty.find((other) => other.key === key)
    this.dirty = this.dirty.filter((other) => other !== again)
    if (again !== undefined) this.#put(key, again.priority, again.since)
    this.#drain()
  }

  advance(ms: number): void {
    const end = this.now + ms
    for (;;) {
      const [next] = this.alarms
        .filter(({ at }) => at <= end)
        .toSorted((a, b) => a.at - b.at || a.order - b.order)
      if (next === undefined) break
      this.alarms = this.alarms.filter((alarm) => alarm !== next)
      this.now = next.at
      this.add(next.key)
    }
    this.now = end
  }

  shutdown(queued: 'drain' | 'drop'): void {
    this.shutDown = true
    this.alarms = []
    this.waiters = []
    if (queued === 'drop') {
      this.queue = []
      this.dirty = []
    }
    this.#drain()
  }

  #put(key: string, priority: Priority, since: number): void {
    const inWork = this.processing.some((item) => item.key === key)
    const list = inWork ? this.dirty : this.queue
    const present = list.find((item) => item.key === key)
    if (present === undefined) {
      this.told.push('added')
      list.push({ key, priority, since })
    } else if (rank(priority) < rank(present.priority)) {
      // Behind those of this priority that were there before it.
      list.splice(list.indexOf(present), 1)
      list.push({ key, priority, since: present.since })
    }
    const worker = inWork ? undefined : this.waiters.shift()
    if (worker !== undefined) this.get(worker)
  }

  #alarm(key: string, at: number, of: 'wish' | 'retry'): void {
    const present = this.alarms.find((alarm) => alarm.key === key && alarm.of === of)
    if (present !== undefined && present.at <= at) return
    this.alarms = this.alarms.filter((alarm) => alarm !== present)
    this.alarms.push({ key, at, of, order: this.#order++ })
  }

  #drain(): void {
    this.drained ||= this.shutDown && this.processing.length === 0 && this.queue.length === 0
  }
}
