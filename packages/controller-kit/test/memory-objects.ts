import type { Kind, KubeObject } from '@odfmo/api-types/meta'
import { Informers } from '../src/cache/informers.ts'
import type {
  ListOptions,
  ObjectList,
  WatchClient,
  WatchEvent,
  WatchOptions,
} from '../src/client/object-client.ts'
import type { Clock } from '../src/clock.ts'
import type { Logger } from '../src/logging/logger.ts'
import { cluster, watch } from '../src/watched-kind.ts'
import { configMaps, type ConfigMap } from './clients.ts'

/** ConfigMaps of one namespace that can be listed and watched without any socket: for thousands of caches. */
export class MemoryObjects implements WatchClient {
  readonly #objects = new Map<string, ConfigMap>()
  readonly #watchers = new Set<(event: WatchEvent<ConfigMap>) => void>()
  #version = 1

  /** Watches that are open now. */
  get watches(): number {
    return this.#watchers.size
  }

  apply(
    name: string,
    more: Partial<KubeObject['metadata']> & { readonly data?: ConfigMap['data'] } = {},
  ): void {
    const { data, ...metadata } = more
    const known = this.#objects.get(name)
    this.#version += 1
    const object: ConfigMap = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        namespace: 'default',
        name,
        uid: known?.metadata.uid ?? `uid-${this.#version}`,
        resourceVersion: String(this.#version),
        ...metadata,
      },
      ...(data === undefined ? {} : { data }),
    }
    this.#objects.set(name, object)
    this.#tell({ type: known === undefined ? 'ADDED' : 'MODIFIED', object })
  }

  delete(name: string): void {
    const known = this.#objects.get(name)
    if (known === undefined) return
    this.#version += 1
    this.#objects.delete(name)
    const metadata = { ...known.metadata, resourceVersion: String(this.#version) }
    this.#tell({ type: 'DELETED', object: { ...known, metadata } })
  }

  list<T extends KubeObject>(_kind: Kind<T>, _options?: ListOptions): Promise<ObjectList<T>> {
    const items = [...this.#objects.values()] as unknown as readonly T[]
    return Promise.resolve({ metadata: { resourceVersion: String(this.#version) }, items })
  }

  async *watch<T extends KubeObject>(
    _kind: Kind<T>,
    { onOpen, resourceVersion, sendInitialEvents, signal }: WatchOptions = {},
  ): AsyncGenerator<WatchEvent<T>> {
    const since = Number(sendInitialEvents === true ? 0 : (resourceVersion ?? 0))
    const pending: WatchEvent<ConfigMap>[] = [...this.#objects.values()]
      .filter(({ metadata }) => Number(metadata.resourceVersion) > since)
      .map((object) => ({ type: 'ADDED', object }))
    if (sendInitialEvents === true) {
      const metadata = { resourceVersion: String(this.#version) }
      pending.push({ type: 'BOOKMARK', object: { metadata }, endsInitialEvents: true })
    }
    let wake = (): void => undefined
    const listener = (event: WatchEvent<ConfigMap>): void => {
      pending.push(event)
      wake()
    }
    const onAbort = (): void => wake()
    this.#watchers.add(listener)
    signal?.addEventListener('abort', onAbort, { once: true })
    try {
      onOpen?.()
      while (signal?.aborted !== true) {
        const event = pending.shift()
        if (event !== undefined) yield event as unknown as WatchEvent<T>
        else await new Promise<void>((resolve) => (wake = resolve))
      }
      throw signal.reason
    } finally {
      this.#watchers.delete(listener)
      signal?.removeEventListener('abort', onAbort)
    }
  }

  #tell(event: WatchEvent<ConfigMap>): void {
    for (const listener of this.#watchers) listener(event)
  }
}

export const memory = cluster('memory', { ConfigMap: watch(configMaps) })

/** Caches over one in-memory collection. */
export const informersOf = (client: WatchClient, clock?: Clock, logger?: Logger): Informers =>
  new Informers({
    clients: { memory: client },
    watches: [memory.ConfigMap],
    ...(clock === undefined ? {} : { clock }),
    ...(logger === undefined ? {} : { logger }),
  })

export interface Line {
  readonly level: 'debug' | 'info' | 'warn' | 'error'
  readonly fields: Readonly<Record<string, unknown>>
  readonly message: string
}

/** A logger to read: every line with the fields of its parents. */
export const listeningLogger = (lines: Line[], parents: object = {}): Logger => {
  const at =
    (level: Line['level']) =>
    (fields: object, message: string): void =>
      void lines.push({ level, fields: { ...parents, ...fields }, message })
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (fields) => listeningLogger(lines, { ...parents, ...fields }),
  }
}

/** Turns of the event loop, so that what is only waiting for promises has happened. */
export const turns = async (count = 5): Promise<void> => {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve))
}
