import type { Identity } from '../auth/identity.ts'
import { ApiError } from '../api-error.ts'
import type { Resource } from '../resources/resource.ts'
import { apiVersionOf } from '../resources/resource.ts'
import type { StoredObject } from '../storage/stored-object.ts'
import { jsonOf } from '../verbs/api.ts'
import type { Api } from '../verbs/api.ts'
import type { ListOptions } from '../verbs/list-options.ts'
import type { Selection } from '../verbs/selection.ts'
import { watchObjects } from '../verbs/watch-objects.ts'
import type { Exchange } from './exchange.ts'

/** A client that takes nothing for this long a backlog is cut off: it will list again. */
const backlogLimitBytes = 64 * 1024 * 1024
const bookmarkIntervalMs = 60_000

export interface OpenWatch {
  readonly identity: Identity
  readonly resource: Resource
  /** Ends it as a server does that closes the connection in order. */
  end(): void
  /** Ends it with an ERROR event. */
  fail(error: ApiError): void
  /** Cuts the connection. */
  destroy(): void
  /** Holds events back until it is called with false. */
  stall(stalled: boolean): void
}

type EventOf = (type: string, stored: StoredObject) => Buffer

/** Encodes events once for all watches that send the same: one slot is enough, as a change reaches all of them in one go. */
export class EventEncoder {
  #stored: StoredObject | undefined
  readonly #frames = new Map<string, Buffer>()

  encode(
    resource: Resource,
    type: string,
    stored: StoredObject,
    form: string,
    json: (resource: Resource, stored: StoredObject) => string,
  ): Buffer {
    if (this.#stored !== stored) {
      this.#stored = stored
      this.#frames.clear()
    }
    const key = `${type} ${resource.group}/${resource.version} ${form}`
    let frame = this.#frames.get(key)
    if (frame === undefined) {
      frame = Buffer.from(`{"type":"${type}","object":${json(resource, stored)}}\n`, 'utf8')
      this.#frames.set(key, frame)
    }
    return frame
  }
}

const bookmarkOf = (resource: Resource, revision: number, endsInitialEvents: boolean): Buffer => {
  const annotations = endsInitialEvents ? { annotations: { 'k8s.io/initial-events-end': 'true' } } : {}
  const metadata = { resourceVersion: String(revision), creationTimestamp: null, ...annotations }
  return Buffer.from(
    `${JSON.stringify({ type: 'BOOKMARK', object: { kind: resource.kind, apiVersion: apiVersionOf(resource), metadata } })}\n`,
  )
}

export interface WatchRequest {
  readonly resource: Resource
  readonly selection: Selection
  readonly options: ListOptions
  readonly identity: Identity
  readonly encoder: EventEncoder
  /** Another form of the objects than their own: table rows, metadata. */
  readonly form?: {
    readonly name: string
    readonly json: (resource: Resource, stored: StoredObject) => string
  }
  readonly onClose: (watch: OpenWatch) => void
}

/** Sends a watch to a client until its time is over, the client leaves, or the server ends it. */
export const streamWatch = (api: Api, exchange: Exchange, request: WatchRequest): OpenWatch => {
  const { resource, selection, options, encoder } = request
  const { name: form, json } = request.form ?? { name: 'object', json: jsonOf }
  const held: Buffer[] = []
  let stalled = false
  let lastSent = api.store.revision
  const cancels: (() => void)[] = []
  const stop = (): void => {
    for (const cancel of cancels.splice(0)) cancel()
    request.onClose(watch)
  }
  const send = (frame: Buffer): void => {
    if (stalled) {
      held.push(frame)
      return
    }
    exchange.write(frame)
    if (exchange.backlog > backlogLimitBytes) watch.destroy()
  }
  const frameOf: EventOf = (type, stored) => encoder.encode(resource, type, stored, form, json)
  const bookmark = (revision: number, endsInitialEvents: boolean): void =>
    send(bookmarkOf(resource, revision, endsInitialEvents))
  const watch: OpenWatch = {
    identity: request.identity,
    resource,
    end() {
      if (options.allowBookmarks && !stalled && lastSent < api.store.revision)
        bookmark(api.store.revision, false)
      stop()
      exchange.end()
    },
    fail(error) {
      send(Buffer.from(`${JSON.stringify({ type: 'ERROR', object: error.status })}\n`))
      stop()
      exchange.end()
    },
    destroy() {
      stop()
      exchange.destroy()
    },
    stall(wanted) {
      stalled = wanted
      if (!stalled) for (const frame of held.splice(0)) exchange.write(frame)
    },
  }
  let cancelBookmark = (): void => undefined
  const scheduleBookmark = (): void => {
    cancelBookmark = api.clock.after(bookmarkIntervalMs, () => {
      lastSent = api.store.revision
      bookmark(lastSent, false)
      scheduleBookmark()
    })
  }
  exchange.startStream('application/json')
  try {
    const sink = { object: (type: string, stored: StoredObject) => send(frameOf(type, stored)), bookmark }
    const unsubscribe = watchObjects(api, resource, selection, options, sink)
    if (options.allowBookmarks) scheduleBookmark()
    cancels.push(unsubscribe, () => cancelBookmark())
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    watch.fail(error)
    return watch
  }
  const timeoutMs = (options.timeoutSeconds ?? 1_800 + Math.floor(api.clock.random() * 1_800)) * 1_000
  cancels.push(api.clock.after(timeoutMs, () => watch.end()))
  exchange.response.on('close', stop)
  return watch
}
