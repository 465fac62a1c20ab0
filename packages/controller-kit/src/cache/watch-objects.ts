import { keyText, type DeepReadonly, type Kind, type KubeObject, type ObjectKey } from '@odfmo/api-types/meta'
import type { KubeClient } from '../client/kube-client.ts'
import { holdProcess, systemClock, type Clock } from '../clock.ts'
import type { Logger } from '../logging/logger.ts'
import { once } from '../once.ts'
import { cluster, watch, type WatchOptions } from '../watched-kind.ts'
import { Informers } from './informers.ts'

/** What is watched (all of the kind when nothing is said), and until when. */
export interface WatchObjectsOptions<T extends KubeObject = KubeObject> extends Omit<
  WatchOptions<T>,
  'kind' | 'namespaces'
> {
  /** Left out: all of the cluster. */
  readonly namespaces?: readonly string[]
  /** Ends the loop when aborted. */
  readonly signal?: AbortSignal
  /** Default: the system's. */
  readonly clock?: Clock
  /** Told why a watch is not there at the moment. Default: nobody. */
  readonly logger?: Logger
}

/** An object came (`old` absent), changed, or went (`object` absent), since the loop last saw it. */
export interface ObjectChange<T extends KubeObject = KubeObject> {
  readonly key: ObjectKey
  readonly old?: DeepReadonly<T>
  readonly object?: DeepReadonly<T>
}

/**
 * The objects of a kind and what happens to them, for ever: `for await (const { old, object } of watchObjects(…))`.
 * First every object that is there comes, then each change. It is a cache with a loop in front: lost connections,
 * expired history and rotated credentials are none of the loop's business.
 *
 * Guarantees: the loop comes to see the latest state of every object, `old` being what it saw before. A loop that is
 * slower than the cluster sees the latest state only, not every step, so what waits never grows beyond one change per
 * object. It ends by the signal or by leaving the loop, and never throws by itself: a kind that is forbidden or not
 * served is told to the logger and waited for.
 */
export async function* watchObjects<T extends KubeObject>(
  client: KubeClient,
  kind: Kind<T>,
  options: WatchObjectsOptions<T> = {},
): AsyncGenerator<ObjectChange<T>, void> {
  const { signal, clock = systemClock, logger, ...selected } = options
  const stop = new AbortController()
  const until = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal])
  const { Watched: of } = cluster(client.cluster, { Watched: watch(kind, selected) })
  const informers = new Informers({
    clients: { [client.cluster]: client },
    watches: [of],
    clock,
    ...(logger === undefined ? {} : { logger }),
  })
  const waiting = new Map<string, ObjectChange>()
  let wake = (): void => undefined
  informers.onEvent(({ key, old: before, object }) => {
    const id = keyText(key)
    const seen = waiting.get(id)
    const old = seen === undefined ? before : seen.old
    if (old === undefined && object === undefined) waiting.delete(id)
    else
      waiting.set(id, {
        key,
        ...(old === undefined ? {} : { old }),
        ...(object === undefined ? {} : { object }),
      })
    wake()
  })
  const release = holdProcess()
  const ended = Promise.all([informers.start(until), client.credentials.follow(until)])
  try {
    while (!until.aborted) {
      for (const [id, change] of waiting) {
        waiting.delete(id)
        yield change as ObjectChange<T>
        if (until.aborted) return
      }
      if (waiting.size > 0) continue
      await once((listener) => {
        wake = listener
        return () => (wake = () => undefined)
      }, until)
    }
  } finally {
    stop.abort()
    await ended
    release()
  }
}
