import { createHash } from 'node:crypto'
import type { Kind, KubeObject } from '@odfmo/api-types/meta'
import { isNotFound } from '../client/kube-error.ts'
import type { ObjectClient } from '../client/object-client.ts'
import { fullBucket, takeToken, type Bucket, type RateLimit } from '../client/rate-limit.ts'
import { systemClock, type Clock } from '../clock.ts'
import { silentLogger, type Logger } from '../logging/logger.ts'
import { microTime } from './locks.ts'

/** What happened to an object. */
export interface EventNote {
  readonly type: 'Normal' | 'Warning'
  /** CamelCase, why: `SecretExchanged`. */
  readonly reason: string
  /** CamelCase, what was done or tried: `Exchange`. */
  readonly action: string
  /** For people; at most 1024 characters are kept. Never a secret. */
  readonly note: string
}

export interface EventRecorderOptions {
  readonly client: Pick<ObjectClient, 'create' | 'patch'>
  /** `odfmo-hub-controller`. */
  readonly controller: string
  /** The pod. */
  readonly instance: string
  readonly clock?: Clock
  readonly logger?: Logger
}

interface Event extends KubeObject {
  readonly eventTime: string
  readonly type: string
  readonly reason: string
  readonly action: string
  readonly note: string
  readonly reportingController: string
  readonly reportingInstance: string
  readonly regarding: object
  readonly series?: { readonly count: number; readonly lastObservedTime: string }
}

const events: Kind<Event> = {
  group: 'events.k8s.io',
  version: 'v1',
  kind: 'Event',
  plural: 'events',
  namespaced: true,
}

/** The server's own limits. */
const longestNote = 1024
const longestName = 253 - 17

/** Of one object, as client-go's spam filter: 25 at once, then one in 5 minutes. */
const perObject: RateLimit = { perSecond: 1 / 300, burst: 25 }

/** What happens again within this is one series, as in client-go. */
const seriesWindowMs = 6 * 60_000
/** A series is written no more often than this; the count is exact all the same. */
const seriesPeriodMs = 60_000

interface Series {
  readonly namespace: string
  readonly name: string
  count: number
  lastAt: number
  writtenAt: number
  pending: boolean
}

/**
 * Writes events.k8s.io/v1 Events. Best effort: never waits, never throws; what the server refuses or what is
 * too much is dropped. The same thing again (object, reason, action, type) becomes a series.
 */
export class EventRecorder {
  readonly #options: EventRecorderOptions
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #series = new Map<string, Series>()
  readonly #buckets = new Map<string, Bucket>()

  constructor(options: EventRecorderOptions) {
    this.#options = options
    this.#clock = options.clock ?? systemClock
    this.#logger = options.logger ?? silentLogger
  }

  /** `regarding` needs apiVersion, kind and metadata; a cluster-scoped object's events go to `default`. */
  record(regarding: KubeObject, event: EventNote): void {
    const now = this.#clock.now()
    const object =
      regarding.metadata.uid ??
      `${regarding.kind ?? ''}/${regarding.metadata.namespace ?? ''}/${regarding.metadata.name ?? ''}`
    const id = [object, event.type, event.reason, event.action].join('\n')
    this.#forgetOld(now)
    const series = this.#series.get(id)
    if (series !== undefined && now - series.lastAt < seriesWindowMs) {
      series.count += 1
      series.lastAt = now
      this.#writeSeries(id, series)
      return
    }
    const { bucket, waitMs } = takeToken(
      perObject,
      this.#buckets.get(object) ?? fullBucket(perObject, now),
      now,
    )
    if (waitMs > 0) return
    this.#buckets.set(object, bucket)
    const namespace = regarding.metadata.namespace ?? 'default'
    const name = eventName(regarding.metadata.name ?? 'unknown', id, now)
    this.#series.set(id, { namespace, name, count: 1, lastAt: now, writtenAt: now, pending: false })
    this.#create(regarding, event, { namespace, name }, now)
  }

  #create(
    regarding: KubeObject,
    { type, reason, action, note }: EventNote,
    key: { namespace: string; name: string },
    now: number,
  ): void {
    const { apiVersion, kind, metadata } = regarding
    const { name, namespace, uid, resourceVersion } = metadata
    const event: Event = {
      metadata: key,
      eventTime: microTime(now),
      type,
      reason,
      action,
      note: note.length > longestNote ? `${note.slice(0, longestNote - 1)}…` : note,
      reportingController: this.#options.controller,
      reportingInstance: this.#options.instance,
      regarding: { apiVersion, kind, name, namespace, uid, resourceVersion },
    }
    this.#options.client.create(events, event).catch((error: unknown) => this.#dropped(reason, error))
  }

  #writeSeries(id: string, series: Series): void {
    if (series.pending) return
    series.pending = true
    this.#clock.after(Math.max(0, series.writtenAt + seriesPeriodMs - series.lastAt), () => {
      series.pending = false
      series.writtenAt = this.#clock.now()
      const { namespace, name, count, lastAt } = series
      this.#options.client
        .patch(events, { namespace, name }, 'merge', {
          series: { count, lastObservedTime: microTime(lastAt) },
        })
        .catch((error: unknown) => {
          // Events live an hour: the next time it is a new one.
          if (isNotFound(error)) this.#series.delete(id)
          this.#dropped(name, error)
        })
    })
  }

  #dropped(what: string, error: unknown): void {
    this.#logger.debug({ event: what, err: error }, 'an event was not recorded')
  }

  #forgetOld(now: number): void {
    for (const [id, { lastAt }] of this.#series) if (now - lastAt >= seriesWindowMs) this.#series.delete(id)
    for (const [object, bucket] of this.#buckets) {
      if (takeToken(perObject, bucket, now).bucket.tokens >= perObject.burst - 1) this.#buckets.delete(object)
    }
  }
}

const eventName = (object: string, id: string, now: number): string =>
  `${object.slice(0, longestName)}.${createHash('sha256').update(`${id}\n${now}`).digest('hex').slice(0, 16)}`
