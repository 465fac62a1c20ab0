import { keyText, type DeepReadonly, type KubeObject } from '@odfmo/api-types/meta'
import type { CacheReader, WriteObserver } from '../cache/cache.ts'
import { readLive } from '../cache/read-live.ts'
import { unselected } from '../cache/selector.ts'
import { isObjectNotFound, KubeError } from '../client/kube-error.ts'
import type { ObjectClient } from '../client/object-client.ts'
import { sleep, systemClock, type Clock } from '../clock.ts'
import { silentLogger, type Logger } from '../logging/logger.ts'
import { backOffMs, type BackOff } from '../queue/back-off.ts'
import type { Applied } from './applied.ts'
import { decide, type Decision } from './decide.ts'
import { keyOfIntent, type Intent } from './intent.ts'
import type { Json } from './merge-patch.ts'
import { Writer, type WriteOutcome, type WriteRecord, type WriteTarget } from './writer.ts'

/** What writes are compared with, and through whom they go; a controller's `context.write` has one. */
export interface ApplierOptions {
  /** Who writes: in logs and metrics, and the field manager. */
  readonly name: string
  /** Compared with, and told of every write at once: the manager's `informers`. */
  readonly cache: CacheReader & WriteObserver
  /** By the names that `WatchedKind.cluster` uses. */
  readonly clients: Readonly<Record<string, ObjectClient>>
  /** Default: the system's. */
  readonly clock?: Clock
  /** Default: none. */
  readonly logger?: Logger
  /** False stops every write before it is sent (leadership lost). Default: always true. */
  readonly canWrite?: () => boolean
  readonly observer?: WriteCounter
}

/** What is told of each write, for metrics. Synchronous; must not throw. */
export interface WriteCounter {
  wrote?(record: WriteRecord, outcome: WriteOutcome['is'] | 'failed'): void
}

/** Somebody faster is somebody else's write, done in milliseconds: a few tries get between any two of them. */
const mostTries = 6
const conflictBackOff: BackOff = { baseMs: 10, maxMs: 1_000, jitter: 0.5 }

interface Call {
  readonly signal: AbortSignal
  readonly logger: Logger
}

type Sent<T extends KubeObject> =
  | { readonly is: 'again'; readonly why: string }
  | { readonly is: 'done'; readonly as: Applied<T> }

const done = <T extends KubeObject>(as: Applied<T>): Sent<T> => ({ is: 'done', as })

/**
 * Does what an intent asks, by the one place that writes (`Writer`): compared first, the smallest patch, with
 * preconditions, looked at again after a conflict; the answer is in the cache when `apply` resolves.
 */
export class Applier {
  readonly #options: ApplierOptions
  readonly #clock: Clock
  readonly #logger: Logger
  /** By the object as it was answered: the patch of which the server kept nothing more. */
  readonly #notKept = new WeakMap<object, string>()

  constructor(options: ApplierOptions) {
    this.#options = options
    this.#clock = options.clock ?? systemClock
    this.#logger = options.logger ?? silentLogger
  }

  /**
   * At most one write takes effect, none when nothing differs. Sent again only after a conflict, from a fresh read.
   *
   * Throws a `KubeError` when the server cannot be reached, says 403, 429 or 5xx, misses the namespace or the kind,
   * or when the object still is in conflict after 6 tries; the signal's reason when that is aborted; a TypeError
   * for an intent that contradicts itself, makes an object that its kind does not select, or names a cluster without a
   * client.
   */
  async apply<T extends KubeObject>(
    given: Intent<T>,
    signal: AbortSignal,
    logger: Logger = this.#logger,
  ): Promise<Applied<T>> {
    const call = { signal, logger }
    let intent = given
    let live = await this.#look(intent, signal)
    // Who deletes means what is there when he says so, not what comes after.
    if (intent.is === 'delete' && intent.uid === undefined && live?.metadata.uid !== undefined)
      intent = { ...intent, uid: live.metadata.uid }
    for (let tries = 1; ; tries += 1) {
      signal.throwIfAborted()
      const decision = decide(intent, live, this.#clock.now())
      const sent = await this.#send(intent, decision, call)
      if (sent.is === 'done') return sent.as
      if (tries === mostTries) throw stillInConflict(intent, sent.why)
      await sleep(this.#clock, backOffMs(conflictBackOff, tries - 1, this.#clock.random()), signal)
      live = await this.#lookLive(intent, signal)
    }
  }

  async #send<T extends KubeObject>(intent: Intent<T>, decision: Decision<T>, call: Call): Promise<Sent<T>> {
    switch (decision.is) {
      case 'done':
        return decision
      case 'create': {
        const wrong = intent.cached === false ? undefined : unselected(intent.of, decision.object)
        if (wrong !== undefined)
          throw new TypeError(`create ${keyText(keyOfIntent(intent))}: ${wrong}, or cached: false`)
        const outcome = await this.#writer(call).create(this.#targetOf(intent), decision.object)
        return this.#ended(intent, outcome, call, (object) => ({ is: 'created', object }))
      }
      case 'patch': {
        const { live, patch, subresource } = decision
        const notKept = this.#notKept.get(live)
        if (notKept !== undefined && notKept === textOf(patch, subresource))
          return done({ is: 'notKept', object: live })
        const target = this.#targetOf(intent, subresource)
        const outcome = await this.#writer(call).patch(target, live, patch)
        return this.#ended(intent, outcome, call, (object) => this.#kept(intent, object, call, decision))
      }
      case 'delete': {
        const policy = intent.is === 'delete' ? intent.propagationPolicy : undefined
        const outcome = await this.#writer(call).delete(this.#targetOf(intent), decision.live, policy)
        const { uid } = decision.live.metadata
        const { of, cached } = intent
        if (outcome.is === 'gone' && uid !== undefined && cached !== false)
          this.#options.cache.deleted(of, keyOfIntent(intent), uid)
        return this.#ended(intent, outcome, call, (object) => ({ is: 'going', object }))
      }
    }
  }

  #ended<T extends KubeObject>(
    intent: Intent<T>,
    outcome: WriteOutcome,
    { logger }: Call,
    stored: (object: DeepReadonly<T>) => Applied<T>,
  ): Sent<T> {
    switch (outcome.is) {
      case 'stored':
        if (intent.cached !== false) this.#options.cache.wrote(intent.of, outcome.object as T)
        return done(stored(outcome.object as DeepReadonly<T>))
      case 'gone':
        return done({ is: 'deleted' })
      case 'refused':
        logger.warn({ ...fieldsOf(intent), why: outcome.message }, `refused: ${intent.is}`)
        return done({ is: 'refused', message: outcome.message })
      case 'held':
        return done({ is: 'held' })
      case 'missing':
        return { is: 'again', why: outcome.message }
      case 'conflict':
      case 'exists':
        return { is: 'again', why: 'somebody was faster each time' }
    }
  }

