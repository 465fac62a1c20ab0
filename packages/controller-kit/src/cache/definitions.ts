import type { Kind, KubeObject } from '@odfmo/api-types/meta'
import type { WatchClient } from '../client/object-client.ts'
import type { Clock } from '../clock.ts'
import type { InformerSource } from './informer.ts'
import { Reflector } from './reflector.ts'
import type { StreamSupport } from './stream-support.ts'

const definitionKind: Kind = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  kind: 'CustomResourceDefinition',
  plural: 'customresourcedefinitions',
  namespaced: false,
}

/** The name a definition of this kind has. */
export const definitionName = (kind: Kind): string => `${kind.plural}.${kind.group}`

/**
 * Tells when definitions of kinds come or change in one cluster; runs only between `follow` and `leave`.
 * Where that watch is forbidden, whoever waits for a kind looks for it himself from time to time.
 */
export class Definitions {
  readonly #client: WatchClient
  readonly #clock: Clock
  readonly #streams: StreamSupport | undefined
  readonly #onChange: (name: string) => void
  /** The kinds that are missing are looked for one by one then; asking for what is not ours helps nobody. */
  #forbidden = false
  #stop: AbortController | undefined
  /** Those too that were left and have not ended yet. */
  readonly #running = new Set<Promise<void>>()

  constructor(source: InformerSource, onChange: (name: string) => void) {
    this.#client = source.client
    this.#clock = source.clock
    this.#streams = source.streams
    this.#onChange = onChange
  }

  follow(signal: AbortSignal): void {
    if (this.#stop !== undefined || this.#forbidden || signal.aborted) return
    const stop = new AbortController()
    const onAbort = (): void => stop.abort(signal.reason)
    signal.addEventListener('abort', onAbort, { once: true })
    const changed = (object: KubeObject): void => {
      if (!stop.signal.aborted) this.#onChange(object.metadata.name ?? '')
    }
    const reflector = new Reflector<KubeObject>({
      client: this.#client,
      clock: this.#clock,
      kind: definitionKind,
      metadataOnly: true,
      streams: this.#streams,
      sink: {
        gather: (objects) => objects.forEach(changed),
        begin: () => undefined,
        ungather: () => undefined,
        complete: () => undefined,
        discard: () => undefined,
        clear: () => undefined,
        upsert: changed,
        remove: () => undefined,
        sync: ({ is }) => {
          if (is !== 'forbidden') return
          this.#forbidden = true
          this.leave()
        },
      },
    })
    const ended = reflector.run(stop.signal).finally(() => {
      signal.removeEventListener('abort', onAbort)
      this.#running.delete(ended)
    })
    this.#running.add(ended)
    this.#stop = stop
  }

  leave(): void {
    this.#stop?.abort()
    this.#stop = undefined
  }

  /** Resolves when every watch has ended. */
  async ended(): Promise<void> {
    await Promise.all(this.#running)
  }
}
