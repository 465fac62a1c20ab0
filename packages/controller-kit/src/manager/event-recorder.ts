import { createHash } from 'node:crypto'
import type { Kind, KubeObject } from '@odfmo/api-types/meta'
import { isAlreadyExists, isForbidden, isNotFound } from '../client/kube-error.ts'
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
  /** For people; at most 1024 bytes are kept. Never a secret. */
  readonly note: string
  /**
   * Tells of what lasts, not of a moment: one Event for as long as it is told again within the hour that a server keeps
   * Events, whichever process tells it. Who is started anew and finds the same goes on with the Event that is there.
   */
  readonly lasting?: boolean
}

/** In whose name Events are written, and where. */
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

/** The server's own limits; it counts bytes. */
const longestNote = 1024
const longestName = 253 - 17

/** Of one object, as client-go's spam filter: 25 at once, then one in 5 minutes. */
const perObject: RateLimit = { perSecond: 1 / 300, burst: 25 }

/** What happens again within this is one series, as in client-go. */
const seriesWindowMs = 6 * 60_000
/** How long a server keeps an Event after the last write to it. */
const eventLifeMs = 60 * 60_000
/** A series is written no more often than this; the count is exact all the same. */
const seriesPeriodMs = 60_000

/** Looking through everything at each event would cost more than it frees. */
const forgetPeriodMs = 60_000

/** Times are monotonic: what a wall clock does changes neither series nor limits. */
interface Series {
  readonly namespace: string
  readonly name: string
  readonly windowMs: number
  count: number
  lastAt: number
  /** Wall clock: what is written. */
  lastObserved: number
  writtenAt: number
  /** Cancels the write that is due. */
  pending: (() => void) | undefined
}

/**
 * Writes events.k8s.io/v1 Events. Best effort: never waits, never throws; what the server refuses or what is
 * too much is dropped. The same thing again (object, reason, action, type, note) becomes a series; client-go leaves the
 * note out and so loses what the second one said.
 */
export class EventRecorder {
  readonly #options: EventRecorderOptions
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #series = new Map<string, Series>()
  readonly #buckets = new Map<string, Bucket>()
  readonly #underWay = new Set<Promise<void>>()
  #forgottenAt: number
  #isForbiddenTold = false
  #stopped = false

  constructor(options: EventRecorderOptions) {
    this.#options = options
    this.#clock = options.clock ?? systemClock
    this.#logger = options.logger ?? silentLogger
    this.#forgottenAt = this.#clock.monotonic()
  }

  /** `regarding` needs apiVersion, kind and metadata; a cluster-scoped object's events go to `default`. */
  record(regarding: KubeObject, event: EventNote): void {
    if (this.#stopped) return
    const now = this.#clock.monotonic()
    const wallNow = this.#clock.now()
    const object =
      regarding.metadata.uid ??
      `${regarding.kind ?? ''}/${regarding.metadata.namespace ?? ''}/${regarding.metadata.name ?? ''}`
    const id = [object, event.type, event.reason, event.action, event.note].join('\n')
    this.#forgetOld(now)
    const series = this.#series.get(id)
    if (series !== undefined && now - series.lastAt < series.windowMs) {
      series.count += 1
      series.lastAt = now
      series.lastObserved = wallNow
      series.pending ??= this.#clock.after(series.writtenAt + seriesPeriodMs - now, () =>
        this.#writeSeries(id, series),
      )
      return
    }
    const full = fullBucket(perObject, now)
    const { bucket, waitMs } = takeToken(perObject, this.#buckets.get(object) ?? full, now)
    if (waitMs > 0) return
    this.#buckets.set(object, bucket)
    const { controller, instance } = this.#options
    const { lasting = false } = event
    const what = lasting ? `${id}\n${controller}` : `${id}\n${instance}\n${wallNow}`
    const begun: Series = {
      namespace: regarding.metadata.namespace ?? 'default',
      name: eventName(regarding.metadata.name ?? 'unknown', what),
      windowMs: lasting ? eventLifeMs : seriesWindowMs,
      count: 1,
      lastAt: now,
      lastObserved: wallNow,
      writtenAt: now,
      pending: undefined,
    }
    this.#series.set(id, begun)
    this.#create(regarding, event, begun, id)
  }