  #kept<T extends KubeObject>(
    intent: Intent<T>,
    object: DeepReadonly<T>,
    { logger }: Call,
    { missingFrom, subresource }: Extract<Decision<T>, { readonly is: 'patch' }>,
  ): Applied<T> {
    if (missingFrom(object) === undefined) return { is: 'patched', object }
    logger.warn(fieldsOf(intent), 'the server accepted a change and did not keep all of it')
    // What is in the cache now is what the next look sees; a patch that changed nothing left the old one there.
    const seen = intent.cached === false ? undefined : this.#options.cache.get(intent.of, keyOfIntent(intent))
    const missing = seen === undefined ? undefined : missingFrom(seen)
    if (seen !== undefined && missing !== undefined) this.#notKept.set(seen, textOf(missing, subresource))
    return { is: 'notKept', object }
  }

  /** From the cache if that can be believed and has all of the object. */
  async #look<T extends KubeObject>(
    intent: Intent<T>,
    signal: AbortSignal,
  ): Promise<DeepReadonly<T> | undefined> {
    const { of, cached } = intent
    if (cached === false || of.metadataOnly === true || of.transform !== undefined)
      return this.#lookLive(intent, signal)
    const { cache } = this.#options
    const key = keyOfIntent(intent)
    const { is } = cache.sync(of, key.namespace)
    if (is !== 'synced' && is !== 'notServed') return this.#lookLive(intent, signal)
    const live = cache.get(of, key)
    // What is to be changed should be there: the cache may be behind, or the object outside its selection.
    const isMissed = live === undefined && (intent.is === 'patch' || intent.is === 'status')
    return isMissed ? this.#lookLive(intent, signal) : live
  }

  /** As it is now; the cache learns of it. */
  async #lookLive<T extends KubeObject>(
    intent: Intent<T>,
    signal: AbortSignal,
  ): Promise<DeepReadonly<T> | undefined> {
    const { cache, clients } = this.#options
    const { of } = intent
    const key = keyOfIntent(intent)
    const client = clients[of.cluster]
    if (client === undefined) throw new TypeError(`${of.name}: no client for cluster "${of.cluster}"`)
    if (intent.cached !== false) return readLive(of, key, { cache, client, signal })
    try {
      return (await client.get(of.kind, key, { signal })) as DeepReadonly<T>
    } catch (error) {
      if (isObjectNotFound(error, of.kind, key.name)) return undefined
      throw error
    }
  }

  #writer({ signal, logger }: Call): Writer {
    const { name, clients, canWrite = () => true, observer } = this.#options
    return new Writer({
      clients,
      signal,
      canWrite,
      fieldManager: name,
      onWrite: (record, outcome) => {
        observer?.wrote?.(record, outcome)
        const level = outcome === 'stored' || outcome === 'gone' ? 'info' : 'debug'
        logger[level](logFieldsOf(record, outcome), `${record.verb} ${record.of.kind.kind}`)
      },
    })
  }

  #targetOf<T extends KubeObject>(intent: Intent<T>, subresource?: string): WriteTarget {
    const { of } = intent
    const target = { by: this.#options.name, of, key: keyOfIntent(intent) }
    return subresource === undefined ? target : { ...target, subresource }
  }
}

const textOf = (patch: Json, subresource: string | undefined): string =>
  `${subresource ?? ''} ${JSON.stringify(patch)}`

const fieldsOf = <T extends KubeObject>(intent: Intent<T>): object => ({
  cluster: intent.of.cluster,
  kind: intent.of.kind.kind,
  object: keyOfIntent(intent),
})

const logFieldsOf = ({ of, key, subresource, paths }: WriteRecord, outcome: string): object => ({
  cluster: of.cluster,
  object: key,
  ...(subresource === undefined ? {} : { subresource }),
  ...(paths.length === 0 ? {} : { paths }),
  outcome,
})

const stillInConflict = <T extends KubeObject>(intent: Intent<T>, why: string): KubeError => {
  const { of, is } = intent
  return new KubeError(
    { verb: is, resource: of.kind.plural, ...keyOfIntent(intent), cluster: of.cluster },
    409,
    'Conflict',
    `not done after ${mostTries} tries: ${why}`,
  )
}
