import type { KubeObject } from '@odfmo/api-types/meta'
import type { CacheReader } from '../cache/cache.ts'
import { turn } from '../clock.ts'
import type { BackOff } from '../queue/back-off.ts'
import { WorkQueue } from '../queue/work-queue.ts'
import type { WatchedKind } from '../watched-kind.ts'
import { Writer } from '../writing/writer.ts'
import { accountOf, type Account } from './account.ts'
import { ConcurrencyLimit } from './concurrency-limit.ts'
import { countStates, type StateCounts } from './count-states.ts'
import { Contests, type Contest } from './contests.ts'
import { FreshReads } from './confirm.ts'
import { decide } from './decide.ts'
import { explanationOf, type Explanation } from './explanation.ts'
import { levelOf, logFieldsOf, messageOf, reasonOf } from './engine-log.ts'
import { checkEngineNumbers, type EngineOptions } from './engine-options.ts'
import { evaluation, type Evaluation, type StateOf } from './evaluate.ts'
import { NodeTable } from './node-table.ts'
import { nodeId, ruleOf, unknownState, type Node, type NodeId } from './node.ts'
import { inOrder, plannedWrite, type PlannedWrite } from './plan.ts'
import { heldBy, realise, type Step } from './realise.ts'
import { sameState, type State } from './state.ts'
import { WorkerSlots } from './worker-slots.ts'

/** A minute at the most: what is waited for without an event (somebody else's object in the way) is looked at again. */
const engineBackOff: BackOff = { baseMs: 5, maxMs: 60_000, jitter: 0.25 }

/** Then timers and sockets have a turn: thousands of keys with nothing to write would hold up the renewal of a lease. */
const longestBurstMs = 20

/**
 * Keeps every derived object as its rule wants it. One key is never worked on twice at a time; a key is
 * evaluated when an object that names it comes or goes, when something it read changes, when a state it read
 * changes, and when a time it waits for has come. Nothing else wakes it and nothing is remembered that a
 * restart would miss.
 */
export class Engine {
  readonly name: string
  readonly needsLeadership = true
  readonly #options: EngineOptions
  readonly #queue: WorkQueue
  readonly #nodes: NodeTable
  readonly #limits: ReadonlyMap<string, ConcurrencyLimit>
  readonly #inWork = new Set<Promise<unknown>>()
  readonly #contests: Contests
  #stopped = false