  /** Takes no more events and writes the counts that are due later; resolves when nothing is under way any more. */
  async stop(): Promise<void> {
    this.#stopped = true
    // What another process has counted may be on its way.
    await Promise.all(this.#underWay)
    for (const [id, series] of this.#series) {
      if (series.pending === undefined) continue
      series.pending()
      this.#writeSeries(id, series)
    }
    await Promise.all(this.#underWay)
  }

  #create(
    regarding: KubeObject,
    { type, reason, action, note, lasting = false }: EventNote,
    series: Series,
    id: string,
  ): void {
    const { apiVersion, kind, metadata } = regarding
    const { name, namespace, uid, resourceVersion } = metadata
    const event: Event = {
      metadata: { namespace: series.namespace, name: series.name },
      eventTime: microTime(series.lastObserved),
      type,
      reason,
      action,
      note: cut(note),
      reportingController: this.#options.controller,
      reportingInstance: this.#options.instance,
      regarding: { apiVersion, kind, name, namespace, uid, resourceVersion },
    }
    const create = async (): Promise<void> => {
      try {
        await this.#options.client.create(events, event)
      } catch (error) {
        if (!lasting || !isAlreadyExists(error)) throw error
        await this.#goOn(series)
      }
    }
    this.#send(reason, create, () => {
      // Nothing is there to be counted: the next time it is a new one.
      series.pending?.()
      if (this.#series.get(id) === series) this.#series.delete(id)
    })
  }

  /** Another process has told it: the count goes on from there. A patch of nothing reads, and needs no right of its own. */
  async #goOn(series: Series): Promise<void> {
    const { namespace, name } = series
    const there = await this.#options.client.patch(events, { namespace, name }, 'merge', {})
    series.count += (there.series?.count ?? 1) - 1
  }

  #writeSeries(id: string, series: Series): void {
    const { namespace, name, count, lastObserved } = series
    series.pending = undefined
    series.writtenAt = this.#clock.monotonic()
    const body = { series: { count, lastObservedTime: microTime(lastObserved) } }
    const patch = (): Promise<unknown> =>
      this.#options.client.patch(events, { namespace, name }, 'merge', body)
    this.#send(name, patch, (error) => {
      // Events live an hour: the next time it is a new one.
      if (isNotFound(error)) this.#series.delete(id)
    })
  }

  #send(
    what: string,
    send: () => Promise<unknown>,
    onError: (error: unknown) => void = () => undefined,
  ): void {
    const attempt = async (): Promise<void> => {
      try {
        await send()
      } catch (error) {
        onError(error)
        this.#tellFailure(what, error)
      }
    }
    const done = attempt().finally(() => this.#underWay.delete(done))
    this.#underWay.add(done)
  }

  /** What an Event says is said elsewhere too, so it is nothing to be warned of; a missing right is for people, once. */
  #tellFailure(event: string, err: unknown): void {
    if (!isForbidden(err)) this.#logger.debug({ event, err }, 'an event was not recorded')
    else if (!this.#isForbiddenTold) {
      this.#isForbiddenTold = true
      this.#logger.info({ event, err }, 'no events are recorded where a right to write them is missing')
    }
  }

  #forgetOld(now: number): void {
    if (now - this.#forgottenAt < forgetPeriodMs) return
    this.#forgottenAt = now
    for (const [id, { lastAt, windowMs, pending }] of this.#series)
      if (pending === undefined && now - lastAt >= windowMs) this.#series.delete(id)
    for (const [object, bucket] of this.#buckets) {
      if (takeToken(perObject, bucket, now).bucket.tokens >= perObject.burst - 1) this.#buckets.delete(object)
    }
  }
}

const eventName = (object: string, what: string): string =>
  `${object.slice(0, longestName)}.${createHash('sha256').update(what).digest('hex').slice(0, 16)}`

/** The beginning, in whole characters, of what is too long. */
const cut = (note: string): string => {
  if (Buffer.byteLength(note) <= longestNote) return note
  const room = new Uint8Array(longestNote - Buffer.byteLength('…'))
  return `${note.slice(0, new TextEncoder().encodeInto(note, room).read)}…`
}
