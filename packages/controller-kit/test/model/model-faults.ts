import type { WatchedKind } from '../../src/watched-kind.ts'
import type { ModelCache } from './model-cache.ts'
import type { ModelClock } from './model-clock.ts'
import { c, type Input } from './model-rules.ts'
import type { Answer, ModelServer } from './model-server.ts'

const faults = ['lost answers', 'conflicts', 'forbidden', 'not served', 'fight', 'cuts'] as const
export type Fault = (typeof faults)[number]

/** Kinds that may go and come back. A wish remembers by its finalizer what is to be cleaned up: without it nobody does. */
const optional: readonly WatchedKind[] = [c.Input, c.Copy, c.Config, c.Summary]

/** What goes wrong for a while in a random history; one thing at a time, so that a failure says which. */
export class ModelFaults {
  readonly #clock: ModelClock
  readonly #server: ModelServer
  #now: Fault | undefined
  #of: WatchedKind = c.Copy
  #steps = 0
  /** How often each began. */
  readonly counts = new Map<Fault, number>()

  constructor(clock: ModelClock, server: ModelServer) {
    this.#clock = clock
    this.#server = server
  }

  /** Between two steps: something may begin, go on, or end. */
  step(cache: ModelCache): void {
    if (this.#now === undefined) {
      if (this.#clock.random() < 0.004) this.begin()
      return
    }
    this.#steps -= 1
    if (this.#steps <= 0) this.end()
    else if (this.#now === 'fight') this.#setBack(cache)
    else if (this.#now === 'cuts' && this.#clock.random() < 0.1) this.#cut(cache)
  }

  /** How a request is answered now. */
  answer(): Answer {
    const dice = this.#clock.random()
    const often = this.#now === 'lost answers' ? 0.25 : 0.05
    return dice < often ? 'lost-before' : dice < 2 * often ? 'lost-after' : 'well'
  }

  end(): void {
    this.#server.refusesEverySecondWrite = false
    this.#server.forbidden.clear()
    for (const of of optional) this.#server.serve(of.kind.kind, true)
    this.#now = undefined
  }

  /** Something goes wrong from now on. */
  begin(fault: Fault = this.#clock.pick(faults) ?? 'conflicts'): void {
    this.end()
    this.#now = fault
    this.counts.set(fault, (this.counts.get(fault) ?? 0) + 1)
    this.#steps = 50 + this.#clock.below(400)
    this.#of = this.#clock.pick(optional) ?? c.Copy
    if (fault === 'conflicts') this.#server.refusesEverySecondWrite = true
    if (fault === 'forbidden') this.#server.forbidden.add(this.#of.kind.kind)
    if (fault === 'not served') this.#server.serve(this.#of.kind.kind, false)
  }

  /** Another controller wants another value, looks more often than people do, and is heard of at once. */
  #setBack(cache: ModelCache): void {
    const copies = this.#server.all('Copy') as readonly Input[]
    const wanted = copies.find(
      ({ metadata, data }) => metadata.labels?.['ours'] !== undefined && data['v'] !== 'theirs',
    )
    if (wanted === undefined || this.#clock.random() < 0.5) return
    this.#server.userEdit('Copy', wanted.metadata.name ?? '', (object) => ({
      ...object,
      data: { ...(object['data'] as object), v: 'theirs' },
    }))
    while (cache.isStarted(c.Copy) && cache.deliver(c.Copy));
  }

  /** A watch is lost together with the history it would go on from, while a write of that kind is under way. */
  #cut(cache: ModelCache): void {
    const asked = this.#clock.pick(this.#server.asked.filter((what) => !/^(get|list) /.test(what)))
    const of = cache.kinds.find(({ kind }) => kind.kind === asked?.split(' ')[1])
    if (of !== undefined && cache.isStarted(of)) cache.startList(of)
  }
}