  constructor(options: EngineOptions) {
    checkEngineNumbers(options)
    this.name = options.name
    this.#options = options
    const urgent = new Set(options.derived.flatMap((rule) => (rule.urgent === true ? [rule.name] : [])))
    this.#queue = new WorkQueue({
      backOff: engineBackOff,
      clock: options.clock,
      priorityOf: (id) => (urgent.has(ruleOf(id)) ? 'urgent' : 'event'),
      ...(options.queueObserver === undefined ? {} : { observer: options.queueObserver }),
    })
    this.#contests = new Contests(options.clock)
    this.#limits = new Map(
      options.derived.flatMap(({ name, concurrency }) =>
        concurrency === undefined ? [] : [[name, new ConcurrencyLimit(concurrency)] as const],
      ),
    )
    this.#nodes = new NodeTable({
      rules: options.derived,
      cache: options.cache,
      clock: options.clock,
      wake: (node) => this.#wake(node),
      changed: ({ derived, key, state }) => options.observer?.changed?.(derived.name, key, state),
      sourceFailed: (derived, source, error) =>
        options.logger.error(
          { derived: derived.name, source: source.of.name, err: error },
          'key source failed',
        ),
    })
  }

  /** Works until the signal is aborted; resolves when the writes under way have ended. Starts once. */
  async start(signal: AbortSignal): Promise<void> {
    const { cache, clients, clock, canWrite = () => true, observer, logger, workers = 16 } = this.#options
    const { gatherMs } = this.#options
    const slots = new WorkerSlots(workers)
    const step: Step = {
      cache,
      fresh: new FreshReads({
        cache,
        clients,
        clock,
        signal,
        meanwhile: slots.lend,
        ...(gatherMs === undefined ? {} : { gatherMs }),
      }),
      writer: new Writer({
        clients,
        signal,
        canWrite,
        fieldManager: this.name,
        onWrite: (record, outcome) => {
          observer?.wrote?.(record, outcome)
          const node = this.#nodes.byId(nodeId({ name: record.by }, record.key))
          if (node !== undefined) {
            const { verb, paths } = record
            node.lastWrite = { verb, paths, outcome, at: clock.now() }
          }
          const level = outcome === 'stored' || outcome === 'gone' ? 'info' : 'debug'
          logger[level](logFieldsOf(record, outcome), `${record.verb} ${record.of.kind.kind}`)
        },
      }),
      evaluate: (node, view) => this.#evaluation(node, view),
      contests: this.#contests,
      fieldManager: this.name,
      onContest: (what, contest) => this.#onContest(what, contest),
      writesOfReaders: async (node) => {
        const { key, derived } = node
        const object = cache.get(derived.kind, key)
        if (object === undefined) return
        const readers = this.#nodes.concernedBy({ of: derived.kind, key, old: object })
        await Promise.all([...readers].flatMap((reader) => (reader === node ? [] : (reader.writing ?? []))))
      },
    }
    const unsubscribe = [
      cache.onEvent((event) => {
        this.#nodes.countSources(event)
        for (const node of this.#nodes.concernedBy(event)) this.#wake(node)
      }),
      cache.onRecover?.((of) => this.#recovered(of)) ?? (() => undefined),
      cache.onForget?.((event) => this.#nodes.forget(event)) ?? (() => undefined),
      cache.onSync((of) => {
        for (const node of this.#nodes.readersOf(of)) this.#wake(node)
      }),
    ]
    this.#nodes.begin()
    const stop = (): void => void this.#queue.shutdown('drop')
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
    await this.#work(step, slots, signal)
    signal.removeEventListener('abort', stop)
    this.#stopped = true
    for (const end of unsubscribe) end()
    this.#nodes.end()
  }

  /** Everything known, or what concerns one derived object. */
  explain(name?: string): readonly Explanation[] {
    return this.#nodes.all
      .filter(({ derived }) => name === undefined || derived.name === name)
      .map(explanationOf)
  }

  /** All that is known, for `why`. Goes through the caches: not for every event. */
  accounts(name?: string): readonly Account[] {
    const { cache } = this.#options
    const namers = this.#nodes.namers()
    return this.#nodes.all
      .filter(({ derived }) => name === undefined || derived.name === name)
      .map((node) => accountOf(node, { cache, namers, retries: this.#queue.retries(node.id) }))
  }

  /** The writes that are due now, by the caches, without sending any; a rule that throws has none. */
  plan(name?: string): readonly PlannedWrite[] {
    const { cache } = this.#options
    // Looking at what would be done changes nothing, nor what is known.
    const stateOf: StateOf = (derived, key) => this.#nodes.byId(nodeId(derived, key))?.state ?? unknownState
    const nodes = this.#nodes.all.filter(({ derived }) => name === undefined || derived.name === name)
    return inOrder(
      nodes.flatMap((node) => {
        const result = this.#evaluation(node, cache, stateOf)
        if (result.is === 'threw') return []
        const decision = decide(node, result, cache)
        const held = heldBy(node, decision, this.#contests)
        return plannedWrite(node, decision, held?.contest.message) ?? []
      }),
    )
  }

  /** How many keys of each rule are in which state. */
  countStates(): StateCounts {
    return countStates(this.#options.derived, this.#nodes.all)
  }

  /** Keys that wait to be worked on or are being worked on. */
  get pending(): number {
    let aside = 0
    for (const limit of this.#limits.values()) aside += limit.aside
    return this.#queue.length + this.#inWork.size + aside
  }

  /** Takes keys while there are places; ends when the queue is shut down and nothing is in work. */
  async #work(step: Step, slots: WorkerSlots, signal: AbortSignal): Promise<void> {
    const { clock } = this.#options
    let crash: Error | undefined
    let turnedAt = clock.monotonic()
    for (;;) {
      await slots.free()
      if (clock.monotonic() - turnedAt >= longestBurstMs) {
        await turn()
        turnedAt = clock.monotonic()
      }
      const id = await this.#queue.get(signal)
      if (id === undefined) break
      // Lent places are asked back meanwhile: none is held while there is no key.
      await slots.take()
      const work = this.#enter(id, step)
        .catch((error: unknown) => {
          crash ??= error instanceof Error ? error : new Error(`${id} failed`, { cause: error })
          void this.#queue.shutdown('drop')
        })
        .finally(() => {
          this.#inWork.delete(work)
          slots.give()
        })
      this.#inWork.add(work)
    }
    await Promise.all(this.#inWork)
    if (crash !== undefined) throw crash
  }

  /** Works on a key, if its rule has not as many in work as it may. */
  async #enter(id: NodeId, step: Step): Promise<void> {
    const limit = this.#limits.get(ruleOf(id))
    if (limit?.enter(id) === false) {
      this.#queue.done(id)
      return
    }
    try {
      const node = this.#nodes.byId(id)
      if (node !== undefined) await this.#process(node, step)
    } finally {
      this.#queue.done(id)
      const next = limit?.leave()
      if (next !== undefined) this.#queue.add(next)
    }
  }

  async #process(node: Node, step: Step): Promise<void> {
    const { clock, logger, observer } = this.#options
    const startedAt = clock.monotonic()
    const result = this.#evaluation(node, this.#options.cache)
    this.#nodes.subscribe(node, result)
    node.evaluatedAt = clock.now()
    observer?.evaluated?.(node.derived.name, clock.monotonic() - startedAt)
    try {
      const { state, retry } = await realise(node, result, step)
      if (retry === 'later') this.#queue.addRateLimited(node.id)
      else this.#queue.forget(node.id)
      if (typeof retry === 'object') this.#queue.addAfter(node.id, retry.afterMs)
      this.#tellRefusal(node, state)
      this.#nodes.setState(node, state)
    } catch (error) {
      // One log per failure, with what failed; the state carries it on to conditions.
      if (!this.#stopped && !(error instanceof Error && error.name === 'AbortError')) {
        logger.error({ derived: node.derived.name, key: node.key, err: error }, 'derived object failed')
      }
      this.#queue.addRateLimited(node.id)
      this.#nodes.setState(node, { is: 'failed', reason: reasonOf(error), message: messageOf(error) })
    }
    this.#nodes.collect(node)
  }

  /** Nothing was thrown, yet it is not as wanted, and nobody may be looking at the state. Once, until it changes. */
  #tellRefusal({ derived, key, state: before }: Node, state: State): void {
    if (state.is !== 'failed' || state.reason === 'Contested' || sameState(before, state)) return
    const fields = { derived: derived.name, key, reason: state.reason }
    this.#options.logger[levelOf(state.reason)](fields, state.message)
  }

  /** By default a state that is asked for brings its key into being. */
  #evaluation(
    node: Node,
    cache: CacheReader,
    stateOf: StateOf = (derived, key) => this.#nodes.of(derived, key).state,
  ): Evaluation<KubeObject> {
    return evaluation(node.derived, node.key, cache, {
      now: this.#options.clock.now(),
      stateOf,
    })
  }

  /** Once for each, however often it is written meanwhile. */
  #onContest(what: 'begins' | 'over', { message, ...contest }: Contest): void {
    const { logger, observer } = this.#options
    observer?.contested?.(contest.derived, what)
    if (what === 'begins') logger.error(contest, message)
    else logger.info(contest, 'a field that was set back again and again stays now')
  }

  /** A server is back: what failed may have failed for want of it, and need not wait for its back-off. */
  #recovered(of: WatchedKind): void {
    for (const node of this.#nodes.readersOf(of)) {
      if (node.state.is !== 'failed' && node.state.is !== 'writing') continue
      this.#queue.forget(node.id)
      this.#wake(node)
    }
  }

  #wake(node: Node): void {
    const { settleMs } = node.derived
    if (settleMs === undefined) this.#queue.add(node.id)
    else this.#queue.addAfter(node.id, settleMs)
  }
}
