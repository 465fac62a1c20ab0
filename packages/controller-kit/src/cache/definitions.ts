import type { Kind, KubeObject } from '@odfmo/api-types/meta'
import type { WatchClient } from '../client/object-client.ts'
import type { Clock } from '../clock.ts'
import { Reflector } from './reflector.ts'

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
  readonly #onChange: (name: string) => void
  /** The kinds that are missing are looked for one by one then; asking for what is not ours helps nobody. */
  #forbidden = false
  #running: { readonly stop: AbortController; readonly ended: Promise<void> } | undefined

  constructor(client: WatchClient, clock: Clock, onChange: (name: string) => void) {
    this.#client = client
    this.#clock = clock
    this.#onChange = onChange
  }

  follow(signal: AbortSignal): void {
    if (this.#running !== undefined || this.#forbidden || signal.aborted) return
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
      sink: {
        replace: (objects) => objects.forEach(changed),
        restart: (objects) => objects.forEach(changed),
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
    const ended = reflector.run(stop.signal).finally(() => signal.removeEventListener('abort', onAbort))
    this.#running = { stop, ended }
  }

  leave(): void {
    this.#running?.stop.abort()
    this.#running = undefined
  }

  /** Resolves when the watch has ended. */
  async ended(): Promise<void> {
    await this.#running?.ended
  }
}
