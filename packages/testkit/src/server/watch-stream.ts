import type { Identity } from '../auth/identity.ts'
import { ApiError } from '../api-error.ts'
import type { FaultyWatch } from '../faults/faulty-watch.ts'
import type { KubeObject } from '../kube-object.ts'
import type { Resource } from '../resources/resource.ts'
import { apiVersionOf } from '../resources/resource.ts'
import type { StoredObject } from '../storage/stored-object.ts'
import type { Api } from '../verbs/api.ts'
import type { ListOptions } from '../verbs/list-options.ts'
import type { Selection } from '../verbs/selection.ts'
import { watchObjects } from '../verbs/watch-objects.ts'
import { EventGate } from './event-gate.ts'
import type { Exchange } from './exchange.ts'
import type { WatchForm } from './watch-form.ts'

/** A client that takes nothing for this long a backlog is cut off: it will list again. */
const backlogLimitBytes = 64 * 1024 * 1024
const bookmarkIntervalMs = 60_000
/** The last bookmark comes this long before the watch's time is over: the client goes on from there. */
const lastBookmarkMs = 2_000

export interface OpenWatch extends FaultyWatch {
  readonly identity: Identity
  readonly resource: Resource
  /** Ends it with an ERROR event. */
  fail(error: ApiError): void
}

const frameOf = (type: string, object: string): Buffer =>
  Buffer.from(`{"type":"${type}","object":${object}}\n`, 'utf8')

/** Encodes events once for all watches that send the same: one slot is enough, as a change reaches all of them in one go. */
export class EventEncoder {
  #stored: StoredObject | undefined
  readonly #frames = new Map<string, Buffer>()

  // oxlint-disable-next-line max-params -- an event, and how it is written
  encode(resource: Resource, type: string, stored: StoredObject, form: WatchForm, isFirst: boolean): Buffer {
    if (this.#stored !== stored) {
      this.#stored = stored
      this.#frames.clear()
    }
    const head = isFirst && form.hasHead ? ' first' : ''
    const key = `${type} ${resource.group}/${resource.version} ${form.name}${head}`
    let frame = this.#frames.get(key)
    if (frame === undefined) {
      frame = frameOf(type, form.event(resource, stored, isFirst))
      this.#frames.set(key, frame)
    }
    return frame
  }
}

const bookmarkOf = (resource: Resource, revision: number, endsInitialEvents: boolean): KubeObject => ({
  kind: resource.kind,
  apiVersion: apiVersionOf(resource),
  metadata: {
    resourceVersion: String(revision),
    ...(endsInitialEvents ? { annotations: { 'k8s.io/initial-events-end': 'true' } } : {}),
  },
})

export interface WatchRequest {
  readonly resource: Resource
  readonly selection: Selection
  /** Of the one object it is about; empty when it is about many. */
  readonly name: string
  readonly options: ListOptions
  /** The version that it begins with, when a fault makes that an old one. */
  readonly past: number | undefined
  readonly identity: Identity
  readonly encoder: EventEncoder
  readonly form: WatchForm
  readonly onClose: (watch: OpenWatch) => void
}

/** Sends a watch to a client until its time is over, the client leaves, or the server ends it. */
export const streamWatch = (api: Api, exchange: Exchange, request: WatchRequest): OpenWatch => {
  const { resource, selection, options, encoder, form } = request
  let isFirst = true
  const cancels: (() => void)[] = []
  const stop = (): void => {
    for (const cancel of cancels.splice(0)) cancel()
    gate.close()
    request.onClose(watch)
  }
  const gate = new EventGate({
    exchange,
    clock: api.clock,
    destroy: () => watch.destroy(),
    onWrite() {
      if (exchange.backlog > backlogLimitBytes) watch.destroy()
    },
  })
  const object = (type: string, stored: StoredObject): void => {
    gate.push(encoder.encode(resource, type, stored, form, isFirst), stored.revision)
    isFirst = false
  }
  const bookmark = (revision: number, endsInitialEvents: boolean): void => {
    gate.push(
      frameOf(
        'BOOKMARK',
        form.bookmark(resource, bookmarkOf(resource, revision, endsInitialEvents), isFirst),
      ),
      revision,
    )
    isFirst = false
  }
  const watch: OpenWatch = {
    identity: request.identity,
    resource,
    namespace: selection.namespace,
    name: request.name,
    end() {
      stop()
      exchange.end()
    },
    fail(error) {
      gate.push(frameOf('ERROR', JSON.stringify(error.status)))
      gate.finish(() => watch.end())
    },
    destroy() {
      stop()
      exchange.destroy()
    },
    stall: (isStalled) => gate.stall(isStalled),
    lag: (ms) => gate.lag(ms),
    follow: (staleness) => gate.follow(staleness),
    send: (text) => gate.push(Buffer.from(text, 'utf8')),
    cutNext: () => gate.cutNext(),
  }
  const timeoutMs = (options.timeoutSeconds || 1_800 + Math.floor(api.clock.random() * 1_800)) * 1_000
  const endsAt = api.clock.monotonic() + timeoutMs
  let cancelBookmark = (): void => undefined
  const scheduleBookmark = (): void => {
    const lastMs = endsAt - lastBookmarkMs - api.clock.monotonic()
    const isLast = lastMs > 0 && lastMs < bookmarkIntervalMs
    cancelBookmark = api.clock.after(isLast ? lastMs : bookmarkIntervalMs, () => {
      const revision = api.store.revision
      // not before the events up to it
      if (resource.conversion?.isAsked === true)
        resource.conversion.inTurn(
          [],
          () => bookmark(revision, false),
          () => exchange.isEnded,
        )
      else bookmark(revision, false)
      scheduleBookmark()
    })
  }
  if (!exchange.startStream('application/json')) {
    stop()
    return watch
  }
  try {
    const unsubscribe = watchObjects(
      api,
      resource,
      selection,
      { ...options, past: request.past },
      { object, bookmark },
    )
    if (options.allowBookmarks) scheduleBookmark()
    cancels.push(unsubscribe, () => cancelBookmark())
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    watch.fail(error)
    return watch
  }
  cancels.push(api.clock.after(timeoutMs, () => gate.finish(() => watch.end())))
  exchange.response.on('close', stop)
  return watch
}
