import type { KubeObject, ObjectKey } from '@odfmo/api-types/meta'
import type { CacheEvent, CacheReader, WriteObserver } from '../cache/cache.ts'
import type { ObjectClient } from '../client/object-client.ts'
import type { Clock } from '../clock.ts'
import type { BackOff } from '../queue/back-off.ts'
import { WorkQueue, type QueueObserver } from '../queue/work-queue.ts'
import type { WatchedKind } from '../watched-kind.ts'
import { Writer, type WriteRecord } from '../writing/writer.ts'
import { FreshReads } from './confirm.ts'
import type { Derived, KeySource } from './derived.ts'
import { evaluation, type Evaluation } from './evaluate.ts'
import { newNode, nodeId, type Node, type NodeId } from './node.ts'
import { allParts, maskOf } from './parts.ts'
import { realise, type Step } from './realise.ts'
import { sameState, type State } from './state.ts'
import { Subscriptions } from './subscriptions.ts'

/** A minute at the most: what is waited for without an event (somebody else's object in the way) is looked at again. */
const engineBackOff: BackOff = { baseMs: 5, maxMs: 60_000, jitter: 0.25 }

/** What the engine tells of itself; pino's child loggers fit. */
export interface EngineLogger {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  error(fields: object, message: string): void
}

/** Counters for metrics; each is called synchronously and must not throw. */
export interface EngineObserver {
  evaluated?(derived: string, durationMs: number): void
  wrote?(record: WriteRecord, outcome: string): void
}

export interface EngineOptions {
  readonly name: string
  readonly derived: readonly Derived[]
  readonly cache: CacheReader & WriteObserver
  /** By cluster name. */
  readonly clients: Readonly<Record<string, ObjectClient>>
  readonly clock: Clock
  readonly logger: EngineLogger
  /** False while writes must not be sent (leadership). Default: always. */
  readonly canWrite?: () => boolean
  /** Keys worked on at the same time. Default 16: enough to hide the latency of writes, few enough for any server. */
  readonly workers?: number
  readonly observer?: EngineObserver
  readonly queueObserver?: QueueObserver
}

