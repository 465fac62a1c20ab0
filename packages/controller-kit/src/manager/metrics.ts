import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { InformerObserver, InformerStats } from '../cache/informers.ts'
import type { RequestObserver } from '../client/transport.ts'
import type { EngineObserver } from '../derived/engine-options.ts'
import type { ReconcileOutcome } from '../queue/controller.ts'
import { priorities, type QueueObserver, type WorkQueue } from '../queue/work-queue.ts'
import type { WriteRecord } from '../writing/writer.ts'
import type { GaugeOptions, Sample } from './gauge.ts'

/** 1 ms to 16 min: what client-go takes for queues, without the parts under a millisecond. */
const queueBuckets = [0.001, 0.01, 0.1, 1, 10, 100, 1000]
/** As controller-runtime's, thinned out: five per decade help nobody. */
const reconcileBuckets = [0.005, 0.025, 0.1, 0.25, 1, 2.5, 10, 60]

/** An evaluation is a pure function over a few objects: 0.1 ms is usual, 10 ms wants a look. */
const evaluationBuckets = [0.0001, 0.001, 0.01, 0.1, 1]

const seconds = (ms: number): number => ms / 1000

/** Everything a process counts, under controller-runtime's and client-go's names where they have one. */
export class Metrics {
  readonly registry = new Registry()
  readonly #adds = this.#counter('workqueue_adds_total', 'Keys added', ['name', 'controller'])
  readonly #retries = this.#counter('workqueue_retries_total', 'Keys added again after a failure', [
    'name',
    'controller',
  ])
  readonly #waited = this.#histogram(
    'workqueue_queue_duration_seconds',
    'Time a key waited',
    ['name', 'controller'],
    queueBuckets,
  )
  readonly #worked = this.#histogram(
    'workqueue_work_duration_seconds',
    'Time a key was worked on',
    ['name', 'controller'],
    queueBuckets,
  )
  readonly #depth = this.#gauge('workqueue_depth', 'Keys ready to be worked on', [
    'name',
    'controller',
    'priority',
  ])
  readonly #unfinished = this.#gauge(
    'workqueue_unfinished_work_seconds',
    'Time the keys in work have taken so far',
    ['name', 'controller'],
  )
  readonly #longest = this.#gauge(
    'workqueue_longest_running_processor_seconds',
    'Time of the longest running key',
    ['name', 'controller'],
  )
  readonly #reconciles = this.#counter('controller_runtime_reconcile_total', 'Reconciliations by result', [
    'controller',
    'result',
  ])
  readonly #reconcileErrors = this.#counter(
    'controller_runtime_reconcile_errors_total',
    'Reconciliations that threw',
    ['controller'],
  )
  readonly #terminalErrors = this.#counter(
    'controller_runtime_terminal_reconcile_errors_total',
    'Reconciliations that threw for good',
    ['controller'],
  )
  readonly #timeouts = this.#counter(
    'controller_runtime_reconcile_timeouts_total',
    'Reconciliations that reached their deadline',
    ['controller'],
  )
  readonly #abandoned = this.#gauge(
    'odfmo_controller_abandoned_reconciles',
    'Reconciliations that go on long after their deadline, without a worker',
    ['controller'],
  )
  readonly #sourceErrors = this.#counter(
    'odfmo_controller_source_errors_total',
    'Filters and mappers of sources that threw',
    ['controller'],
  )
  readonly #reconcileTime = this.#histogram(
    'controller_runtime_reconcile_time_seconds',
    'Time of a reconciliation',
    ['controller'],
    reconcileBuckets,
  )
  readonly #maxWorkers = this.#gauge(
    'controller_runtime_max_concurrent_reconciles',
    'Workers of a controller',
    ['controller'],
  )
  readonly #activeWorkers = this.#gauge('controller_runtime_active_workers', 'Workers with a key', [
    'controller',
  ])
  readonly #requests = this.#counter('rest_client_requests_total', 'Requests by status, method and host', [
    'code',
    'method',
    'host',
  ])
  readonly #requestTime = this.#histogram(
    'rest_client_request_duration_seconds',
    'Time to the answer',
    ['verb', 'host'],
    reconcileBuckets,
  )
  readonly #credentialsExpiry = this.#gauge(
    'odfmo_credentials_expiry_timestamp_seconds',
    'When the credentials for a cluster expire, in seconds since 1970; those that tell no end are left out',
    ['client'],
  )
  readonly #leader = this.#gauge('leader_election_master_status', '1 while this process leads', ['name'])
  readonly #lists = this.#counter('odfmo_informer_lists_total', 'Pages listed', ['kind'])
  readonly #watches = this.#counter('odfmo_informer_watches_total', 'Watches opened', ['kind'])
  readonly #watchFailures = this.#counter('odfmo_informer_failures_total', 'Lists and watches that failed', [
    'kind',
  ])
  readonly #listenerErrors = this.#counter('odfmo_informer_listener_errors_total', 'Listeners that threw', [
    'kind',
  ])
  readonly #objects = this.#gauge('odfmo_informer_objects', 'Objects in the cache', ['kind'])
  readonly #synced = this.#gauge('odfmo_informer_synced', '1 when the cache can be believed', ['kind'])
  readonly #evaluations = this.#histogram(
    'odfmo_derived_evaluation_seconds',
    'Time of one evaluation',
    ['derived'],
    evaluationBuckets,
  )
  readonly #contests = this.#counter(
    'odfmo_derived_contests_total',
    'Fields that somebody set back whenever they were written',
    ['derived'],
  )
  readonly #contested = this.#gauge(
    'odfmo_derived_contested',
    'Objects with a field that somebody sets back now',
    ['derived'],
  )
  readonly #writes = this.#counter('odfmo_writes_total', 'Writes to a cluster by outcome', [
    'kind',
    'verb',
    'outcome',
    'by',
  ])
  /** By what they tell of: who tells of the same thing later (a controller that is started anew) takes the place. */
  readonly #collectors = new Map<string, () => void>()

  constructor() {
    this.#gauge('process_resident_memory_bytes', 'Resident memory size in bytes', [], (gauge) =>
      gauge.set(process.memoryUsage.rss()),
    )
    this.#gauge('nodejs_heap_size_used_bytes', 'Heap in use', [], (gauge) =>
      gauge.set(process.memoryUsage().heapUsed),
    )
    const cpu = this.#counter('process_cpu_seconds_total', 'User and system CPU time', [])
    this.#collectors.set('cpu', () => {
      const { user, system } = process.cpuUsage()
      cpu.reset()
      cpu.inc((user + system) / 1e6)
    })
  }

  /** The text that Prometheus reads. */
  async text(): Promise<{ readonly contentType: string; readonly body: string }> {
    for (const collect of this.#collectors.values()) collect()
    return { contentType: this.registry.contentType, body: await this.registry.metrics() }
  }

  /** For the constructor of a queue, or of an engine. */
  queueObserver(name: string): QueueObserver {
    const labels = { name, controller: name }
    return {
      attached: (queue) => this.#watchQueue(labels, queue),
      added: () => this.#adds.inc(labels),
      retried: () => this.#retries.inc(labels),
      taken: (ms) => this.#waited.observe(labels, seconds(ms)),
      done: (ms) => this.#worked.observe(labels, seconds(ms)),
    }
  }

  #watchQueue(labels: { name: string; controller: string }, queue: WorkQueue): void {
    this.#collectors.set(`queue ${labels.name}`, () => {
      const { totalMs, longestMs } = queue.unfinished()
      for (const priority of priorities) this.#depth.set({ ...labels, priority }, queue.lengthOf(priority))
      this.#unfinished.set(labels, seconds(totalMs))
      this.#longest.set(labels, seconds(longestMs))
    })
  }

  readonly requestObserver: RequestObserver = {
    answered: ({ method, context }, host, status, ms) => {
      this.#requests.inc({ code: status === 0 ? '<error>' : String(status), method, host })
      this.#requestTime.observe({ verb: context.verb, host }, seconds(ms))
    },
  }

  readonly engineObserver: EngineObserver = {
    evaluated: (derived, ms) => this.#evaluations.observe({ derived }, seconds(ms)),
    wrote: (record, outcome) => this.wrote(record, outcome),
    contested: (derived, what) => {
      if (what === 'begins') this.#contests.inc({ derived })
      this.#contested[what === 'begins' ? 'inc' : 'dec']({ derived })
    },
  }

  /** A write that was sent, by a controller or a derived object. */
  wrote({ by, of, verb }: WriteRecord, outcome: string): void {
    this.#writes.inc({ kind: of.name, verb, outcome, by })
  }

  readonly informerObserver: InformerObserver = {
    listed: ({ name }) => this.#lists.inc({ kind: name }),
    watchOpened: ({ name }) => this.#watches.inc({ kind: name }),
    failed: ({ name }) => this.#watchFailures.inc({ kind: name }),
    listenerThrew: ({ name }) => this.#listenerErrors.inc({ kind: name }),
  }

  watchInformers(stats: () => readonly InformerStats[]): void {
    this.#collectors.set('informers', () => {
      for (const { name, objects, synced } of stats()) {
        this.#objects.set({ kind: name }, objects)
        this.#synced.set({ kind: name }, synced ? 1 : 0)
      }
    })
  }

  /** By client, when its credentials expire; nothing of those that tell no end. */
  watchCredentials(
    clients: Readonly<Record<string, { readonly credentials: { readonly expiresAt: number | undefined } }>>,
  ): void {
    this.#collectors.set('credentials', () => {
      this.#credentialsExpiry.reset()
      for (const [client, { credentials }] of Object.entries(clients))
        if (credentials.expiresAt !== undefined)
          this.#credentialsExpiry.set({ client }, seconds(credentials.expiresAt))
    })
  }

  watchLeader(name: string, leading: () => boolean): void {
    this.#collectors.set(`leader ${name}`, () => this.#leader.set({ name }, leading() ? 1 : 0))
  }

  /** A gauge of the service's own, read whenever the metrics are; a set of labels that is not told any more goes. */
  watchGauge<L extends string>(
    { name, help, labels }: GaugeOptions<L>,
    read: () => Iterable<Sample<L>>,
  ): void {
    const gauge = this.#gauge(name, help, labels)
    this.#collectors.set(`gauge ${name}`, () => {
      gauge.reset()
      // prom-client makes it 0 then, which would be told though nobody said so.
      if (labels.length === 0) gauge.remove()
      for (const [of, value] of read()) gauge.set(of, value)
    })
  }

  workers(controller: string, count: number): void {
    this.#maxWorkers.set({ controller }, count)
  }

  reconcileBegan(controller: string): void {
    this.#activeWorkers.inc({ controller })
  }

  reconcileTimedOut(controller: string): void {
    this.#timeouts.inc({ controller })
  }

  reconcilesAbandoned(controller: string, count: number): void {
    this.#abandoned.set({ controller }, count)
  }

  sourceThrew(controller: string): void {
    this.#sourceErrors.inc({ controller })
  }

  reconcileEnded(controller: string, result: ReconcileOutcome, ms: number): void {
    this.#activeWorkers.dec({ controller })
    this.#reconcileTime.observe({ controller }, seconds(ms))
    this.#reconciles.inc({ controller, result: result === 'terminal' ? 'error' : result })
    if (result === 'error' || result === 'terminal') this.#reconcileErrors.inc({ controller })
    if (result === 'terminal') this.#terminalErrors.inc({ controller })
  }

  #counter<L extends string>(name: string, help: string, labelNames: readonly L[]): Counter<L> {
    return new Counter({ name, help, labelNames, registers: [this.registry] })
  }

  #histogram<L extends string>(
    name: string,
    help: string,
    labelNames: readonly L[],
    buckets: number[],
  ): Histogram<L> {
    return new Histogram({ name, help, labelNames, buckets, registers: [this.registry] })
  }

  #gauge<L extends string>(
    name: string,
    help: string,
    labelNames: readonly L[],
    collect?: (gauge: Gauge<L>) => void,
  ): Gauge<L> {
    const gauge: Gauge<L> = new Gauge({
      name,
      help,
      labelNames,
      registers: [this.registry],
      ...(collect === undefined ? {} : { collect: () => collect(gauge) }),
    })
    return gauge
  }
}
