import type { KubeClient } from '../../src/client/kube-client.ts'
import type { WatchClient, WatchOptions } from '../../src/client/object-client.ts'

/** What a test hears of a client, and may do meanwhile. */
export interface Tap {
  /** Calls that have no answer yet. */
  readonly unanswered: number
  /** From where watches were opened; undefined for one that lists first. */
  readonly watchedFrom: readonly (string | undefined)[]
  /** Called before a further page of a list is asked for. */
  beforeNextPage: () => Promise<void>
}

/** A client for caches that lets a test see when nothing is on its way: the calls are those of the real client. */
export const tappedClient = (client: KubeClient): { readonly client: WatchClient; readonly tap: Tap } => {
  const open = new Set<object>()
  const watchedFrom: (string | undefined)[] = []
  const tap: Tap = {
    get unanswered() {
      return open.size
    },
    watchedFrom,
    beforeNextPage: () => Promise.resolve(),
  }
  return {
    tap,
    client: {
      async list(kind, options) {
        const call = {}
        open.add(call)
        try {
          if (options?.continue !== undefined) await tap.beforeNextPage()
          return await client.list(kind, options)
        } finally {
          open.delete(call)
        }
      },
      async *watch(kind, options: WatchOptions = {}) {
        const call = {}
        open.add(call)
        watchedFrom.push(options.resourceVersion)
        const onOpen = (): void => {
          open.delete(call)
          options.onOpen?.()
        }
        try {
          yield* client.watch(kind, { ...options, onOpen })
        } finally {
          open.delete(call)
        }
      },
    },
  }
}