/** What the engine knows of one key: for `/debug/derived` and `why`. */
export interface Explanation {
  readonly derived: string
  readonly key: ObjectKey
  readonly state: State
  /** How many objects name the key. */
  readonly wantedBy: number
  readonly read: readonly string[]
}

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
  readonly #nodes = new Map<NodeId, Node>()
  readonly #subscriptions = new Subscriptions()
  readonly #sources = new Map<WatchedKind, { readonly derived: Derived; readonly source: KeySource }[]>()
  #stopped = false

  constructor(options: EngineOptions) {
    this.name = options.name
    this.#options = options
    this.#queue = new WorkQueue({
      backOff: engineBackOff,
      clock: options.clock,
      ...(options.queueObserver === undefined ? {} : { observer: options.queueObserver }),
    })
    for (const derived of options.derived) {
      for (const source of derived.keys) {
        const known = this.#sources.get(source.of) ?? []
        this.#sources.set(source.of, [...known, { derived, source }])
      }
    }
  }

  /** Works until the signal is aborted; resolves when the writes under way have ended. Starts once. */
  async start(signal: AbortSignal): Promise<void> {
    const { cache, clients, clock, canWrite = () => true, observer, logger, workers = 16 } = this.#options
    const step: Step = {
      cache,
      fresh: new FreshReads({ cache, clients, clock, signal }),
      writer: new Writer({
        clients,
        signal,
        canWrite,
        fieldManager: this.name,
        onWrite: (record, outcome) => {
          observer?.wrote?.(record, outcome)
          const level = outcome === 'stored' || outcome === 'gone' ? 'info' : 'debug'
          logger[level](logFieldsOf(record, outcome), `${record.verb} ${record.of.kind.kind}`)
        },
      }),
      evaluate: (node, view) => this.#evaluation(node, view),
      writesOfReaders: async (node) => {
        const { key, derived } = node
        const object = cache.get(derived.kind, key)
        if (object === undefined) return
        const readers = this.#subscriptions.concernedBy({ of: derived.kind, key, old: object })
        await Promise.all([...readers].flatMap((reader) => (reader === node ? [] : (reader.writing ?? []))))
      },
    }
    const unsubscribe = [
      cache.onEvent((event) => this.#onEvent(event)),
      cache.onRecover?.((of) => this.#recovered(of)) ?? (() => undefined),
      cache.onForget?.((event) => this.#forget(event)) ?? (() => undefined),
      cache.onSync((of) => {
        for (const node of this.#subscriptions.readersOf(of)) this.#wake(node)
      }),
    ]
    for (const of of this.#sources.keys()) {
      for (const object of cache.list(of)) this.#countSources({ of, key: { name: '' }, object })
    }
    for (const derived of this.#options.derived) {
      for (const key of derived.always ?? []) this.#node(derived, key).sources += 1
    }
    const stop = (): void => void this.#queue.shutdown('drop')
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
    await Promise.all(Array.from({ length: workers }, () => this.#work(step, signal)))
    signal.removeEventListener('abort', stop)
    this.#stopped = true
    for (const end of unsubscribe) end()
    for (const node of this.#nodes.values()) node.cancelTimer?.()
  }

  /** Everything known, or what concerns one derived object. */
  explain(name?: string): readonly Explanation[] {
    return [...this.#nodes.values()]
      .filter(({ derived }) => name === undefined || derived.name === name)
      .map(({ derived, key, state, sources, reads }) => ({
        derived: derived.name,
        key,
        state,
        wantedBy: sources,
        read: [...reads.objects.keys(), ...reads.buckets.keys(), ...reads.states.keys()],
      }))
  }

  /** Keys that wait to be worked on or are being worked on. */
  get pending(): number {
    return this.#queue.length + this.#working
  }

  #working = 0

  async #work(step: Step, signal: AbortSignal): Promise<void> {
    for (;;) {
      const id = await this.#queue.get(signal)
      if (id === undefined) return
      this.#working += 1
      try {
        const node = this.#nodes.get(id)
        if (node !== undefined) await this.#process(node, step)
      } finally {
        this.#working -= 1
        this.#queue.done(id)
      }
    }
  }

  async #process(node: Node, step: Step): Promise<void> {
    const { clock, logger, observer } = this.#options
    const startedAt = clock.monotonic()
    const result = this.#evaluation(node, this.#options.cache)
    this.#subscribe(node, result)
    observer?.evaluated?.(node.derived.name, clock.monotonic() - startedAt)
    try {
      const { state, retry } = await realise(node, result, step)
      if (retry === 'no') this.#queue.forget(node.id)
      else this.#queue.addRateLimited(node.id)
      this.#setState(node, state)
    } catch (error) {
      // One log per failure, with what failed; the state carries it on to conditions.
      if (!this.#stopped && !(error instanceof Error && error.name === 'AbortError')) {
        logger.error({ derived: node.derived.name, key: node.key, err: error }, 'derived object failed')
      }
      this.#queue.addRateLimited(node.id)
      this.#setState(node, { is: 'failed', reason: reasonOf(error), message: messageOf(error) })
    }
    this.#collect(node)
  }

  #evaluation(node: Node, cache: CacheReader): Evaluation<KubeObject> {
    return evaluation(node.derived, node.key, cache, {
      now: this.#options.clock.now(),
      stateOf: (derived, key) => this.#node(derived, key).state,
    })
  }

  #subscribe(node: Node, { reads }: Evaluation<KubeObject>): void {
    const { clock } = this.#options
    this.#unsubscribe(node)
    // The object itself was read too, by the comparison that follows.
    const { kind, subresource } = node.derived
    reads.object(kind, node.key, subresource === undefined ? maskOf(['spec', 'meta']) : allParts)
    reads.kinds.add(kind)
    node.reads = reads
    this.#subscriptions.add(node, reads)
    for (const id of reads.states.keys()) this.#nodes.get(id)?.stateReaders.add(node)
    if (reads.dueAt !== undefined) {
      node.cancelTimer = clock.after(Math.max(0, reads.dueAt - clock.now()), () => this.#wake(node))
    }
  }

  #unsubscribe(node: Node): void {
    node.cancelTimer?.()
    node.cancelTimer = undefined
    this.#subscriptions.remove(node, node.reads)
    for (const id of node.reads.states.keys()) {
      const part = this.#nodes.get(id)
      if (part === undefined) continue
      part.stateReaders.delete(node)
      if (part.sources === 0 && part.stateReaders.size === 0) this.#wake(part)
    }
  }

  #setState(node: Node, state: State): void {
    if (sameState(node.state, state)) return
    node.state = state
    for (const reader of node.stateReaders) this.#wake(reader)
  }

  /** Forgets a key that nobody names, nobody asks for and of which nothing is left. */
  #collect(node: Node): void {
    // Forgotten while it was worked on; another node may bear its name by now.
    if (this.#nodes.get(node.id) !== node) return
    if (node.sources > 0 || node.stateReaders.size > 0) return
    if (node.state.is !== 'absent' && node.state.is !== 'left') return
    if (this.#options.cache.get(node.derived.kind, node.key) !== undefined && node.state.is === 'absent')
      return
    this.#nodes.delete(node.id)
    this.#unsubscribe(node)
  }

  #onEvent(event: CacheEvent): void {
    this.#countSources(event)
    for (const node of this.#subscriptions.concernedBy(event)) this.#wake(node)
  }

  /** A server is back: what failed may have failed for want of it, and need not wait for its back-off. */
  #recovered(of: WatchedKind): void {
    for (const node of this.#subscriptions.readersOf(of)) {
      if (node.state.is !== 'failed' && node.state.is !== 'writing') continue
      this.#queue.forget(node.id)
      this.#wake(node)
    }
  }

  /** Nothing is known of these keys any more, so nothing is to be done about them. */
  #forget(event: CacheEvent): void {
    for (const { derived, source } of this.#sources.get(event.of) ?? []) {
      for (const id of this.#keysOf(derived, source, event.old).keys()) {
        const node = this.#nodes.get(id)
        if (node === undefined) continue
        node.sources -= 1
        if (node.sources > 0 || node.stateReaders.size > 0) continue
        this.#nodes.delete(id)
        this.#unsubscribe(node)
      }
    }
  }

  #countSources({ of, old, object }: CacheEvent): void {
    for (const { derived, source } of this.#sources.get(of) ?? []) {
      const before = this.#keysOf(derived, source, old)
      const after = this.#keysOf(derived, source, object)
      for (const [id, key] of after) {
        if (before.has(id)) continue
        const node = this.#node(derived, key)
        node.sources += 1
        this.#wake(node)
      }
      for (const [id, key] of before) {
        if (after.has(id)) continue
        const node = this.#node(derived, key)
        node.sources -= 1
        this.#wake(node)
      }
    }
  }

  #keysOf(derived: Derived, source: KeySource, object: CacheEvent['object']): ReadonlyMap<NodeId, ObjectKey> {
    if (object === undefined) return new Map()
    try {
      return new Map(source.keys(object).map((key) => [nodeId(derived, key), key]))
    } catch (error) {
      this.#options.logger.error(
        { derived: derived.name, source: source.of.name, err: error },
        'key source failed',
      )
      return new Map()
    }
  }

  /** The node of a key, made and queued when it is asked for the first time. */
  #node(derived: Derived, key: ObjectKey): Node {
    const id = nodeId(derived, key)
    const here = this.#nodes.get(id)
    if (here !== undefined) return here
    const node = newNode(derived, key)
    this.#nodes.set(id, node)
    this.#wake(node)
    return node
  }

  #wake(node: Node): void {
    const { settleMs } = node.derived
    if (settleMs === undefined) this.#queue.add(node.id)
    else this.#queue.addAfter(node.id, settleMs)
  }
}

const logFieldsOf = (record: WriteRecord, outcome: string): object => ({
  derived: record.by,
  cluster: record.of.cluster,
  object: record.key,
  ...(record.subresource === undefined ? {} : { subresource: record.subresource }),
  ...(record.paths.length === 0 ? {} : { paths: record.paths }),
  outcome,
})

const reasonOf = (error: unknown): string =>
  error instanceof Error && 'reason' in error && typeof error.reason === 'string' && error.reason !== ''
    ? error.reason
    : 'Failed'

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : 'unknown error')
